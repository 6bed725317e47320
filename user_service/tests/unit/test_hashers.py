import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from user_service.hashers import SodiumArgon2Hasher, make_passwords

pytestmark = pytest.mark.security


class CheapHasher(SodiumArgon2Hasher):
    """The same code with fast parameters."""

    time_cost = 1
    memory_cost = 8


hasher = CheapHasher()


class TestSodiumArgon2Hasher:
    def test_uses_parameters_that_owasp_recommends(self):
        real = SodiumArgon2Hasher()

        assert real.encode("secret", real.salt()).startswith("argon2$argon2id$v=19$m=7168,t=5,p=1$")

    def test_verifies_the_right_password_only(self):
        encoded = hasher.encode("pässword", hasher.salt())

        assert hasher.verify("pässword", encoded)
        assert not hasher.verify("password", encoded)

    def test_djangos_hasher_verifies_its_hashes(self):
        encoded = hasher.encode("secret", hasher.salt())

        assert Argon2PasswordHasher().verify("secret", encoded)
        assert not Argon2PasswordHasher().verify("other", encoded)

    def test_verifies_hashes_of_djangos_hasher(self):
        django = Argon2PasswordHasher()
        django.time_cost, django.memory_cost, django.parallelism = 1, 8, 1

        assert hasher.verify("secret", django.encode("secret", django.salt()))

    def test_its_own_hash_needs_no_update(self):
        """Otherwise every sign-in would hash and save the password again."""
        assert not hasher.must_update(hasher.encode("secret", hasher.salt()))

    def test_a_hash_with_weaker_parameters_needs_an_update(self):
        assert SodiumArgon2Hasher().must_update(hasher.encode("secret", hasher.salt()))

    def test_a_weaker_hash_is_replaced_at_the_next_check(self, settings):
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
