"""Password hashing. Reasons and measurements: docs/decisions/password-hashing.md."""

import os
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password


class SodiumArgon2Hasher(Argon2PasswordHasher):
    """
    Argon2id by libsodium, which uses AVX2 where the processor has it.

    The parameters are one of the five sets that OWASP recommends as equally strong: 7 MiB of memory, 5 passes, 1 lane
    (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id). The hashes have
    Django's format, so Django's own Argon2 hasher can verify them, and this one can verify Django's.
    """

    time_cost = 5
    memory_cost = 7168  # KiB
    parallelism = 1
    salt_entropy = 95  # bits: 16 characters, the length that libsodium requires

    def encode(self, password: str, salt: str) -> str:
        from nacl import bindings  # noqa: PLC0415 - not every command hashes a password

        raw = bindings.crypto_pwhash_alg(
            32,
            password.encode(),
            salt.encode(),
            self.time_cost,
            self.memory_cost * 1024,
            bindings.crypto_pwhash_ALG_ARGON2ID13,
        )
        costs = f"m={self.memory_cost},t={self.time_cost},p={self.parallelism}"
        return f"argon2$argon2id$v=19${costs}${_base64(salt.encode())}${_base64(raw)}"

    def verify(self, password: str, encoded: str) -> bool:
        from nacl import exceptions, pwhash  # noqa: PLC0415

        try:
            return bool(pwhash.verify(encoded.removeprefix("argon2").encode(), password.encode()))
        except exceptions.InvalidkeyError:
            return False


def make_passwords(raw: Sequence[str]) -> list[str]:
    """Hash many passwords, each with its own salt, on every core: libsodium releases Python's GIL."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return list(threads.map(make_password, raw))


def _base64(raw: bytes) -> str:
    return b64encode(raw).rstrip(b"=").decode()
