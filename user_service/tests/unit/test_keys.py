import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from user_service import keys, wiring
from user_service.signing import SigningKey

pytestmark = pytest.mark.security


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "jwt.pem"


class TestLoadOrMake:
    def test_makes_a_file_that_only_its_owner_can_read(self, path):
        keys.load_or_make(path)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_keeps_an_existing_key(self, path):
        assert keys.load_or_make(path).kid == keys.load_or_make(path).kid

    def test_uses_the_key_of_a_process_that_was_faster(self, path):
        faster = keys.load_or_make(path)

        keys._make(path)

        assert keys.load(path).kid == faster.kid

    def test_concurrent_starts_make_one_key(self, path):
        with ThreadPoolExecutor(8) as starting:
            made = list(starting.map(keys.load_or_make, [path] * 8))

        assert len({key.kid for key in made}) == 1
        assert [each.name for each in path.parent.iterdir()] == ["jwt.pem"]

    @pytest.mark.parametrize(
        "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
    )
    def test_the_error_names_a_file_without_a_key(self, tmp_path, content):
        path = tmp_path / "broken.pem"
        path.write_bytes(content)

        with pytest.raises(ImproperlyConfigured, match=r"broken\.pem"):
            keys.load_or_make(path)


class TestWiring:
    @pytest.fixture(autouse=True)
    def _clear_caches(self):
        # Otherwise the keys of one test are used by the next.
        kept = (wiring.signing_key, wiring.published_keys, wiring.token_keys)
        for each in kept:
            each.cache_clear()
        yield
        for each in kept:
            each.cache_clear()

    def test_publishes_the_current_and_the_retired_keys(self, tmp_path, settings):
        retired, current = SigningKey.generate(), SigningKey.generate()
        for name, key in {"retired.pem": retired, "current.pem": current}.items():
            (tmp_path / name).write_bytes(key.pem())
        settings.JWT_PRIVATE_KEY_FILE = tmp_path / "current.pem"
        settings.JWT_RETIRED_KEY_FILES = [tmp_path / "retired.pem"]

        assert [key["kid"] for key in wiring.published_keys()] == [current.kid, retired.kid]
        assert wiring.signing_key().kid == current.kid

    def test_makes_no_key_when_the_settings_forbid_it(self, path, settings):
        settings.JWT_PRIVATE_KEY_FILE, settings.JWT_KEY_IS_MADE_WHEN_MISSING = path, False

        with pytest.raises(ImproperlyConfigured, match=r"jwt\.pem"):
            wiring.signing_key()
        assert not path.exists()
