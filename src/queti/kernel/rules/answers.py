"""From a case's values to the rule's answer: the rows that fire, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from queti.kernel.errors import Refusal
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.formulas import Env, Evaluate, compile_python
from queti.kernel.formulas.typed import Const, Expr, Ref, typed_of, walk
from queti.kernel.rules.choosing import Chooser
from queti.kernel.rules.compiling import COMPUTED, ORDERED, SCORE, Cell, Row, Rule
from queti.kernel.rules.scope import output_field

Values = dict[str, Any]
Outcome = dict[str, Any]


class RowsContradict(Refusal):
    """Rule {rule} has several rows that fire here ({rows}); only one may."""

    zh = "规则“{rule}”有多行同时命中（{rows}），而只允许一行。"


class InputMissing(Refusal):
    """Rule {rule} needs “{input}”, which isn't given."""

    zh = "规则“{rule}”需要“{input}”，但没有提供。"


@dataclass(slots=True)
class Answer:
    """`rows` fired, by their labels; `outcome` is a list where all of them are collected, and all blank
    where none fired and there is no default."""

    outcome: Outcome | list[Outcome]
    rows: tuple[str, ...]
    values: Mapping[str, Any]
    version: str
    calls: dict[str, Answer] = field(default_factory=dict[str, "Answer"])
    news: Sequence[Outcome] = ()
    """Of a decision that is kept: what follows from facts on which the last one didn't say so."""

    def __getitem__(self, output: str) -> Any:
        return self.outcome[output] if isinstance(self.outcome, dict) else None


class Given(dict[str, Any]):
    """A case's values; what isn't there is missed by name."""

    def __init__(self, rule: Rule, values: Mapping[str, Any], env: Env) -> None:
        super().__init__(values)
        self.rule = rule
        self.env = env

    def __missing__(self, name: str) -> Any:
        """Lists that are given are added up here; of a record PostgreSQL has done it."""
        if not name.startswith(COMPUTED):
            raise InputMissing(rule=self.rule.definition.label or self.rule.name, input=name)
        self[name] = compile_python(typed_of(self.rule.questions[name]))(self, self.env)
        return self[name]


@dataclass(slots=True)
class Deciding:
    """A rule made ready to answer: functions of its inputs, rows and outcomes."""

    rule: Rule
    asked: list[tuple[str, Evaluate]]
    rows: Chooser
    bands: Chooser
    labels: list[str]
    outcomes: dict[int, Callable[[Any, Env], Outcome]] = field(default_factory=dict[int, Any])

    @staticmethod
    def of(rule: Rule) -> Deciding:
        """Kept with the rule."""
        if "deciding" not in rule.kept:
            asked = [(name, compile_python(typed)) for name, typed in rule.asked.items()]
            is_all = rule.hit not in ORDERED
            rows, bands = Chooser(rule.rows, is_all=is_all), Chooser(rule.bands, is_all=False)
            rule.kept["deciding"] = Deciding(rule, asked, rows, bands, [row.label for row in rule.rows])
        return rule.kept["deciding"]

    def inputs(self, values: Values, env: Env) -> Values:
        """`values` with the inputs that are asked; what is given outright stays."""
        given = set(values)
        for name, ask in self.asked:
            if name not in given or name in self.rule.questions:
                values[name] = ask(values, env)
        return values

    def decide(self, values: Values, env: Env) -> Answer:
        """The answer where `values` holds every input."""
        rule = self.rule
        fired = self.rows.fires(values, env)
        return Answer(self.combined(fired, values, env), tuple([self.labels[at] for at in fired]), values, rule.version)

    def combined(self, fired: Sequence[int], values: Values, env: Env) -> Outcome | list[Outcome]:
        rule = self.rule
        if rule.definition.kind == "scorecard":
            return self.scored(fired, values, env)
        if not fired:
            if rule.default or rule.hit != "collect":
                return self.outcome(-1, rule.default, values, env)
            return [] if rule.collect == "list" else _totals(rule, [])
        found = [self.outcome(at, rule.rows[at].then, values, env) for at in fired]
        if rule.hit == "collect":
            return found if rule.collect == "list" else _totals(rule, found)
        if len(found) > 1 and (rule.hit == "unique" or any(each != found[0] for each in found)):
            rows = ", ".join(str(int(rule.rows[at].label) + 1) for at in fired)
            raise RowsContradict(rule=rule.definition.label or rule.name, rows=rows)
        return found[0]

    def scored(self, fired: Sequence[int], values: Values, env: Env) -> Outcome:
        rule = self.rule
        points = [self.outcome(at, rule.rows[at].then, values, env)[SCORE] for at in fired]
        score = sum((each for each in points if each is not None), Decimal(0))
        inner = {**values, SCORE: score}
        band = self.bands.fires(inner, env)
        found = self.outcome(-2 - band[0], rule.bands[band[0]].then, inner, env) if band else {}
        fallen = found or (self.outcome(-1, rule.default, inner, env) if rule.default else dict.fromkeys(rule.outputs))
        return {**fallen, SCORE: score}

    def outcome(self, key: int, then: Mapping[str, Expr], values: Values, env: Env) -> Outcome:
        make = self.outcomes.get(key)
        if make is None:
            make = self.outcomes[key] = _maker(self.rule, then)
        return make(values, env)


