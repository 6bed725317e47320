"""The sizes of modules, for the check of that name."""

import ast
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path

MOST_LINES = 150
"""Of a module, with comments and empty lines."""
MOST_LINES_OF_KIT = 2_100
"""Of servicekit, without comments, docstrings, empty lines and what is for tests: docs/decisions/size-of-the-kit.md."""

NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def is_module(file: Path) -> bool:
    """Whether a file of the project, by its path in it, is code: production, scripts, or a tool for tests."""
    is_test = file.name.startswith("test_") or "tests" in file.parts[1:] or "migrations" in file.parts
    return file.suffix == ".py" and not is_test


def is_in_kit(file: Path) -> bool:
    return is_module(file) and file.parts[0] == "servicekit" and "testing" not in file.parts


def complaints(root: Path, files: Iterable[Path]) -> list[str]:
    """A sentence for each module that is too long, and for the kit."""
    sources = {file: (root / file).read_text() for file in files if is_module(file)}
    found = [
        f"{file} has {lines} lines, more than {MOST_LINES}"
        for file, source in sources.items()
        if (lines := len(source.splitlines())) > MOST_LINES
    ]
    kit = sum(lines_of_code(source) for file, source in sources.items() if is_in_kit(file))
    if kit >= MOST_LINES_OF_KIT:
        found.append(f"servicekit has {kit} lines of code, not under {MOST_LINES_OF_KIT}")
    return found


def lines_of_code(source: str) -> int:
    """The number of lines that are neither empty, a comment nor a docstring."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            docstrings |= _lines(node.body[0].lineno, node.body[0].end_lineno)
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            code |= _lines(token.start[0], token.end[0])
    return len(code - docstrings)


def _lines(first: int, last: int | None) -> set[int]:
    return set(range(first, (last or first) + 1))
