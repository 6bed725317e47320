import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from user_service.hashers import SodiumArgon2Hasher, make_passwords

pytestmark = pytest.mark.security


class CheapHasher(SodiumArgon2Hasher):
    """The same code with little to do."""

    time_cost = 1
    memory_cost = 8


hasher = CheapHasher()


class TestSodiumArgon2Hasher:
    def test_writes_one_of_the_settings_that_owasp_recommends(self):
        real = SodiumArgon2Hasher()

        assert real.encode("secret", real.salt()).startswith("argon2$argon2id$v=19$m=7168,t=5,p=1$")

    def test_knows_the_password_again(self):
        encoded = hasher.encode("pässword", hasher.salt())

        assert hasher.verify("pässword", encoded)
        assert not hasher.verify("password", encoded)

    def test_writes_what_djangos_hasher_reads(self):
        encoded = hasher.encode("secret", hasher.salt())

        assert Argon2PasswordHasher().verify("secret", encoded)
        assert not Argon2PasswordHasher().verify("other", encoded)

    def test_reads_what_djangos_hasher_writes(self):
        django = Argon2PasswordHasher()
        django.time_cost, django.memory_cost, django.parallelism = 1, 8, 1

        assert hasher.verify("secret", django.encode("secret", django.salt()))

    def test_is_content_with_what_it_writes(self):
        """Else every sign-in would hash and save the password again."""
        assert not hasher.must_update(hasher.encode("secret", hasher.salt()))

    def test_wants_more_than_weaker_settings(self):
        assert SodiumArgon2Hasher().must_update(hasher.encode("secret", hasher.salt()))

    def test_renews_a_cheaper_hash_when_its_owner_signs_in(self, settings):
        cheap = make_password("secret")
        settings.PASSWORD_HASHERS = [
            "user_service.hashers.SodiumArgon2Hasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ]
        renewed = []

        assert check_password("secret", cheap, setter=renewed.append)
        assert renewed == ["secret"]


class TestMakePasswords:
    def test_hashes_each_with_a_salt_of_its_own(self):
        first, second, other = make_passwords(["one", "one", "two"])

        assert first != second
        assert [check_password("one", first), check_password("one", second), check_password("two", other)] == [True] * 3
