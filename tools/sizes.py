"""The ten longest functions and files, to be looked at: `bin/check` prints them, nothing more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ("src", "tests", "scenarios", "tools")
SHOWN = 10


def main() -> None:
    files = sorted(file for folder in PYTHON for file in (ROOT / folder).rglob("*.py"))
    screen = [file for kind in ("*.ts", "*.tsx") for file in (ROOT / "web" / "src").rglob(kind)]
    functions = sorted((each for file in files for each in functions_of(file)), reverse=True)
    lengths = sorted(length for length, _ in functions)
    if lengths:
        median, ninety = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
        print(f"{len(lengths)} functions: median {median} lines, p90 {ninety}; the longest:")
    show(functions)
    print(f"{len(files) + len(screen)} files; the longest:")
    show(sorted(((len(file.read_text().splitlines()), short(file)) for file in [*files, *screen]), reverse=True))


def functions_of(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1, f"{short(file)} {node.name}"


def show(sized: list[tuple[int, str]]) -> None:
    for length, name in sized[:SHOWN]:
        print(f"  {length:5} {name}")


def short(file: Path) -> str:
    return str(file.relative_to(ROOT))


main()
