"""Production refuses missing values and demo secrets, and names them."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = "user_service.settings.production"
OWN = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "shop.internal,127.0.0.1",
    "SERVICE_CLIENTS": "order_service=y=y,notification_service=zzz",
    "JWT_PRIVATE_KEY_FILE": "/keys/jwt.pem",
    "DATABASE_URL": "postgres://shop:secret@db/users",
    "BROKER_URL": "amqp://shop:secret@broker//",
    "EMAIL_HOST": "mail",
    "SHOP_URL": "https://shop.example",
}


@pytest.mark.security
class TestProduction:
    def test_the_error_names_every_missing_value(self, monkeypatch):
        for name in OWN:
            monkeypatch.delenv(name, raising=False)

        with pytest.raises(ImproperlyConfigured, match=": " + ", ".join(OWN)):
            runpy.run_module(PRODUCTION)

    def test_loads_when_every_value_is_set(self, monkeypatch):
        for name, value in OWN.items():
            monkeypatch.setenv(name, value)

        settings = runpy.run_module(PRODUCTION)

        assert settings["SECRET_KEY"] == OWN["SECRET_KEY"]
        assert not settings["JWT_KEY_IS_MADE_WHEN_MISSING"]

    def test_a_demo_secret_is_refused(self, monkeypatch):
        for name, value in (OWN | {"SERVICE_CLIENTS": "order_service=demo-only-secret"}).items():
            monkeypatch.setenv(name, value)

        with pytest.raises(ImproperlyConfigured, match=r": SERVICE_CLIENTS$"):
            runpy.run_module(PRODUCTION)
