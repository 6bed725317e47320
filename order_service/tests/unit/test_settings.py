import importlib
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured


@pytest.fixture
def production(monkeypatch):
    """Imports the production settings again."""

    def load(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delitem(sys.modules, "order_service.settings.production", raising=False)
        return importlib.import_module("order_service.settings.production")

    yield load
    sys.modules.pop("order_service.settings.production", None)


OWN = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "shop.internal,127.0.0.1",
    "SERVICE_CLIENT_SECRET": "y" * 50,
    "DATABASE_URL": "postgres://orders@db.internal/orders",
    "BROKER_URL": "amqp://orders@mq.internal/shop",
    "PAYMENT_GATEWAY_URL": "https://payments.internal",
}


@pytest.mark.security
class TestProductionSettings:
    def test_the_error_names_every_missing_variable(self, production):
        with pytest.raises(ImproperlyConfigured) as error:
            production(**dict.fromkeys(OWN, ""))

        assert str(error.value).endswith(", ".join(OWN))

    def test_a_demo_secret_is_refused(self, production):
        with pytest.raises(ImproperlyConfigured, match=r": SERVICE_CLIENT_SECRET$"):
            production(**OWN | {"SERVICE_CLIENT_SECRET": "demo-only-secret"})

    def test_the_values_of_the_environment_are_used(self, production):
        settings = production(**OWN)

        assert (settings.SECRET_KEY, settings.SERVICE_CLIENT_SECRET) == ("x" * 50, "y" * 50)

    def test_every_host_is_refused(self, production):
        with pytest.raises(ImproperlyConfigured, match=r": ALLOWED_HOSTS$"):
            production(**OWN | {"ALLOWED_HOSTS": "*"})

    def test_the_hosts_are_those_of_the_environment(self, production):
        assert production(**OWN).ALLOWED_HOSTS == ["shop.internal", "127.0.0.1"]

    @pytest.mark.parametrize("url", ["http://payments.internal", "payments.internal", "ftp://payments.internal"])
    def test_a_gateway_without_tls_is_refused(self, production, url):
        with pytest.raises(ImproperlyConfigured, match="must be an https address"):
            production(**OWN | {"PAYMENT_GATEWAY_URL": url})
