"""Many records: one statement answers as one case at a time in memory."""

from __future__ import annotations

from typing import Any

import pytest

from queti.kernel.rules.compiling import Rule, compile_rule
from queti.kernel.rules.deciding import Case, base_of, decide_in, world_of
from queti.kernel.rules.many import is_sql, stream
from queti.kernel.work import Work
from tests.fixtures.shop import Shop
from tests.kernel.rules.ready import definition

INPUTS: dict[str, Any] = {
    "total": {},
    "city": {"formula": "customer.city"},
    "weight": {"formula": "sum(lines.quantity)"},
    "share": {"formula": "default(freight, 0) / total * 100"},
}
OUTPUTS: dict[str, Any] = {"percent": {"type": "number", "decimals": 2}, "why": {}}
CELLS: list[dict[str, str]] = [
    {"total": "> 800", "city": 'not "Rotterdam"'},
    {"weight": "[2..6)", "share": "> 1"},
    {"total": "blank, > weight * 100"},
    {"city": "blank", "share": "not blank"},
    {"state": '"open", "sent"'},
    {"total": "not (100..500], 250"},
]
ROWS: list[dict[str, Any]] = [
    {"when": cells, "then": {"percent": f"{at} + total / 3", "why": f'"row {at}"'}, "priority": at % 3}
    for at, cells in enumerate(CELLS)
]
FIXED = [{**row, "then": {"percent": str(at), "why": f'"row {at}"'}} for at, row in enumerate(ROWS)]


def rule_over_orders(work: Work, **changed: Any) -> Rule:
    written = definition(
        **{"on": "shop.order", "inputs": {**INPUTS, "state": {}}, "outputs": OUTPUTS, "rows": ROWS, **changed}
    )
    rule = compile_rule(written, base_of(work.model, "shop.order"))
    assert not rule.problems, rule.problems
    return rule


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"rows": FIXED},
        {"rows": FIXED, "default": {}},
        {"hit": "priority"},
        {"hit": "collect", "collect": "sum", "outputs": {"percent": {"type": "number"}}, "default": {}},
        {"hit": "collect", "collect": "max", "outputs": {"percent": {"type": "number"}}, "default": {}},
        {
            "kind": "scorecard",
            "outputs": {"score": {"type": "number"}, "why": {}},
            "rows": [{"when": cells, "then": {"score": str(at)}} for at, cells in enumerate(CELLS)],
            "bands": [{"when": {"score": ">= 7"}, "then": {"why": '"high"'}}],
            "default": {"why": '"low"'},
        },
    ],
    ids=["first", "literals", "no default", "priority", "sum", "max", "scorecard"],
)
def test_sql_answers_as_memory_does(shop: Shop, changed: Any) -> None:
    def act(work: Work) -> tuple[dict[int, Any], dict[int, Any]]:
        if "outputs" in changed and "percent" in changed["outputs"]:
            changed["rows"] = [{**row, "then": {"percent": row["then"]["percent"]}} for row in ROWS]
        rule = rule_over_orders(work, **changed)
        assert is_sql(rule)
        many = {id: dict(zip(rule.outputs, values, strict=True)) for part in stream(work, rule) for id, *values in part}
        one = decide_in(world_of(work), rule, [Case(id) for id in many])
        return many, {id: answer.outcome for id, answer in zip(many, one, strict=True)}

    many, one = shop.run(shop.person(1), act)
    assert len(many) > 20
    assert len({str(outcome) for outcome in one.values()}) > 2
    assert many == one
