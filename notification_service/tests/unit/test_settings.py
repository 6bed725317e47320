"""Production refuses demo secrets and embedded defaults, and names them."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = "notification_service.settings.production"
OWN = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "shop.internal,127.0.0.1",
    "SERVICE_CLIENT_SECRET": "y" * 50,
    "DATABASE_URL": "postgresql://db.test/notification_service",
    "BROKER_URL": "amqp://broker.test",
    "EMAIL_HOST": "mail.test",
}


@pytest.mark.security
class TestProduction:
    def test_a_start_with_missing_or_demo_values_names_them_all(self, monkeypatch):
        for name in OWN:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SERVICE_CLIENT_SECRET", "demo-only-secret")

        with pytest.raises(ImproperlyConfigured, match=", ".join(OWN)):
            runpy.run_module(PRODUCTION)

    def test_a_start_with_all_values_uses_them(self, monkeypatch):
        for name, value in OWN.items():
            monkeypatch.setenv(name, value)

        settings = runpy.run_module(PRODUCTION)

        assert settings["SECRET_KEY"] == OWN["SECRET_KEY"]
        assert settings["SERVICE_CLIENT_SECRET"] == OWN["SERVICE_CLIENT_SECRET"]
