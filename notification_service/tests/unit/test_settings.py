"""Production does not start on demo secrets, and says which."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = "notification_service.settings.production"


@pytest.mark.security
class TestProduction:
    def test_names_every_secret_that_is_missing(self, monkeypatch):
        monkeypatch.delenv("SECRET_KEY", raising=False)
        monkeypatch.setenv("SERVICE_CLIENT_SECRET", "demo-only-secret")

        with pytest.raises(ImproperlyConfigured, match="SECRET_KEY, SERVICE_CLIENT_SECRET"):
            runpy.run_module(PRODUCTION)

    def test_starts_on_secrets_of_its_own(self, monkeypatch):
        own = {"SECRET_KEY": "x" * 50, "SERVICE_CLIENT_SECRET": "y" * 50}
        for name, value in own.items():
            monkeypatch.setenv(name, value)

        settings = runpy.run_module(PRODUCTION)

        assert {name: settings[name] for name in own} == own
