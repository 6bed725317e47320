"""`scripts/pact.sh`: contracts through a Pact broker. A version of a service is a commit."""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.project import ROOT, SERVICES

COMMAND_LINE = Path(sys.executable).parent / "pact"  # of pact-python-cli
RETRIES = "2"  # the default takes two minutes when the broker fails


class PactError(Exception):
    """The text says what is missing."""


@dataclass(frozen=True)
class Version:
    number: str
    branch: str

    @classmethod
    def checked_out(cls, root: Path = ROOT) -> "Version":
        """
        The commit and branch of the working tree.

        :raises PactError: pacts/ has changes that are not committed, or no branch is checked out.
        """
        if _git(root, "status", "--porcelain", "--", "pacts"):
            raise PactError("pacts/ has changes that are not committed: they would be published under a wrong version")
        branch = os.environ.get("GIT_BRANCH") or _git(root, "branch", "--show-current")
        if not branch:
            raise PactError("no branch is checked out: set GIT_BRANCH")
        return cls(number=_git(root, "rev-parse", "HEAD"), branch=branch)


def publish(service: str, version: Version, _: str) -> int:
    pacts = sorted((ROOT / "pacts").glob(f"{service}-*.json"))
    if not pacts:
        raise PactError(f"{service} is no consumer: there is no pacts/{service}-*.json")
    names = [str(pact.relative_to(ROOT)) for pact in pacts]
    return _broker("publish", *names, "--consumer-app-version", version.number, "--branch", version.branch)


def verify(service: str, version: Version, _: str) -> int:
    environment = {
        "DJANGO_SETTINGS_MODULE": f"{service}.settings.test",
        "PROVIDER_VERSION": version.number,
        "PROVIDER_BRANCH": version.branch,
    }
    return _run([sys.executable, "-m", "scripts.shop.pact_verification", service], environment)


def can_i_deploy(service: str, version: Version, environment: str) -> int:
    return _broker("can-i-deploy", *_of(service, version), "--to-environment", environment)


def deployed(service: str, version: Version, environment: str) -> int:
    return _broker("record-deployment", *_of(service, version), "--environment", environment)


COMMANDS = {"publish": publish, "verify": verify, "can-i-deploy": can_i_deploy, "deployed": deployed}


def _of(service: str, version: Version) -> list[str]:
    return ["--pacticipant", service, "--version", version.number]


def _broker(*arguments: str) -> int:
    return _run([str(COMMAND_LINE), "broker", *arguments], {"PACT_BROKER_HTTP_RETRIES": RETRIES})


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    # Neither tool may report its use over the network.
    quiet = {"PACT_DO_NOT_TRACK": "true"}
    return subprocess.run(command, cwd=ROOT, env={**quiet, **os.environ, **environment}, check=False).returncode


def _git(root: Path, *arguments: str) -> str:
    asked = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/pact.sh")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("service", choices=[service.name for service in SERVICES])
    parser.add_argument("environment", nargs="?", default="production")
    arguments = parser.parse_args(argv)
    if not os.environ.get("PACT_BROKER_BASE_URL"):
        print("PACT_BROKER_BASE_URL, the URL of the broker, is not set", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments.command](arguments.service, Version.checked_out(), arguments.environment)
    except PactError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
