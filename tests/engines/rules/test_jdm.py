"""Decision models of GoRules become rules of ours, which decide as theirs do; what doesn't map is told by its node."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest

from queti.engines.rules.jdm import Imported, NoDecisionModel, read_model
from queti.engines.rules.zen import NotMapped, cell, formula
from queti.kernel.definitions import RuleDef
from queti.kernel.formulas import fixed_env
from queti.kernel.publishing.canonical import decode
from queti.kernel.rules.deciding import Case, World, decide_in, rule_of

REQUEST, RESPONSE = (
    {"id": "in", "name": "Request", "type": "inputNode"},
    {"id": "out", "name": "R", "type": "outputNode"},
)


def table(
    id: str, inputs: dict[str, str], outputs: dict[str, str], *rows: dict[str, str], **more: Any
) -> dict[str, Any]:
    """Columns by id → field; rows by column's id."""
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": key, "name": key.title(), "field": path} for key, path in inputs.items()],
        "outputs": [{"id": key, "name": key.title(), "field": path} for key, path in outputs.items()],
        "rules": [{"_id": str(at), **row} for at, row in enumerate(rows)],
    }
    return {"id": id, "name": id, "type": "decisionTableNode", "content": content}


def model(*nodes: dict[str, Any], edges: list[tuple[str, ...]]) -> bytes:
    written = [
        {"id": str(at), "sourceId": source, "targetId": target, **({"sourceHandle": way[0]} if way else {})}
        for at, (source, target, *way) in enumerate(edges)
    ]
    return msgspec.json.encode({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": written})


class Rules:
    """A release of nothing but the imported rules."""

    def __init__(self, imported: Imported) -> None:
        self.rules = {name: cast("RuleDef", decode("rule", body)) for name, body in imported.rules.items()}
        self.objects: dict[str, Any] = {}


def decided(imported: Imported, **given: Any) -> Any:
    rules = cast("Any", Rules(imported))
    values = {name: Decimal(value) if type(value) is int else value for name, value in given.items()}
    [answer] = decide_in(World(rules, fixed_env(), lambda *_: {}), rule_of(rules, "own.model"), [Case(None, values)])
    return answer.outcome


SHIPPING = table(
    "Fees",
    {"i1": "cart.total", "i2": "customer.country", "i3": "customer.note"},
    {"o1": "price", "o2": "group"},
    {"i1": ">= 1_000", "i2": "'GB', \"IE\"", "i3": "", "o1": "15", "o2": '"it\'s high"'},
    {"i1": "[500..1_000)", "i2": "-", "i3": "contains($, 'fast')", "o1": "cart.total / 100", "o2": "'medium'"},
    {"i2": "not in ['CN', 'HK']", "o1": "50", "o2": "'row'", "_description": "the rest of the world"},
)


def test_a_single_table_becomes_a_table() -> None:
    imported = read_model("own.model", model(REQUEST, SHIPPING, RESPONSE, edges=[("in", "Fees"), ("Fees", "out")]))
    assert imported.left == []
    [body] = imported.rules.values()
    assert (body["inputs"]["cart_total"]["type"], body["inputs"]["customer_country"]["type"]) == ("number", "text")
    assert body["rows"][2] == {
        "when": {"customer_country": 'not "CN", "HK"'},
        "then": {"price": "50", "group": '"row"'},
        "note": "the rest of the world",
    }

    def asked(total: int, country: str, note: str | None) -> Any:
        return decided(imported, cart_total=total, customer_country=country, customer_note=note)

    assert asked(1000, "IE", None) == {"price": 15, "group": "it's high"}
    assert asked(700, "CN", "fast please") == {"price": 7, "group": "medium"}
    assert asked(700, "US", None) == {"price": 50, "group": "row"}
    assert asked(5, "HK", None) == {"price": None, "group": None}


def test_tables_expressions_and_switches_become_a_decision() -> None:
    base = table("Base", {"a": "weight"}, {"x": "fee"}, {"a": "> 10", "x": "20"}, {"x": "8"})
    abroad = table(
        "Abroad", {"a": "fee"}, {"x": "fee", "y": "way"}, {"a": "> 10", "x": "fee * 3", "y": "'air'"}, {"x": "fee * 2"}
    )
    switch = {
        "id": "far",
        "name": "Far?",
        "type": "switchNode",
        "content": {
            "hitPolicy": "first",
            "statements": [
                {"id": "yes", "condition": "country != 'CN'"},
                {"id": "no", "condition": "", "isDefault": True},
            ],
        },
    }
    total = {
        "id": "total",
        "name": "Total",
        "type": "expressionNode",
        "content": {
            "expressions": [
                {"id": "1", "key": "total", "value": "fee + (insured ? 5 : 0)"},
                {"id": "2", "key": "said", "value": "$.total > 50 ? 'dear' : 'fair'"},
            ]
        },
    }
    edges = [
        ("in", "Base"),
        ("Base", "far"),
        ("far", "Abroad", "yes"),
        ("far", "total", "no"),
        ("Abroad", "total"),
        ("total", "out"),
    ]
    imported = read_model("own.model", model(REQUEST, base, switch, abroad, total, RESPONSE, edges=edges))
    assert [(each.place, each.words["en"]) for each in imported.left] == []
    assert set(imported.rules) == {"own.model", "own.model_base", "own.model_abroad"}
    assert imported.rules["own.model"]["outputs"]["total"]["type"] == "number"

    def asked(weight: int, country: str, insured: bool) -> Any:
        outcome = decided(imported, weight=weight, country=country, insured=insured)
        return outcome["fee"], outcome["way"], outcome["total"], outcome["said"]

    assert asked(12, "CN", False) == (20, None, 20, "fair")
    assert asked(12, "DE", True) == (60, "air", 65, "dear")
    assert asked(3, "DE", False) == (16, None, 16, "fair")


def test_what_does_not_map_is_told_by_its_node_in_both_languages() -> None:
    odd = table(
        "Odd",
        {"a": "sum(map(items, #.price))", "b": "city"},
        {"x": "fee"},
        {"a": "> 1", "b": "filter($, true)", "x": "1"},
    )
    script = {"id": "js", "name": "Mapper", "type": "functionNode", "content": "const handler = () => 1"}
    edges = [("in", "Odd"), ("Odd", "js"), ("js", "out")]
    left = read_model("own.model", model(REQUEST, odd, script, RESPONSE, edges=edges)).left
    assert [(each.node, each.place) for each in left[:3]] == [("Odd", "A"), ("Odd", "1: city"), ("Mapper", "")]
    assert "sum()" in left[0].words["en"]
    assert "JavaScript" in left[2].words["zh"]
    assert ("own.model_odd", "rows.0.when.city") in [(each.node, each.place) for each in left], "and shown at its cell"


@pytest.mark.parametrize("content", [b"[]", b"{}", b"no", b'{"nodes": [], "edges": []}', b"\xff\xfe"])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(NoDecisionModel):
        read_model("own.model", content)


def test_a_circle_is_refused() -> None:
    one, other = table("A", {"a": "x"}, {"o": "y"}), table("B", {"a": "y"}, {"o": "x"})
    with pytest.raises(NoDecisionModel, match="circle"):
        read_model("own.model", model(one, other, edges=[("A", "B"), ("B", "A")]))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("a.b ? 1 : (c ?? 2)", "if(a.b, 1, (default(c, 2)))"),
        ("x ? y ? 1 : 2 : 3", "if(x, if(y, 1, 2), 3)"),
        ("round(a * 1.5) + len(b) >= 1_000", "round(a * 1.5) + len(b) >= 1000"),
        ("d('2026-01-01') < $.day", 'date("2026-01-01") < day'),
    ],
)
def test_an_expression_is_ours_or_told(theirs: str, ours: str) -> None:
    assert formula(theirs, str) == ours


@pytest.mark.parametrize("theirs", ["map(a, #.x)", "`a`", "a[0]", "a ? 1", "(a ?? 1"])
def test_what_has_no_counterpart_is_never_guessed(theirs: str) -> None:
    with pytest.raises(NotMapped):
        formula(theirs, str)


def test_cells_keep_their_meaning() -> None:
    read = [cell(text, "total", str) for text in ("== 5", "$ > 5 and $ < 9", "in [1, 2]", "null", "!= 3", "(1..2]")]
    assert read == ["= 5", "total > 5 and total < 9", "1, 2", "blank", "!= 3", "(1..2]"]
