"""A rule in a formula is the rule itself: in a filter of PostgreSQL's as in memory, row for row."""

from __future__ import annotations

from typing import Any

import pytest

from queti.kernel.formulas import FormulaError, check, compile_python
from queti.kernel.rules.deciding import Case, decide_in, rule_of, world_of
from queti.kernel.scopes import ObjectScope
from queti.kernel.work import Work
from tests.fixtures.shop import Shop
from tests.kernel.rules.ready import definition
from tests.kernel.rules.test_many import CELLS, FIXED, INPUTS, OUTPUTS, RATES, ROWS, TREE

NUMBER = {"percent": {"type": "number", "decimals": 2}}
SUMMED = [{"when": cells, "then": {"percent": f"{at} + total / 3"}} for at, cells in enumerate(CELLS)]
KINDS: dict[str, dict[str, Any]] = {
    "first": {"rows": ROWS},
    "priority": {"rows": ROWS, "hit": "priority"},
    "default": {"rows": FIXED[:2], "default": {"percent": "-1", "why": '"none"'}},
    "sum": {"rows": SUMMED, "hit": "collect", "collect": "sum", "outputs": NUMBER, "default": {}},
    "sum_or_default": {
        "rows": SUMMED[1:2], "hit": "collect", "collect": "sum", "outputs": NUMBER, "default": {"percent": "-7"},
    },
    "count": {"rows": SUMMED, "hit": "collect", "collect": "count", "outputs": NUMBER, "default": {}},
    "tree": {"rows": TREE, "kind": "tree"},
    "rates": {"rows": RATES, "kind": "rates", "as_of": "ordered_on"},
    "decision": {
        "kind": "decision",
        "rows": [],
        "inputs": {"total": {}},
        "calls": {"step": {"rule": "shop.step", "given": {"amount": "total * 2"}}, "own": {"rule": "shop.own"}},
        "outputs": {"percent": {"type": "number", "decimals": 2, "formula": "step.fee + default(own.percent, 0)"}},
    },
    "card": {
        "kind": "scorecard",
        "outputs": {"score": {"type": "number"}, "percent": {"type": "number"}},
        "rows": [{"when": cells, "then": {"score": str(at)}} for at, cells in enumerate(CELLS)],
        "bands": [{"when": {"score": ">= 7"}, "then": {"percent": "score * 2"}}],
        "default": {"percent": "0"},
    },
}  # fmt: skip


STEP: dict[str, Any] = {
    "on": "",
    "inputs": {"amount": {"type": "number"}, "twice": {"formula": "amount * 2"}},
    "outputs": {"fee": {"type": "number"}},
    "rows": [
        {"when": {"twice": "> 1000"}, "then": {"fee": "twice / 7"}},
        {"when": {"amount": "> 300"}, "then": {"fee": "3"}},
    ],
}
PARTY: dict[str, Any] = {
    "on": "shop.party",
    "inputs": {"credit": {}, "city": {}},
    "rows": [{"when": {"credit": "> 300", "city": "not blank"}, "then": {"percent": "credit / 100", "why": "city"}}],
}


