"""The cells of cells.json: what each of them comes to, the same in Python and on the screen (cells.test.ts)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from queti.kernel.formulas import BOOLEAN, DATE, NUMBER, TEXT, FormulaError, Type, money, parse, to_text
from queti.kernel.rules.cells import read_cell

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cells.json").read_text("utf-8"))
TYPES: dict[str, Type] = {"number": NUMBER, "text": TEXT, "date": DATE, "boolean": BOOLEAN, "money": money()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cell"])
def test_a_cell_is_a_condition_over_its_column(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(FormulaError) as caught:
            read_cell(case["cell"], "amount", TYPES[case["type"]])
        assert caught.value.position == case["error"]
        return
    found = read_cell(case["cell"], "amount", TYPES[case["type"]])
    assert (found and to_text(found)) == (case["formula"] and to_text(parse(case["formula"])))
