"""The process's environment, read once by `<service>/settings`, typed, and complained about by name."""

import re
from typing import Final

import environs
from django.core.exceptions import ImproperlyConfigured

DEMO_MARK: Final = "demo-only"
HTTP_ADDRESS = re.compile(r"https?://[^\s/?#\[\]@]+(/[^\s?#]*)?")
THROTTLE_RATE = re.compile(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)")


class Environment(environs.FileAwareEnv):
    """
    Typed reading: `env.str("HOST", "127.0.0.1")`, `env.int`, `env.bool`, `env.list` and what stands below.

    A value may also lie in a file: with SECRET_KEY_FILE set, `env.str("SECRET_KEY")` is that file's content.

    :raises environs.EnvError: a value is missing or malformed; the message names the variable.
    """

    def port(self, name: str, default: int) -> int:
        """Give a TCP port, 1 to 65535."""
        port: int = self.int(name, default)
        if not 1 <= port <= 65_535:
            raise environs.EnvValidationError(f'Environment variable "{name}" invalid: {port} is no port', [])
        return port

    def service_url(self, name: str, default: str) -> str:
        """Give the address of another service, without the slash at its end."""
        url: str = self.str(name, default)
        if not HTTP_ADDRESS.fullmatch(url):
            raise environs.EnvValidationError(f'Environment variable "{name}" invalid: {url!r} is no http address', [])
        return url.rstrip("/")

    def rate(self, name: str, default: str) -> str:
        """Give a limit in the form of Django REST framework's throttles, as in `30/min`."""
        rate: str = self.str(name, default)
        if not THROTTLE_RATE.fullmatch(rate):
            raise environs.EnvValidationError(f'Environment variable "{name}" invalid: {rate!r} is not like 30/min', [])
        return rate


def production_secret(*names: str, env: Environment | None = None) -> dict[str, str]:
    """
    Give the values of all these variables, none of which may be missing, empty, a demo value or `*`.

    :raises ImproperlyConfigured: names every variable at fault at once, so that one start is enough to learn them all.
    """
    env = env or Environment()
    values = {name: env.str(name, "") for name in names}
    at_fault = [name for name, value in values.items() if not value.strip() or DEMO_MARK in value or value == "*"]
    if at_fault:
        raise ImproperlyConfigured(f"production needs its own value of: {', '.join(at_fault)}")
    return values
