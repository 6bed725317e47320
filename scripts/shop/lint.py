"""`scripts/lint.sh`: all static checks."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from scripts.shop import jobs
from scripts.shop.progress import say
from scripts.shop.project import ROOT, SERVICES, run_dir
from scripts.shop.tables import table

BIN = ROOT / ".venv" / "bin"
SETTINGS = {
    "servicekit": "servicekit.tests.settings",
    "scripts": "order_service.settings.test",  # mypy's plugin needs a Django project; benches import this one
    **{service.name: f"{service.name}.settings.test" for service in SERVICES},
}


def checks() -> Iterator[jobs.Job]:
    """Every check, the slow ones first."""
    for package, settings in SETTINGS.items():
        cache = run_dir() / "cache" / "mypy" / package
        yield check(f"types {package}", _tool("mypy"), "-p", package, "--cache-dir", str(cache), settings=settings)
    for service in SERVICES:
        yield own_check("migrations", service.name)
        yield own_check("openapi", service.name)
    yield check("imports", _tool("lint-imports"), "--no-cache")
    yield check("format", _tool("ruff"), "format", "--check", "--diff", ".")
    yield check("style", _tool("ruff"), "check", ".")
    yield check("shell", _tool("shellcheck"), "--external-sources", *_shell_files())
    schema = "--builtin-schema=vendor.github-workflows"
    yield check("workflow syntax", _tool("check-jsonschema"), schema, *_workflows())
    engines = [str(file.relative_to(ROOT)) for file in sorted(ROOT.glob("deploy/chaos/*.yaml"))]
    engine = "--schemafile=deploy/chaos/schema/chaosengine.yaml"
    yield check("chaos manifests", _tool("check-jsonschema"), engine, *engines)
    yield check("workflow safety", _tool("zizmor"), "--offline", "--no-progress", "--quiet", *_workflows())
    yield own_check("pins")
    yield own_check("addresses")
    yield own_check("size")


def check(name: str, *command: str, settings: str = "") -> jobs.Job:
    log = run_dir() / "lint" / f"{name.replace(' ', '-')}.log"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings} if settings else os.environ
    return jobs.Job(name, command, log=log, environment=environment)


def own_check(name: str, *arguments: str) -> jobs.Job:
    """A check of checks.py."""
    command = (sys.executable, "-m", "scripts.shop.checks", name, *arguments)
    return check(" ".join((name, *arguments)), *command, settings=SETTINGS[arguments[0]] if arguments else "")


def fix() -> None:
    """Fix layout, simple style and the committed OpenAPI documents."""
    subprocess.run([_tool("ruff"), "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
    subprocess.run([_tool("ruff"), "format", "--quiet", "."], cwd=ROOT, check=True)
    for service in SERVICES:
        subprocess.run(
            [sys.executable, "-m", service.name, "spectacular", "--file", f"{service.name}/openapi.yaml"],
            cwd=ROOT,
            check=True,
        )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/lint.sh")
    parser.add_argument("words", nargs="*", metavar="word", help="only the checks whose names contain one of these")
    parser.add_argument("--fix", action="store_true", help="first fix layout, simple style and OpenAPI documents")
    arguments = parser.parse_intermixed_args(argv)
    if arguments.fix:
        fix()

    started = time.monotonic()
    chosen = [job for job in checks() if not arguments.words or any(word in job.name for word in arguments.words)]
    if not chosen:
        print(f"There is no such check. The checks: {', '.join(job.name for job in checks())}.", file=sys.stderr)
        return 2
    try:
        results = jobs.run(chosen, ended=_tell)
    except KeyboardInterrupt:
        say("\nInterrupted; every check has ended.")
        return 130

    say("")
    say(table([(result.job.name, f"{result.seconds:.1f} s", _word(result)) for result in results]))
    red = sum(result.exit_code != 0 for result in results)
    say(f"\n{len(results) - red} checks green, {red} red, {time.monotonic() - started:.1f} s")
    return 1 if red else 0


def _tell(result: jobs.Result) -> None:
    if result.exit_code:
        say(f"\n--- {result.job.name}\n{result.output}")
    say(f"{'✗' if result.exit_code else '✓'} {result.job.name} ({result.seconds:.1f} s)")


def _word(result: jobs.Result) -> str:
    return "RED" if result.exit_code else "green"


def _tool(name: str) -> str:
    return str(BIN / name)


def _shell_files() -> list[str]:
    return [*(str(file.relative_to(ROOT)) for file in sorted(ROOT.glob("scripts/*.sh"))), ".ci/run"]


def _workflows() -> list[str]:
    return [str(file.relative_to(ROOT)) for file in sorted(ROOT.glob(".github/workflows/*.yml"))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
