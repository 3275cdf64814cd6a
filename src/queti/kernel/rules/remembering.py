"""Decisions that mattered, kept with the record that they were about: what was asked, which rows fired, what
followed, by which version of the rule. A reason that the last decision gave on the same facts is no news."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import ge, le
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from queti.kernel.formulas.typed import Aggregate, Const, Expr, Op, Ref, value_json, walk
from queti.kernel.model import Field, Model
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.rules.compiling import Cell, Rule
from queti.kernel.rules.deciding import Case, Known, World, ask_records, decide_in, in_need, put, rule_of
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

    def is_known(self, rule: Rule, values: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Did the decision before say the same on facts that were no milder?"""
        return (
            any(self.outcome == other["outcome"] for other in before["reasons"])
            and all(
                _is_no_worse(rule, cell, values, before["seen"])
                for row in rule.rows
                if row.label in self.rows
                for cell in row.when
            )
            and (bool(self.rows) or _are_equal(self.of, values, before["seen"]))
        )


def keep(work: Work, name: str, chosen: Iterable[tuple[Record, Answer]]) -> None:
    """Keep answers with records that they mattered to, whatever the rule was given."""
    rule = rule_of(work.model, name)
    for record, answer in chosen:
        values = _seen(answer)
        row = _row(work, rule, (record.object, record.id), answer, values, _reasons(rule, answer, values))
        work.journal.decisions.append(row)


def decide_and_keep(work: Work, name: str, cases: Sequence[Case]) -> list[Answer]:
    """Answers that are kept with the records that they are about; each is told its `news`.

    What the last decisions were is asked along with the records' own facts; one that says the same again isn't kept.
    """
    rule, last = rule_of(work.model, name), dict[int, Mapping[str, Any]]()

    def ask(asked: Rule, put: Sequence[Case]) -> Known:
        if asked is not rule:
            return ask_records(work, asked, in_need(asked, put))
        return _ask_with_last(work, rule, sorted({case.record for case in put if case.record is not None}), last)

    answers = decide_in(World(work.model, work.env, ask), rule, cases)
    _remember(work, rule, cases, answers, last | _of_this_work(work, rule))
    return answers


def _remember(
    work: Work, rule: Rule, cases: Sequence[Case], answers: Sequence[Answer], known: dict[int, Mapping[str, Any]]
) -> None:
    for case, answer in zip(cases, answers, strict=True):
        if case.record is None:
            continue
        values = _seen(answer)
        told = list(_reasons(rule, answer, values))
        before = known.get(case.record, _NOTHING)
        answer.news = [outcome for reason, outcome in told if not reason.is_known(rule, values, before)]
        row = _row(work, rule, (rule.definition.on, case.record), answer, values, told)
        if any(row[name] != before[name] for name in _TOLD):
            work.journal.decisions.append(row)
        known[case.record] = row


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
def given_asked(model: Model, name: str) -> frozenset[str]:
    """The given inputs that a row, an outcome or a call looks at: what else costs to find out needn't be given."""
    rule = rule_of(model, name)
    rows = [*rule.rows, *rule.bands]
    exprs = [expr for row in rows for expr in (*(cell.test for cell in row.when), *row.then.values())]
    exprs += [*rule.default.values(), *(expr for given in rule.calls.values() for expr in given.values())]
    return frozenset(facts_of(rule, exprs) & rule.given.keys())


@lru_cache(maxsize=1024)
def fields_asked(model: Model, name: str) -> frozenset[str]:
    """The record's own fields and lists that a rule asks for, those that it calls and live ones rest on included."""
    rule = rule_of(model, name)
    parts = [part for question in rule.questions.values() for part in walk(question)]
    fields = {part.path[0] for part in parts if isinstance(part, Ref) and part.level == 0}
    lists = {part.path[0] for part in parts if isinstance(part, Aggregate) and part.owner == 0}
    calls = (call.rule for call in rule.definition.calls.values())
    own = model.objects[rule.definition.on].fields if rule.definition.on in model.objects else {}
    behind = {read for name in fields & own.keys() for read in _read_live(own[name])}
    return frozenset(fields | lists | behind).union(*(fields_asked(model, other) for other in calls))


