"""Decisions that mattered, kept with the record that they were about: what was asked, which rows fired, what
followed, by which version of the rule. A reason that the last decision gave on the same facts is no news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.formulas.typed import Aggregate, Expr, Ref, value_json, walk
from queti.kernel.model import Model
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.rules.compiling import Rule
from queti.kernel.rules.deciding import Case, rule_of
from queti.kernel.rules.trying import shown

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Rows that fired, the values that they looked at, and what followed."""

    rows: tuple[str, ...]
    of: tuple[str, ...]
    outcome: Any

    def is_same(self, mine: Mapping[str, Any], other: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
        return self.outcome == other["outcome"] and all(
            name in theirs and mine[name] == theirs[name] for name in self.of
        )


def keep(work: Work, name: str, chosen: Iterable[tuple[Record, Answer]]) -> None:
    """Keep answers with records that they mattered to, whatever the rule was given."""
    rule = rule_of(work.model, name)
    for record, answer in chosen:
        values = _seen(answer)
        _note(work, rule, (record.object, record.id), answer, values, _reasons(rule, answer, values))


def remember(work: Work, name: str, cases: Sequence[Case], answers: Sequence[Answer]) -> None:
    """Keep the answers with the records that they are about; each is told its `news`."""
    rule = rule_of(work.model, name)
    ids = [case.record for case in cases if case.record is not None]
    known = _last(work, rule, ids)
    for case, answer in zip(cases, answers, strict=True):
        if case.record is None:
            continue
        values = _seen(answer)
        told = list(_reasons(rule, answer, values))
        before = known.get(case.record, {"reasons": [], "seen": {}})
        answer.news = [
            outcome
            for reason, outcome in told
            if not any(reason.is_same(values, other, before["seen"]) for other in before["reasons"])
        ]
        known[case.record] = _note(work, rule, (rule.definition.on, case.record), answer, values, told)


def _seen(answer: Answer) -> Values:
    return {key: _plain(value) for key, value in answer.values.items()}


def _reasons(rule: Rule, answer: Answer, values: Mapping[str, Any]) -> Iterator[tuple[Reason, Any]]:
    """Rows that are collected are reasons of their own; otherwise all that fired are one."""
    if isinstance(answer.outcome, list):
        for row, outcome in zip(answer.rows, answer.outcome, strict=True):
            yield Reason((row,), _looked_at(rule, (row,), values), shown(rule, outcome)), outcome
    else:
        yield Reason(answer.rows, _looked_at(rule, answer.rows, values), shown(rule, answer.outcome)), answer.outcome


def _looked_at(rule: Rule, labels: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    """What came from the record, the case or other rules; where no row fired, all of it."""
    if not labels:
        return tuple(sorted(name for name in values if name in rule.questions or name not in rule.asked))
    facts: dict[str, tuple[str, ...]] = rule.kept.setdefault("facts", {})
    if not facts:
        facts |= {row.label: tuple(sorted(facts_of(rule, [cell.test for cell in row.when]))) for row in rule.rows}
    return tuple(sorted({name for label in labels for name in facts[label]}))


def facts_of(rule: Rule, exprs: Sequence[Expr]) -> set[str]:
    """What these formulas rest on, through the inputs that are formulas themselves."""
    found: set[str] = set()
    for part in (part for expr in exprs for part in walk(expr)):
        if isinstance(part, Ref) and part.level == 0:
            name = ".".join(part.path)
            is_own = name in rule.questions or name not in rule.asked
            found |= {name} if is_own else facts_of(rule, [rule.asked[name].expr])
    return found


@lru_cache(maxsize=1024)
def fields_asked(model: Model, name: str) -> frozenset[str]:
    """The record's own fields and lists that a rule asks for, those that it calls included."""
    rule = rule_of(model, name)
    parts = [part for question in rule.questions.values() for part in walk(question)]
    fields = {part.path[0] for part in parts if isinstance(part, Ref) and part.level == 0}
    lists = {part.path[0] for part in parts if isinstance(part, Aggregate) and part.owner == 0}
    calls = (call.rule for call in rule.definition.calls.values())
    return frozenset(fields | lists).union(*(fields_asked(model, other) for other in calls))


def _note(
    work: Work,
    rule: Rule,
    record: tuple[str, int],
    answer: Answer,
    values: Values,
    reasons: Iterable[tuple[Reason, Any]],
) -> dict[str, Any]:
    row = {
        "object": record[0],
        "record_id": record[1],
        "rule": rule.name,
        "version": rule.version,
        "seen": values,
        "reasons": [{"rows": each.rows, "of": each.of, "outcome": each.outcome} for each, _ in reasons],
        "calls": {call: _called(work, rule, call, each) for call, each in answer.calls.items()},
        "operation": work.operation,
        "cause": work.cause,
    }
    work.journal.decisions.append(row)
    return row


def _called(work: Work, rule: Rule, call: str, answer: Answer) -> dict[str, Any]:
    other = rule_of(work.model, rule.definition.calls[call].rule)
    return {
        "rule": other.name,
        "version": answer.version,
        "rows": answer.rows,
        "outcome": shown(other, answer.outcome),
        "seen": _seen(answer),
        "calls": {name: _called(work, other, name, each) for name, each in answer.calls.items()},
    }


def _last(work: Work, rule: Rule, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """The last decision of each record, those of this Work included; what this Work created has none before."""
    object = rule.definition.on
    known: dict[int, Mapping[str, Any]] = {}
    older = [id for id in ids if work.journal.touched.get((object, id)) != 1]
    if older:
        rows = work.rows(_LAST.format(schema=work.schema), (object, rule.name, older))
        known = {id: {"reasons": reasons, "seen": seen} for id, reasons, seen in rows}
    for row in work.journal.decisions:
        if (row["object"], row["rule"]) == (object, rule.name):
            known[row["record_id"]] = row
    return known


def _plain(value: Any) -> Any:
    """As JSON; equal amounts are equal texts."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value_json(value)


_LAST = """SELECT DISTINCT ON (record_id) record_id, reasons, seen FROM {schema}.kernel_decision
WHERE object = $1 AND rule = $2 AND record_id = ANY($3::bigint[]) ORDER BY record_id, id DESC"""
