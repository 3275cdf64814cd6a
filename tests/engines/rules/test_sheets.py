"""A table leaves as a spreadsheet and comes back as it was."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest

from queti.engines.rules.sheets import read_table, write_table
from queti.kernel.definitions import RowDef, RuleDef
from queti.kernel.errors import UnknownName
from queti.kernel.publishing.canonical import decode

RULE = cast(
    "RuleDef",
    decode(
        "rule",
        {
            "rule": "shop.parcel",
            "inputs": {"weight": {}, "zone": {"type": "text"}},
            "outputs": {"price": {"type": "number"}},
            "rows": [
                {"when": {"weight": "[1..5)", "zone": '"东", "west"'}, "then": {"price": "12.50"}, "note": "light"},
                {"when": {"weight": ">= 5"}, "then": {"price": "= 1"}},
            ],
        },
    ),
)


def test_cells_are_texts_and_survive() -> None:
    rows = read_table(RULE, "parcel.xlsx", write_table(RULE))
    assert msgspec.convert(rows, list[RowDef]) == RULE.rows


def test_a_heading_that_is_no_column_is_named() -> None:
    other = cast("RuleDef", decode("rule", {**msgspec.to_builtins(RULE), "inputs": {"mass": {}}}))
    with pytest.raises(UnknownName) as caught:
        read_table(other, "parcel.xlsx", write_table(RULE))
    assert "weight" in caught.value.says("en")
