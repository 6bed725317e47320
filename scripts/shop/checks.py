"""
The project's own checks: `python -m scripts.shop.checks NAME [service]`, called by lint.py.

Each prints what is wrong and exits 1. Those of a service run with its test settings in DJANGO_SETTINGS_MODULE.
"""

import difflib
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.shop import size as sizes
from scripts.shop.project import ROOT, SERVICES

# Written so that the check does not find this file.
ADDRESSES = re.compile(
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian|(?<![\w.~*}])(?<!target=)/(?:work|root|home)/"
)
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)", re.MULTILINE)


class CheckFailed(Exception):
    """The text says what is wrong, and how to fix it."""


def migrations(service: str) -> None:
    """The migrations match the models, can be reversed, and block no process that runs meanwhile."""
    call_command = _django()
    from servicekit.testing.safe_migrations import complaints  # noqa: PLC0415 - imports Django

    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    call_command("migrate", verbosity=0)
    call_command("migrate", service, "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    if unsafe := complaints(service):
        raise CheckFailed("\n".join([*unsafe, "docs/migrations.md describes safe migrations."]))


def openapi(service: str) -> None:
    """The OpenAPI document is valid, has no warnings, and equals the committed one."""
    call_command = _django()
    document = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=document)

    file = ROOT / service / "openapi.yaml"
    committed = file.read_text().rstrip().splitlines() if file.exists() else []
    now = document.getvalue().rstrip().splitlines()
    if now != committed:
        difference = difflib.unified_diff(committed, now, "committed", "now", lineterm="")
        raise CheckFailed("\n".join([*difference, f"{file.relative_to(ROOT)} is out of date: scripts/lint.sh --fix"]))


def pins() -> None:
    """A service ships with the versions that it is tested with, and without test tools."""
    tested = dict(PIN.findall((ROOT / "requirements-test.txt").read_text()))
    tools = {"pytest", "coverage", "responses", "factory-boy", "schemathesis", "mypy", "ruff"}
    wrong = []
    for service in SERVICES:
        shipped = dict(PIN.findall((ROOT / service.name / "requirements.txt").read_text()))
        wrong += [
            f"{service.name} ships {name} {version}, tested is {tested.get(name, 'none')}"
            for name, version in shipped.items()
            if tested.get(name) != version
        ]
        wrong += [f"{service.name} ships the test tool {name}" for name in sorted(tools & shipped.keys())]
    if wrong:
        raise CheckFailed("\n".join([*wrong, "To fix it: scripts/lock.sh"]))


def addresses() -> None:
    """No file contains the host of a package registry, or a path of one machine."""
    found = []
    for file in _project_files():
        for number, line in enumerate(file.read_text(errors="ignore").splitlines(), start=1):
            if match := ADDRESSES.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {match.group()}")
    if found:
        raise CheckFailed("\n".join(found))


def size() -> None:
    """No module is over 150 lines, and servicekit is under 2,000 lines of code."""
    if too_large := sizes.complaints(ROOT, [file.relative_to(ROOT) for file in _project_files()]):
        raise CheckFailed("\n".join([*too_large, "Split what has two purposes, or delete."]))


def _django() -> Callable[..., object]:
    import django  # noqa: PLC0415 - half of the checks need no Django
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    return call_command


def _project_files() -> list[Path]:
    """Every file that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


CHECKS: dict[str, Callable[..., None]] = {
    "migrations": migrations,
    "openapi": openapi,
    "pins": pins,
    "addresses": addresses,
    "size": size,
}


def main(name: str, *arguments: str) -> int:
    try:
        CHECKS[name](*arguments)
    except CheckFailed as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
