"""Environment variables, read once by `<service>/settings`, with types and with errors that name the variable."""

from typing import Final

import environs
from django.core.exceptions import ImproperlyConfigured
from environs import validate

DEMO_MARK: Final = "demo-only"
PORT: Final = validate.Range(1, 65_535)
HTTP_ADDRESS: Final = validate.Regexp(r"https?://[^\s/?#\[\]@]+(/[^\s?#]*)?\Z", error="{input!r} is no http address")
RATE: Final = validate.Regexp(
    r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)\Z", error="{input!r} is not like 30/min"
)


class Environment(environs.FileAwareEnv):
    """
    Typed reading: `env.str("HOST", "127.0.0.1")`, `env.int`, `env.bool`, `env.list` and the methods below.

    A value may also be in a file: with SECRET_KEY_FILE set, `env.str("SECRET_KEY")` is that file's content.

    :raises environs.EnvError: a value is missing or malformed; the message names the variable.
    """

    def port(self, name: str, default: int) -> int:
        """Give a TCP port, 1 to 65535."""
        return int(self.int(name, default, validate=PORT))

    def service_url(self, name: str, default: str) -> str:
        """Give the address of another service, without a slash at its end."""
        return str(self.str(name, default, validate=HTTP_ADDRESS)).rstrip("/")

    def rate(self, name: str, default: str) -> str:
        """Give a request rate limit of Django REST framework, such as `30/min`."""
        return str(self.str(name, default, validate=RATE))


def production_secret(*names: str, env: Environment | None = None) -> dict[str, str]:
    """
    Give the values of these variables, none of which may be missing, empty, a demo value or `*`.

    :raises ImproperlyConfigured: names every variable that is at fault.
    """
    env = env or Environment()
    values = {name: env.str(name, "") for name in names}
    at_fault = [name for name, value in values.items() if not value.strip() or DEMO_MARK in value or value == "*"]
    if at_fault:
        raise ImproperlyConfigured(f"production needs its own value of: {', '.join(at_fault)}")
    return values
