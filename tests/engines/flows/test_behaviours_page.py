"""The page of behaviours tells of tests that exist, and of every story."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.engines.flows.test_shapes import STORIES

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/reference/flow-behaviours.md"
PLACES = ("tests/engines/flows", "tests/server", "tests/apps", "tests/kernel")


def _told() -> set[str]:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`(\w+\*?)`", row)}


def _there() -> set[str]:
    files = [file for place in PLACES for file in (ROOT / place).rglob("test_*.py")]
    return {node.name for file in files for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}  # fmt: skip


def test_every_test_that_the_page_names_exists() -> None:
    there = _there()
    named = {name for name in _told() if name.startswith("test_")}
    assert len(named) > 80
    gone = {name for name in named if not any(
        each.startswith(name[:-1]) if name.endswith("*") else each == name for each in there)}  # fmt: skip
    assert not gone


def test_every_story_stands_on_the_page() -> None:
    assert {name for name in _told() if not name.startswith("test_")} == {story.__name__ for story in STORIES}