def _read_live(field: Field) -> Iterator[str]:
    """The record's own fields that one that is computed when it is read looks at."""
    looked = field.query.where if field.query is not None else field.formula if field.is_live else None
    for object, name in looked.reads if looked is not None else ():
        if object == field.object.name:
            yield name


def _row(
    work: Work,
    rule: Rule,
    record: tuple[str, int],
    answer: Answer,
    values: Values,
    reasons: Iterable[tuple[Reason, Any]],
) -> dict[str, Any]:
    return {
        "object": record[0],
        "record_id": record[1],
        "rule": rule.name,
        "version": rule.version,
        "seen": values,
        "reasons": [{"rows": [*each.rows], "of": [*each.of], "outcome": each.outcome} for each, _ in reasons],
        "calls": {call: _called(work, rule, call, each) for call, each in answer.calls.items()},
        "operation": work.operation,
        "cause": work.cause,
    }


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


def _ask_with_last(work: Work, rule: Rule, ids: list[int], last: dict[int, Mapping[str, Any]]) -> Known:
    """What this Work created has none before."""
    if all(work.journal.touched.get((rule.definition.on, id)) == 1 for id in ids):
        return ask_records(work, rule, ids)
    known: dict[int, dict[str, Any]] = {}
    for id, *values, before in put(work, rule, ids, also=_last):
        known[id] = dict(zip(rule.questions, values, strict=True))
        if before is not None:
            last[id] = before
    return known


def _last(model: Model, rule: Rule, rows: sa.FromClause) -> sa.ColumnElement[Any]:
    """The record's last decision by the rule: `{version, seen, reasons}`."""
    names = "id", "object", "record_id", "rule", *_TOLD
    kept = sa.table("kernel_decision", *map(sa.column, names), schema=model.schema)
    parts = (part for name in _TOLD for part in (name, kept.c[name]))
    told = sa.func.jsonb_build_object(*parts, type_=JSONB())
    of_rule = kept.c.object == rule.definition.on, kept.c.rule == rule.name, kept.c.record_id == rows.c["id"]
    newest = sa.select(told).where(*of_rule).order_by(kept.c.id.desc()).limit(sa.literal_column("1"))
    return newest.correlate(rows).scalar_subquery()


def _of_this_work(work: Work, rule: Rule) -> dict[int, Mapping[str, Any]]:
    mine = rule.definition.on, rule.name
    return {row["record_id"]: row for row in work.journal.decisions if (row["object"], row["rule"]) == mine}


# -- what is no news


_MILDER: dict[str, Callable[[Any, Any], bool]] = {"gt": le, "ge": le, "lt": ge, "le": ge}
"""Of what a cell holds from or up to a bound: which values are as near to the bound as those before, or nearer."""


def _is_no_worse(rule: Rule, cell: Cell, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """The cell looked at the same; or at an amount that has come nearer to where the cell would no longer hold."""
    is_milder = _MILDER.get(_bound(cell))
    if is_milder is not None and cell.column in mine and cell.column in theirs:
        new, old = mine[cell.column], theirs[cell.column]
        return new is not None and old is not None and is_milder(Decimal(new), Decimal(old))
    return _are_equal(facts_of(rule, [cell.test]), mine, theirs)


def _bound(cell: Cell) -> str:
    """How an amount is compared with a literal; nothing where the cell says something else."""
    match cell.test:
        case Op(name, (Ref(path), Const())) if path == (cell.column,) and cell.test.args[0].type.is_amount:
            return name
        case _:
            return ""


def _are_equal(names: Iterable[str], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return all(name in theirs and mine[name] == theirs[name] for name in names)


_TOLD = "version", "seen", "reasons"
_NOTHING: Mapping[str, Any] = {"version": "", "seen": {}, "reasons": []}


def _plain(value: Any) -> Any:
    """As JSON; equal amounts are equal texts."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value_json(value)
