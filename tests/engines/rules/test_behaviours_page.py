"""The page of what rules do tells of tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/reference/rule-behaviours.md"
PLACES = ("tests/kernel/rules", "tests/engines/rules", "tests/server", "tests/apps", "tests/browser")


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    files = [file for place in PLACES for file in (ROOT / place).rglob("test_*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    there = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    assert len(named) > 50
    assert named - there == set()
