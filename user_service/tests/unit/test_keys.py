import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from servicekit.auth.tokens import SigningKey
from user_service import keys, wiring

pytestmark = pytest.mark.security


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "jwt.pem"


class TestLoadOrMake:
    def test_makes_a_key_that_only_we_can_read(self, path):
        keys.load_or_make(path)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_keeps_the_key_that_is_there(self, path):
        assert keys.load_or_make(path).kid == keys.load_or_make(path).kid

    def test_takes_the_key_of_who_was_faster(self, path):
        faster = keys.load_or_make(path)

        keys._make(path)

        assert keys.load(path).kid == faster.kid

    def test_makes_one_key_for_all_who_start_side_by_side(self, path):
        with ThreadPoolExecutor(8) as starting:
            made = list(starting.map(keys.load_or_make, [path] * 8))

        assert len({key.kid for key in made}) == 1
        assert [each.name for each in path.parent.iterdir()] == ["jwt.pem"]

    @pytest.mark.parametrize(
        "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
    )
    def test_names_a_file_that_is_no_key(self, tmp_path, content):
        path = tmp_path / "broken.pem"
        path.write_bytes(content)

        with pytest.raises(ImproperlyConfigured, match=r"broken\.pem"):
            keys.load_or_make(path)


class TestWiring:
    @pytest.fixture(autouse=True)
    def _read_again(self):
        # Whoever verifies holds what was published: left with old keys, it would refuse the next test's tokens.
        kept = (wiring.signing_key, wiring.published_keys, wiring.token_keys)
        for each in kept:
            each.cache_clear()
        yield
        for each in kept:
            each.cache_clear()

    def test_publishes_retired_keys_beside_the_one_in_use(self, tmp_path, settings):
        retired, current = SigningKey.generate(), SigningKey.generate()
        for name, key in {"retired.pem": retired, "current.pem": current}.items():
            (tmp_path / name).write_bytes(key.pem())
        settings.JWT_PRIVATE_KEY_FILE = tmp_path / "current.pem"
        settings.JWT_RETIRED_KEY_FILES = [tmp_path / "retired.pem"]

        assert [key["kid"] for key in wiring.published_keys()] == [current.kid, retired.kid]
        assert wiring.signing_key().kid == current.kid

    def test_makes_no_key_in_production(self, path, settings):
        settings.JWT_PRIVATE_KEY_FILE, settings.JWT_KEY_IS_MADE_WHEN_MISSING = path, False

        with pytest.raises(ImproperlyConfigured, match=r"jwt\.pem"):
            wiring.signing_key()
        assert not path.exists()