def _maker(rule: Rule, then: Mapping[str, Expr]) -> Callable[[Any, Env], Outcome]:
    """Outcomes of literals alone are made once."""
    fixed: Outcome = dict.fromkeys(rule.outputs)
    fixed |= {name: fitted(rule, name, expr.value) for name, expr in then.items() if isinstance(expr, Const)}
    moving = [(name, compile_python(typed_of(expr))) for name, expr in then.items() if not isinstance(expr, Const)]
    if not moving:
        return lambda _values, _env: fixed.copy()
    return lambda values, env: fixed | {name: fitted(rule, name, make(values, env)) for name, make in moving}


def fitted(rule: Rule, output: str, value: Any) -> Any:
    """Rounded where the output says to how many decimals."""
    column = rule.definition.outputs[output]
    if value is None or column.decimals is None:
        return value
    field = output_field(column)
    return FIELD_TYPES[field.type].fit(value, field)


def _totals(rule: Rule, found: Sequence[Outcome]) -> Outcome:
    return {
        name: _TOTALS[rule.collect]([each[name] for each in found if each[name] is not None]) for name in rule.outputs
    }


_TOTALS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "count": lambda values: Decimal(len(values)),
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
}


def explained(rule: Rule, values: Mapping[str, Any], env: Env, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Row by row which cells hold: all rows, or those of these labels."""
    return [
        {"row": row.label, "cells": cells, "fires": all(cells.values())}
        for row in rule.rows
        if not only or row.label in only
        for cells in [_cells(rule, row, values, env)]
    ]


def row_may_fire(rule: Rule, given: Mapping[str, Any], env: Env) -> bool:
    """Whether there is a row none of whose cells on these inputs alone fails."""
    names = frozenset(given)
    prepared: dict[frozenset[str], list[list[Evaluate]]] = rule.kept.setdefault("so far", {})
    if names not in prepared:
        prepared[names] = [
            [_test_of(rule, cell) for cell in row.when if _names(cell.test) <= names] for row in rule.rows
        ]
    return any(all(test(given, env) is True for test in row) for row in prepared[names])


def _names(test: Expr) -> set[str]:
    return {".".join(part.path) for part in walk(test) if isinstance(part, Ref)}


def _test_of(rule: Rule, cell: Cell) -> Evaluate:
    tests: dict[int, Evaluate] = rule.kept.setdefault("tests", {})
    if id(cell.test) not in tests:
        tests[id(cell.test)] = compile_python(typed_of(cell.test))
    return tests[id(cell.test)]


def _cells(rule: Rule, row: Row, values: Mapping[str, Any], env: Env) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for cell in row.when:
        holds = _test_of(rule, cell)(values, env) is True
        found[cell.column] = found.get(cell.column, True) and holds
    return found
