"""What a table's rows say of each other."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from queti.engines.rules import analysis
from queti.engines.rules.analysis import analyse
from queti.kernel.rules.compiling import compile_rule
from tests.kernel.rules import test_screen as made_up
from tests.kernel.rules.ready import compiled, definition


def found(rows: list[dict[str, str]], **changed: Any) -> list[tuple[str, tuple[str, ...]]]:
    written = [{"when": cells, "then": {"percent": str(at)}} for at, cells in enumerate(rows)]
    return [(each.kind, each.rows) for each in analyse(compiled(rows=written, **changed))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"amount": "> 10"}, {"amount": "> 20"}], [("never", ("1", "0"))]),
        (
            [{"amount": "> 10"}, {"amount": "<= 10"}, {"amount": "not blank", "tier": '"VIP"'}],
            [("never", ("2", "0", "1"))],
        ),
        ([{"amount": "> 10"}, {"amount": "<= 10"}, {"amount": "blank"}], []),
        ([{"amount": "> 10", "tier": '"A"'}, {"amount": "> 20"}], []),
        ([{"amount": "> 10"}, {"amount": "> amount * 2"}], []),
    ],
)
def test_rows_that_never_fire(rows: list[dict[str, str]], expected: Any) -> None:
    assert found(rows) == expected


def test_overlaps_under_unique_come_with_a_case() -> None:
    rows = [{"amount": "[0..10]"}, {"amount": "[10..20]", "tier": '"VIP"'}, {"amount": "> 20"}]
    assert found(rows, hit="unique") == [("contradiction", ("0", "1"))]
    written = [{"when": cells, "then": {}} for cells in rows]
    [overlap] = analyse(compiled(rows=written, hit="unique"))
    assert (overlap.kind, overlap.example) == ("overlap", {"amount": 10, "tier": "VIP"})


def test_a_gap_has_an_example_that_nobody_covers() -> None:
    rows = [{"amount": "< 10"}, {"amount": "> 10"}, {"amount": "blank"}]
    [gap] = analyse(compiled(rows=[{"when": cells, "then": {}} for cells in rows], default={}))
    assert (gap.kind, gap.example["amount"]) == ("gap", 10)


def test_a_table_too_tangled_to_compare_claims_nothing() -> None:
    rows = [{"amount": f"not {at}", "tier": f'not "{at}"'} for at in range(40)]
    assert all(kind == "never" for kind, _ in found(rows))


RATES: list[dict[str, Any]] = [
    {"from": "2024-01-01", "until": "2024-12-31", "then": {"percent": "16"}},
    {"from": "2025-03-01", "until": "2025-12-31", "when": {"tier": '"VIP"'}, "then": {"percent": "9"}},
    {"from": "2025-01-01", "until": "2025-12-31", "when": {"tier": 'not "VIP"'}, "then": {"percent": "13"}},
    {"from": "2026-01-01", "then": {"percent": "6"}},
]


@pytest.mark.parametrize(
    ("since", "holes"),
    [("2025-03-01", [(("0", "1"), date(2025, 1, 1))]), ("2025-01-01", []), ("2024-06-01", [])],
)
def test_a_hole_between_the_dates_of_rates_is_told_with_its_first_day(since: str, holes: Any) -> None:
    """Only of those who have a rate before and after it: others' rates may go on."""
    rows = [each | {"from": since} if at == 1 else each for at, each in enumerate(RATES)]
    changed: dict[str, Any] = {"kind": "rates", "inputs": {"tier": {"type": "text"}, "day": {"type": "date"}}}
    told = analyse(compiled(rows=rows, as_of="day", default={}, **changed))
    assert [(each.rows, each.example["as_of"]) for each in told if each.kind == "hole"] == holes
    assert all(each.example["tier"] == "VIP" for each in told)


def test_what_a_cell_lets_through_is_worked_out_as_a_formula_would_answer() -> None:
    chance = random.Random(20261123)
    compared = 0
    for _ in range(400):
        rule = compile_rule(definition(**made_up.body(chance)), None)
        if rule.problems:
            continue
        table = analysis.Table(rule)
        for row in rule.rows:
            for cell in row.when:
                line = table.lines.get(cell.column)
                if line and analysis.is_alone(cell.test, cell.column):
                    assert line.bits(cell.test) == line.asked(cell.test), cell
                    compared += 1
    assert compared > 400


def test_five_thousand_rows_are_compared_with_each_other() -> None:
    rows = [{"when": {"amount": f"[{at}..{at + 1})", "tier": f'"t{at}", "u{at}"'}} for at in range(5000)]
    lost = {"when": {"amount": "[4998..4999)", "tier": '"t4998"'}}
    found = analyse(compiled(rows=[{**row, "then": {"percent": "1"}} for row in [*rows, lost]], default={}))
    assert [(each.kind, each.rows) for each in found] == [("never", ("5000", "4998"))]
    twice = analyse(compiled(hit="unique", rows=[{**row, "then": {"percent": "1"}} for row in [*rows, lost]]))
    assert [(each.kind, each.rows) for each in twice] == [("overlap", ("4998", "5000"))]
