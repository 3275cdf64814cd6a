"""A rule's rows as a spreadsheet and back: nothing that a row says of itself is lost on the way."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from queti.engines.rules.sheets import read_table, write_table
from queti.kernel.definitions import RuleDef
from queti.kernel.names import UnknownName


def rule(**body: Any) -> RuleDef:
    outputs = {"rate": {"type": "number", "order": 10}}
    inputs = {"country": {"type": "text", "order": 20}, "weight": {"order": 10}}
    return msgspec.convert({"rule": "tax", "inputs": inputs, "outputs": outputs, **body}, RuleDef)


def there_and_back(definition: RuleDef) -> list[dict[str, Any]]:
    return read_table(definition, "rows.xlsx", write_table(definition))


def test_cells_come_back_as_they_were_typed() -> None:
    row = {"when": {"weight": "[1..2.50)", "country": 'not "CN", "US"'}, "then": {"rate": '"=1+1"'}, "note": "half"}
    assert there_and_back(rule(rows=[row, {"then": {"rate": "007"}}])) == [row, {"when": {}, "then": {"rate": "007"}}]


def test_rates_keep_their_days() -> None:
    rows = [
        {"when": {"country": '"CN"'}, "then": {"rate": "0.17"}, "from": "2018-05-01", "until": "2019-03-31"},
        {"when": {}, "then": {"rate": "0.13"}, "from": "2019-04-01"},
    ]
    assert there_and_back(rule(kind="rates", rows=rows)) == rows


def test_priorities_come_back_as_numbers_and_what_is_none_stays_for_the_check_to_say_so() -> None:
    rows = [{"when": {"weight": "> 1"}, "then": {"rate": "1"}, "priority": 2.5}]
    assert there_and_back(rule(hit="priority", rows=rows)) == rows


def test_a_column_that_the_table_does_not_have_is_named() -> None:
    other = rule(inputs={"wight": {"order": 10}}, rows=[{"when": {"wight": "1"}}])
    with pytest.raises(UnknownName, match="wight"):
        read_table(rule(), "rows.xlsx", write_table(other))
