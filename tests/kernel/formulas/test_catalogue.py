"""The editor's help is true: every function is told of once, and every example answers what it says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.definitions import FieldDef
from queti.kernel.formulas import (
    BOOLEAN,
    DATE,
    FUNCTION_NAMES,
    NUMBER,
    TEXT,
    FieldInfo,
    Names,
    check,
    choice,
    compile_python,
    rows_of,
)
from queti.kernel.formulas.catalogue import CATALOGUE, GROUPS, SAMPLE, Help
from queti.kernel.formulas.types import DAYS
from queti.kernel.values_parts import read_date_range
from tests.kernel.formulas.world import ENV

LINE = Names(
    {"quantity": FieldInfo(NUMBER), "amount": FieldInfo(NUMBER), "shipped": FieldInfo(BOOLEAN)}, name="sample.line"
)
ORDER = Names(
    {
        "number": FieldInfo(TEXT),
        "total": FieldInfo(NUMBER),
        "ordered_on": FieldInfo(DATE),
        "ship_by": FieldInfo(DATE),
        "state": FieldInfo(choice("draft", "open")),
        "visit": FieldInfo(DAYS),
        "lines": FieldInfo(rows_of("sample.line"), element=LINE, back="parent"),
    },
    name="sample.order",
)
EXAMPLES = [(help.name, *example) for help in CATALOGUE for example in help.examples]


def test_every_function_is_told_of_once() -> None:
    assert sorted(help.name for help in CATALOGUE) == FUNCTION_NAMES


@pytest.mark.parametrize("help", CATALOGUE, ids=[help.name for help in CATALOGUE])
def test_both_languages_speak(help: Help) -> None:
    assert help.group in GROUPS
    assert all(help.gives)
    assert all(signature.startswith(f"{help.name}(") for signature in help.signature)


@pytest.mark.parametrize(("name", "formula", "answer"), EXAMPLES)
def test_an_example_is_true_and_shows_its_function(name: str, formula: str, answer: str) -> None:
    assert f"{name}(" in formula
    assert answered(formula) == answered(answer)


def answered(formula: str) -> Any:
    return compile_python(check(formula, ORDER))(sample(), ENV)


def sample() -> dict[str, Any]:
    return {
        name: [_row(row) for row in value] if name == "lines" else _value(name, value) for name, value in SAMPLE.items()
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if name in ("total", "quantity", "amount"):
        return Decimal(value)
    if name == "visit":
        return read_date_range(value, FieldDef(type="date_range"))
    return date.fromisoformat(value) if name == "ordered_on" else value
