"""A run over the past: which records a changed rule would decide otherwise, and by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from queti.kernel.errors import Refusal
from queti.kernel.formulas import Typed
from queti.kernel.rules.answers import Outcome
from queti.kernel.rules.compiling import Rule
from queti.kernel.rules.deciding import Case, decide_in, rule_of, world_of
from queti.kernel.rules.many import is_sql, stream
from queti.kernel.work import Work

AT_ONCE = 5000
MOST_TOLD = 200
MOST_VALUES = 50


class NothingToRunOver(Refusal):
    """Rule {rule} decides on no object: there are no past records to run it over."""

    zh = "规则“{rule}”不针对业务对象，没有可供试跑的历史记录。"


@dataclass(slots=True)
class Shadow:
    """`counts` and `sums`: output → before and after. `changed`: record → outcome before and after."""

    cases: int = 0
    changed: int = 0
    counts: dict[str, tuple[Counter[Any], Counter[Any]]] = field(default_factory=dict[str, Any])
    sums: dict[str, list[Decimal]] = field(default_factory=dict[str, list[Decimal]])
    records: list[tuple[int, Any, Any]] = field(default_factory=list[tuple[int, Any, Any]])
    refused: int = 0
    """Records on which one of the two can't decide."""


def shadow_run(before: Work, after: Work, name: str, where: Typed | None) -> Shadow:
    """Rule `name` of two models over the same records: those that fit `where`."""
    new = rule_of(after.model, name)
    if not new.definition.on:
        raise NothingToRunOver(rule=new.definition.label or name)
    old = rule_of(before.model, name) if name in before.model.rules else None
    shadow = Shadow()
    past = _outcomes(before, old, where) if old is not None and not old.problems else {}
    for id, outcome in _stream(after, new, where):
        _note(shadow, new, id, past.get(id), outcome)
    return shadow


def _outcomes(work: Work, rule: Rule, where: Typed | None) -> dict[int, Any]:
    return dict(_stream(work, rule, where))


def _stream(work: Work, rule: Rule, where: Typed | None) -> Iterator[tuple[int, Any]]:
    if is_sql(rule):
        names = list(rule.outputs)
        for part in stream(work, rule, where):
            for id, *values in part:
                yield id, dict(zip(names, values, strict=True))
        return
    condition = where.text if where is not None else ""
    ids = [record.id for record in work.find(rule.definition.on, condition, fields=("id",))]
    for part in _parts(ids):
        cases = [Case(id) for id in part]
        for id, answer in zip(part, decide_in(world_of(work), rule, cases), strict=True):
            yield id, answer.outcome


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _note(shadow: Shadow, rule: Rule, id: int, before: Any, after: Any) -> None:
    shadow.cases += 1
    for output, type in rule.outputs.items():
        values = _value(before, output), _value(after, output)
        if type.is_amount:
            totals = shadow.sums.setdefault(output, [Decimal(0), Decimal(0)])
            for at, value in enumerate(values):
                totals[at] += value or 0
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
