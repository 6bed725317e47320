"""
The caller's environment decides nothing: tests inherit the variables named here, and no others.

An allow-list, because nobody can list what a variable may change in Django, libpq, requests, and the rest.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

ALLOWED = {
    # the machine
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "COLUMNS", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHON_FOR_VENV"),
    # continuous integration
    "CI",
}
ALLOWED_PREFIXES = (
    *("TEST_", "SHOP_TEST_", "PACTS_"),  # our own tools: README.md beside this file, scripts/shop/contracts.py
    *("PYTEST_", "COVERAGE_", "DOCKER_", "TESTCONTAINERS_"),  # tools that tests are run with
    *("GITHUB_", "RUNNER_"),  # continuous integration
)
FOR_DOWNLOADS = {
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
}
FOR_DOWNLOADS_PREFIXES = ("NPM_CONFIG_", "PIP_", "UV_")

_of_the_caller = dict(os.environ)


def clear() -> None:
    """Leave only the allowed variables in this process, and so in those that it starts."""
    for name in list(os.environ):
        if name not in ALLOWED and not name.startswith(ALLOWED_PREFIXES):
            del os.environ[name]
    time.tzset()  # TZ is gone
    os.environ["NETRC"] = os.devnull  # else requests takes passwords from ~/.netrc


@contextmanager
def cleared() -> Iterator[None]:
    """Leave only the allowed variables while this block lasts."""
    before = dict(os.environ)
    clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()


def for_downloads() -> dict[str, str]:
    """Give the environment of a program that installs packages: with the caller's proxies and certificates."""
    wanted = {
        name: value
        for name, value in _of_the_caller.items()
        if name.upper() in FOR_DOWNLOADS or name.upper().startswith(FOR_DOWNLOADS_PREFIXES)
    }
    return os.environ | wanted
