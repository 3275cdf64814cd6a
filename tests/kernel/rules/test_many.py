"""Many records: one statement answers as one case at a time in memory."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from queti.kernel.rules.answers import RowsContradict
from queti.kernel.rules.compiling import Rule, compile_rule
from queti.kernel.rules.deciding import Case, base_of, decide_in, rule_of, world_of
from queti.kernel.rules.many import MOST_BRANCHES, is_sql, stream
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
APART = [
    {"when": {"total": cell}, "then": {"percent": f"{at} + total / 3", "why": f'"row {at}"'}}
    for at, cell in enumerate(("< 200", "[200..500)", "[500..800)", ">= 800", "blank"))
]
ALIKE = [
    {"when": {"total": "> 200"}, "then": {"percent": "1"}},
    {"when": {"weight": "> 2"}, "then": {"percent": "1"}},
    {"when": {"total": "<= 200", "weight": "<= 2"}, "then": {"percent": "2"}},
]
TREE = [
    {"when": "total > 250", "then": {"percent": "9"}, "branches": [
        {"when": {"city": '"Rotterdam"'}, "then": {"percent": "1", "why": "city"}},
        {"when": {"weight": "> 3"}, "then": {"percent": "weight"}},
    ]},
    {"when": "", "then": {"percent": "2"}},
]  # fmt: skip
RATES = [
    {"from": day, "when": {"city": city}, "then": {"percent": str(at)}}
    for at, (day, city) in enumerate(
        [("2026-01-01", ""), ("2026-10-10", 'not "Rotterdam"'), ("2026-11-05", ""), ("2026-11-05", '"Shanghai"')]
    )
]


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
        {"hit": "collect", "collect": "sum", "outputs": {"percent": {"type": "number"}}, "default": {"percent": "-7"}},
        {"hit": "collect", "collect": "count", "outputs": {"percent": {"type": "number"}}, "default": {}},
        {"hit": "collect"},
        {"hit": "collect", "rows": FIXED, "default": {}},
        {"hit": "unique", "rows": APART},
        {"hit": "any", "rows": ALIKE},
        {"kind": "set", "rows": [{**row, "when": "total > 300 and not blank(city)"} for row in ROWS]},
        {"kind": "tree", "rows": TREE},
        {"kind": "rates", "as_of": "ordered_on", "rows": RATES},
    ],
    ids=[
        "first", "literals", "no default", "priority", "sum", "max", "scorecard", "sum or default", "count", "list",
        "list of literals", "unique", "any", "set", "tree", "rates",
    ],
)  # fmt: skip
def test_sql_answers_as_memory_does(shop: Shop, changed: Any) -> None:
    def act(work: Work) -> tuple[dict[int, Any], dict[int, Any]]:
        if "outputs" in changed and "percent" in changed["outputs"]:
            changed["rows"] = [{**row, "then": {"percent": row["then"]["percent"]}} for row in ROWS]
        rule = rule_over_orders(work, **changed)
        assert is_sql(work.model, rule)
        many = dict(chain.from_iterable(stream(work, rule)))
        one = decide_in(world_of(work), rule, [Case(id) for id in many])
        return many, {id: answer.outcome for id, answer in zip(many, one, strict=True)}

    many, one = shop.run(shop.person(1), act)
    assert len(many) > 20
    assert len({str(outcome) for outcome in one.values()}) > 2
    assert many == one


LEVEL: dict[str, Any] = {
    "rule": "shop.level",
    "inputs": {"total": {}, "freight": {}},
    "outputs": {"points": {"type": "number"}, "why": {}},
    "rows": [
        {"when": {"total": "> 300"}, "then": {"points": "total / 100", "why": '"large"'}},
        {"when": {"freight": "blank"}, "then": {"points": "1"}},
    ],
    "default": {"points": "0"},
}
CARD: dict[str, Any] = {
    "rule": "shop.card",
    "kind": "scorecard",
    "on": "",
    "inputs": {"points": {"type": "number"}, "weight": {"type": "number"}},
    "outputs": {"score": {"type": "number"}, "grade": {}},
    "rows": [{"when": {"points": "> 2"}, "then": {"score": "10"}}, {"when": {"weight": "> 3"}, "then": {"score": "5"}}],
    "bands": [{"when": {"score": ">= 10"}, "then": {"grade": '"A"'}}],
    "default": {"grade": '"B"'},
}
OFFER: dict[str, Any] = {
    "rule": "shop.offer",
    "kind": "decision",
    "inputs": {"weight": {"formula": "sum(lines.quantity)"}},
    "outputs": {
        "points": {"type": "number", "formula": "level.points + card.score * 2", "decimals": 2},
        "grade": {"formula": "card.grade"},
        "why": {"formula": 'if(blank(level.why), "none", level.why)'},
    },
    "calls": {
        "level": {"rule": "shop.level", "given": {"freight": "weight"}, "order": 1},
        "card": {"rule": "shop.card", "given": {"points": "level.points", "weight": "weight"}, "order": 2},
    },
    "rows": [],
    "default": {},
}


@pytest.mark.parametrize("level", [{}, {"hit": "unique"}, {"hit": "collect", "collect": "list"}], ids=str)
def test_a_decision_is_one_statement_with_the_rules_that_it_calls(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, level: dict[str, str]
) -> None:
    ending = f"_{level.get('hit', '')}"

    def act(work: Work) -> None:
        for body in ({**LEVEL, **level}, CARD, OFFER):
            calls = {call: {**each, "rule": each["rule"] + ending} for call, each in body.get("calls", {}).items()}
            named = {**body, "rule": body["rule"] + ending, "calls": calls}
            monkeypatch.setitem(work.model.rules, named["rule"], definition(**{"on": "shop.order", **named}))
        rule = rule_of(work.model, f"shop.offer{ending}")
        assert not rule.problems, rule.problems
        assert is_sql(work.model, rule)
        before = work.statements
        many = dict(chain.from_iterable(stream(work, rule)))
        assert work.statements == before + 1
        one = decide_in(world_of(work), rule, [Case(id) for id in many])
        assert {id: answer.outcome for id, answer in zip(many, one, strict=True)} == many
        assert len({str(outcome) for outcome in many.values()}) > 2

    shop.run(shop.person(1), act)


def test_only_what_two_rows_claim_is_decided_in_memory_and_told(shop: Shop) -> None:
    """Under `any` two rows may fire that say the same; under `unique` that is a contradiction."""
    rows = [{"when": {"total": cell}, "then": {"percent": "1"}} for cell in ("> 100", "> 300")]

    def act(work: Work) -> None:
        rule = rule_over_orders(work, hit="any", rows=rows)
        assert {str(outcome["percent"]) for _, outcome in chain.from_iterable(stream(work, rule))} >= {"1.00"}
        unique = dict(chain.from_iterable(stream(work, rule_over_orders(work, hit="unique", rows=rows))))
        contradicting = {id for id, outcome in unique.items() if isinstance(outcome, RowsContradict)}
        assert contradicting == {record.id for record in work.find("shop.order", "total > 300", fields=("id",))}
        assert all("(1, 2)" in str(unique[id]) for id in contradicting)
        assert 0 < len(contradicting) < len(unique)

    shop.run(shop.person(1), act)


def test_a_table_of_thousands_of_rows_is_decided_by_its_hash(shop: Shop) -> None:
    rows = [{"when": {"city": f'"City {at}"'}, "then": {"percent": str(at)}} for at in range(MOST_BRANCHES + 1)]

    def act(work: Work) -> None:
        rule = rule_over_orders(work, rows=[*rows, {"when": {"city": '"Shanghai"'}, "then": {"percent": "-1"}}])
        assert not is_sql(work.model, rule)
        assert {str(o["percent"]) for _, o in chain.from_iterable(stream(work, rule))} >= {"-1.00"}

    shop.run(shop.person(1), act)