def with_rule(work: Work, patch: pytest.MonkeyPatch, name: str, **changed: Any) -> str:
    body = {"on": "shop.order", "inputs": {**INPUTS, "state": {}}, "outputs": OUTPUTS, "default": {}, **changed}
    patch.setitem(work.model.rules, f"shop.{name}", definition(**body, rule=f"shop.{name}"))
    return f"shop.{name}"


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_rule_says(shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def act(work: Work) -> None:
        with_rule(work, monkeypatch, "step", **STEP)
        with_rule(work, monkeypatch, "own", rows=ROWS)
        name = with_rule(work, monkeypatch, f"inline_{kind}", **KINDS[kind])
        formula = f'decide("{name}", "percent")'
        ids = [record.id for record in work.find("shop.order", fields=("id",))]
        answers = decide_in(world_of(work), rule_of(work.model, name), [Case(id) for id in ids])
        expected = {id: answer["percent"] for id, answer in zip(ids, answers, strict=True)}
        assert len(set(expected.values())) > 1
        for cut in sorted({value for value in expected.values() if value is not None}):
            found = {record.id for record in work.find("shop.order", f"{formula} >= {cut}", fields=("id",))}
            assert found == {id for id, value in expected.items() if value is not None and value >= cut}
        blank = {record.id for record in work.find("shop.order", f"blank({formula})", fields=("id",))}
        assert blank == {id for id, value in expected.items() if value is None}

    shop.run(shop.person(1), act)


def test_it_computes_in_memory_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(work: Work) -> None:
        inputs = {"total": {}, "twice": {"formula": "total * 2"}}
        rows = [{"when": {"twice": "> 100"}, "then": {"percent": "twice / 10", "why": '"large"'}}]
        name = with_rule(work, monkeypatch, "memory", inputs=inputs, rows=rows)
        scope = ObjectScope(work.model, work.model.object("shop.order"))
        percent, why = (check(f'decide("{name}", "{each}")', scope) for each in ("percent", "why"))
        values = {"total": 60}
        assert compile_python(percent)(values, work.env) == 12
        assert compile_python(why)(values, work.env) == "large"
        assert (percent.decides, percent.uses) == ((name,), (("total",),))
        assert ("shop.order", "twice") not in percent.reads

    shop.run(shop.person(1), act)


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ('decide("shop.no_rul")', "There is no rule"),
        ('decide("shop.odd", "percnt")', "There is no outcome"),
        ('decide("shop.odd")', "Say which outcome: percent, why"),
        ('decide("shop.parties", "percent")', "isn't about shop.order"),
        ('decide("shop.listed", "percent")', "can't stand in a formula"),
        ('decide("shop.given", "percent")', "is given “extra”: extra = …"),
        ('decide("shop.given", "percent", exta = 1)', "There is no field “exta”"),
        ('decide("shop.given", "percent", 1)', "given by its name"),
        ('decide("shop.given", "percent", extra = number)', "number"),
        ('decide("shop.parties", "percent", citi = number)', "There is no field “citi”"),
        ('decide("shop.round", "percent")', "in a circle: shop.round → shop.about → shop.round"),
        ('decide("shop.wrong", "percent")', "isn't sound"),
        ("decide(number)", "given as texts"),
        ('sum(lines.quantity * decide("shop.odd", "percent"))', "not on rows of a list"),
    ],
)
def test_what_it_cannot_say_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch, formula: str, says: str) -> None:
    def act(work: Work) -> None:
        with_rule(work, monkeypatch, "odd", rows=ROWS)
        with_rule(work, monkeypatch, "listed", rows=ROWS, hit="collect")
        with_rule(work, monkeypatch, "given", rows=ROWS[:1], inputs={**INPUTS, "extra": {"type": "number"}})
        with_rule(work, monkeypatch, "wrong", rows=[{"when": {"total": "> >"}, "then": {"percent": "1"}}])
        with_rule(work, monkeypatch, "parties", on="shop.party", inputs={"city": {}}, rows=[{"then": {"percent": "1"}}])
        for one, other in (("round", "about"), ("about", "round")):
            calls = {"call": {"rule": f"shop.{other}"}}
            outputs = {"percent": {"type": "number", "formula": "call.percent"}}
            with_rule(work, monkeypatch, one, kind="decision", inputs={}, rows=[], calls=calls, outputs=outputs)
        scope = ObjectScope(work.model, work.model.object("shop.order"))
        with pytest.raises(FormulaError) as caught:
            check(formula, scope)
        assert says in caught.value.problem_in("en")

    shop.run(shop.person(1), act)


@pytest.mark.parametrize(("rows", "fits"), [(85, True), (95, False)])
def test_a_table_too_long_for_a_formula_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, rows: int, fits: bool
) -> None:
    def act(work: Work) -> None:
        many = [{"when": {"total": f"[{at}..{at + 1})"}, "then": {"percent": str(at)}} for at in range(rows)]
        name = with_rule(work, monkeypatch, f"long_{rows}", rows=many, outputs=NUMBER)
        scope = ObjectScope(work.model, work.model.object("shop.order"))
        if fits:
            assert compile_python(check(f'decide("{name}")', scope))({"total": 84}, work.env) == 84
            return
        with pytest.raises(FormulaError, match="nested too deeply"):
            check(f'decide("{name}")', scope)

    shop.run(shop.person(1), act)


@pytest.mark.parametrize(
    ("formula", "rule", "given"),
    [
        ('decide("shop.step", "fee", amount = total * 2)', "shop.step", {"amount": "total * 2"}),
        ('decide("shop.party_fee", "percent", credit = total, city = customer.city)', "shop.party_fee",
         {"credit": "total", "city": "customer.city"}),
        ('decide("shop.above", "percent", total = freight)', "shop.above", {"total": "freight"}),
    ],
    ids=["typed inputs", "about other records", "standing above the record"],
)  # fmt: skip
def test_what_it_is_given_by_name_stands_for_its_inputs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, formula: str, rule: str, given: dict[str, str]
) -> None:
    def act(work: Work) -> None:
        with_rule(work, monkeypatch, "step", **STEP)
        with_rule(work, monkeypatch, "party_fee", **PARTY)
        with_rule(work, monkeypatch, "above", rows=ROWS, inputs={"total": {"formula": "total"}, **WITHOUT_TOTAL})
        records = work.find("shop.order", fields=("id", *given.values()) if rule != "shop.step" else ("id", "total"))
        is_own = rule == "shop.above"
        cases = [
            Case(record.id if is_own else None, {
                name: record[path] if path in record else twice(record.total) for name, path in given.items()
            })
            for record in records
        ]  # fmt: skip
        answers = decide_in(world_of(work), rule_of(work.model, rule), cases)
        output = "fee" if rule == "shop.step" else "percent"
        expected = {record.id: answer[output] for record, answer in zip(records, answers, strict=True)}
        assert len(set(expected.values())) > 1
        for cut in {value for value in expected.values() if value is not None}:
            found = {record.id for record in work.find("shop.order", f"{formula} >= {cut}", fields=("id",))}
            assert found == {id for id, value in expected.items() if value is not None and value >= cut}

    shop.run(shop.person(1), act)


WITHOUT_TOTAL = {name: column for name, column in {**INPUTS, "state": {}}.items() if name != "total"}


def twice(amount: Any) -> Any:
    return None if amount is None else amount * 2
