"""A run over the past: which records a changed rule would decide otherwise, and by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from msgspec.structs import replace

from queti.kernel.definitions import ColumnDef, RuleCallDef, RuleDef
from queti.kernel.errors import Refusal
from queti.kernel.formulas import Typed
from queti.kernel.rules.answers import Outcome, RowsContradict
from queti.kernel.rules.compiling import Rule, compile_rule
from queti.kernel.rules.deciding import base_of, rule_of
from queti.kernel.rules.many import stream
from queti.kernel.work import Work

ANSWER = "answer"
"""What measures call the rule's answer."""
MOST_TOLD = 200
MOST_VALUES = 50


class NothingToRunOver(Refusal):
    """Rule {rule} decides on no object: there are no past records to run it over."""

    zh = "规则“{rule}”不针对业务对象，没有可供试跑的历史记录。"


@dataclass(slots=True)
class Shadow:
    """`counts` and `sums`: output → before and after. `records`: those that change, before and after."""

    rule: Rule
    """As it was run: with the measures among its outputs."""
    measures: Collection[str] = ()
    cases: int = 0
    changed: int = 0
    counts: dict[str, tuple[Counter[Any], Counter[Any]]] = field(default_factory=dict[str, Any])
    sums: dict[str, list[Decimal]] = field(default_factory=dict[str, list[Decimal]])
    records: list[tuple[int, Any, Any]] = field(default_factory=list[tuple[int, Any, Any]])
    refused: list[tuple[int, RowsContradict]] = field(default_factory=list[tuple[int, RowsContradict]])
    """Records of which rows of the draft say different things."""


class MeasureWrong(Refusal):
    """The sum “{measure}” is wrong: {problem}"""

    zh = "汇总“{measure}”有误：{problem}"
    field = "measures"


def shadow_run(
    before: Work, after: Work, name: str, where: Typed | None, measures: Mapping[str, str] | None = None
) -> Shadow:
    """Rule `name` of two models over the same records: those that fit `where`.

    `measures` are numbers of each record that are added up, before and after: formulas over the record and what
    the rule says of it (`answer.percent`). MeasureWrong.
    """
    new = rule_of(after.model, name)
    if not new.definition.on:
        raise NothingToRunOver(rule=new.definition.label or name)
    old = rule_of(before.model, name) if name in before.model.rules else None
    if measures:
        new, old = _measured(after, new, measures), old and _measured(before, old, measures)
    shadow = Shadow(new, tuple(measures or ()))
    past = dict(chain.from_iterable(stream(before, old, where))) if old is not None and not old.problems else {}
    for id, outcome in chain.from_iterable(stream(after, new, where)):
        was = past.get(id)
        if isinstance(outcome, RowsContradict):
            shadow.refused.append((id, outcome))
        else:
            _note(shadow, id, None if isinstance(was, RowsContradict) else was, outcome)
    return shadow


def _measured(work: Work, rule: Rule, measures: Mapping[str, str]) -> Rule:
    """The rule's own answer, and the measures beside it: a decision that calls it."""
    own = {
        name: replace(column, formula=f"{ANSWER}.{name}", order=float(at))
        for at, (name, column) in enumerate(rule.definition.outputs.items())
    }
    added = {name: ColumnDef(type="number", formula=text, order=1000.0) for name, text in measures.items()}
    calls = {ANSWER: RuleCallDef(rule=rule.name)}
    decision = RuleDef(rule=rule.name, kind="decision", on=rule.definition.on, outputs={**own, **added}, calls=calls)
    made = compile_rule(decision, base_of(work.model, decision.on), lambda name: rule_of(work.model, name))
    for problem in made.problems if not rule.problems else ():
        raise MeasureWrong(measure=problem.place.split(".")[1], problem=dict(problem.words))
    return made


def _note(shadow: Shadow, id: int, before: Any, after: Any) -> None:
    shadow.cases += 1
    for output, type in shadow.rule.outputs.items():
        values = _value(before, output), _value(after, output)
        if type.is_amount:
            totals = shadow.sums.setdefault(output, [Decimal(0), Decimal(0)])
            for at, value in enumerate(values):
                totals[at] += value or 0
        if output in shadow.measures:
            continue
        counters = shadow.counts.setdefault(output, (Counter(), Counter()))
        for counter, value in zip(counters, values, strict=True):
            counter[value] += 1
    if before != after:
        shadow.changed += 1
        if len(shadow.records) < MOST_TOLD:
            shadow.records.append((id, before, after))


def _value(outcome: Outcome | list[Outcome] | None, output: str) -> Any:
    if isinstance(outcome, list):
        return ", ".join(str(each[output]) for each in outcome if each[output] is not None)
    return outcome.get(output) if outcome else None
