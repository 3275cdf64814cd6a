"""The reference pages say what is true: every function is there, and every example answers what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queti.kernel.formulas import FUNCTION_NAMES, Names, check, compile_python
from tests.kernel.formulas.world import ENV

PAGES = sorted((Path(__file__).parents[3] / "docs/reference").glob("formulas*.md"))
EXAMPLES = re.compile(r"`([^`]+)` → `([^`]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
class TestEachPage:
    def test_names_every_function(self, page: Path) -> None:
        text = page.read_text("utf-8")
        assert not [name for name in FUNCTION_NAMES if f"`{name}(" not in text]

    def test_has_true_examples(self, page: Path) -> None:
        examples = EXAMPLES.findall(page.read_text("utf-8"))
        assert len(examples) > 30
        for formula, answer in examples:
            assert value(formula) == value(answer), formula


def value(formula: str) -> object:
    return compile_python(check(formula, Names({})))({}, ENV)


def test_both_languages_are_there() -> None:
    assert [page.name for page in PAGES] == ["formulas.md", "formulas.zh-CN.md"]
