import environs
import pytest
from django.core.exceptions import ImproperlyConfigured

from servicekit.base.environment import Environment, production_secret


@pytest.fixture
def env():
    return Environment()


class TestPort:
    def test_is_the_default_when_nothing_is_set(self, env):
        assert env.port("SHOP_PORT", 8001) == 8001

    @pytest.mark.parametrize("value", ["0", "65536", "-1", "http", ""])
    def test_refuses_other_values_and_names_the_variable(self, env, monkeypatch, value):
        monkeypatch.setenv("SHOP_PORT", value)

        with pytest.raises(environs.EnvError, match="SHOP_PORT"):
            env.port("SHOP_PORT", 8001)


class TestServiceUrl:
    def test_has_no_slash_at_its_end(self, env, monkeypatch):
        monkeypatch.setenv("USERS_URL", "https://users.example:8443/")

        assert env.service_url("USERS_URL", "") == "https://users.example:8443"

    @pytest.mark.parametrize(
        "value",
        ["users:8000", "ftp://users", "http://", "", "http://[::1", "http://users?a=b", "http://user:secret@users"],
    )
    def test_refuses_what_is_no_http_address(self, env, monkeypatch, value):
        monkeypatch.setenv("USERS_URL", value)

        with pytest.raises(environs.EnvError, match="USERS_URL"):
            env.service_url("USERS_URL", "")


class TestRate:
    @pytest.mark.parametrize("value", ["30/min", "1/s", "5/hour", "100000/d"])
    def test_accepts_rates_of_the_framework(self, env, monkeypatch, value):
        monkeypatch.setenv("THROTTLE_LOGIN", value)

        assert env.rate("THROTTLE_LOGIN", "1/s") == value

    @pytest.mark.parametrize("value", ["30", "0/min", "many/min", "30/fortnight", "30/min ", "-1/s"])
    def test_refuses_other_values(self, env, monkeypatch, value):
        monkeypatch.setenv("THROTTLE_LOGIN", value)

        with pytest.raises(environs.EnvError, match="THROTTLE_LOGIN"):
            env.rate("THROTTLE_LOGIN", "1/s")


class TestProductionSecret:
    def test_gives_the_values_by_name(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "a long and private one")
        monkeypatch.setenv("CLIENT_SECRET", "another")

        assert production_secret("SECRET_KEY", "CLIENT_SECRET") == {
            "SECRET_KEY": "a long and private one",
            "CLIENT_SECRET": "another",
        }

    def test_names_every_variable_at_fault(self, monkeypatch):
        """One that is missing, one that is empty, and one with its demo value."""
        monkeypatch.delenv("MISSING", raising=False)
        monkeypatch.setenv("EMPTY", " ")
        monkeypatch.setenv("DEMO", "demo-only-secret")
        monkeypatch.setenv("FINE", "private")

        with pytest.raises(ImproperlyConfigured) as refusal:
            production_secret("MISSING", "EMPTY", "DEMO", "FINE")

        assert str(refusal.value) == "production needs its own value of: MISSING, EMPTY, DEMO"

    def test_may_be_in_a_file(self, monkeypatch, tmp_path):
        """As Docker and Kubernetes provide secrets."""
        (tmp_path / "secret").write_text("from a file")
        monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

        assert production_secret("SECRET_KEY") == {"SECRET_KEY": "from a file"}
