"""`scripts/openapi.sh`: compares the OpenAPI schemas with those that clients rely on, and replaces these."""

import argparse
import shutil
import sys
from collections.abc import Sequence

from scripts.shop.project import ROOT, SERVICES
from tests.support.contracts import schemas

NAMES = [service.name for service in SERVICES]


def breaking(services: Sequence[str]) -> int:
    """Print the changes that would break a client; 1 when there are any."""
    found = 0
    for service in services or NAMES:
        before, after = schemas.BASELINES / f"{service}.yaml", ROOT / service / "openapi.yaml"
        changes = schemas.breaking_changes(schemas.read(before), schemas.read(after))
        found += len(changes)
        print("\n".join(f"{service}: {change}" for change in changes) or f"{service}: no breaking change")
    return 1 if found else 0


def accept(services: Sequence[str]) -> int:
    for service in services:
        schemas.read(ROOT / service / "openapi.yaml")
        shutil.copyfile(ROOT / service / "openapi.yaml", schemas.BASELINES / f"{service}.yaml")
        print(f"{service}/openapi.yaml is the schema that clients rely on now.")
    return 0


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/openapi.sh")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("breaking").add_argument("services", nargs="*", metavar="SERVICE")
    commands.add_parser("accept").add_argument("services", nargs="+", metavar="SERVICE", choices=NAMES)
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.services) - set(NAMES):
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    return breaking(arguments.services) if arguments.command == "breaking" else accept(arguments.services)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
