"""The key that signs tokens, in its file."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from user_service.signing import SigningKey


def load(path: Path) -> SigningKey:
    """
    Read a private key.

    :raises ImproperlyConfigured: the file is missing or has no Ed25519 private key; the message names the file.
    """
    try:
        return SigningKey.from_pem(path.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"no Ed25519 private key can be read from {path}: {error}") from error


def load_or_make(path: Path) -> SigningKey:
    """Read the key, or make it first. Processes that start at the same time all get the same key."""
    if not path.exists():
        _make(path)
    return load(path)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(SigningKey.generate().pem())
    try:
        # The file appears at once and complete; a second process that makes a key finds that it exists.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
