"""Rules of a release put to work: cases of records or of given values, many at once.

One statement asks all records what the rule needs of them; a decision puts all its cases to each
rule that it calls at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from queti.kernel.errors import Language, Refusal
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.formulas import Env, NameScope, Type, compile_python, compile_sql
from queti.kernel.formulas.typed import Aggregate, Ref, typed_of, walk
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.reading.compiled import Row, Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths
from queti.kernel.reading.permissions import Rights
from queti.kernel.record import Record, id_of
from queti.kernel.rules.answers import Answer, Deciding, Given, Values, row_may_fire
from queti.kernel.rules.compiling import Problem, Rule, compile_rule
from queti.kernel.rules.scope import field_of, input_field
from queti.kernel.scopes import ObjectScope

if TYPE_CHECKING:
    from queti.kernel.work import Work

Known = Mapping[int, dict[str, Any]]
"""Record → answer to each question."""

DEEPEST_CALLS = 12
LONGEST = 20
"""Seconds that one evaluation may take, of all its cases and of the rules that it calls."""


@dataclass(frozen=True, slots=True)
class Case:
    """A record, or values by input or path; what is given stands above the record."""

    record: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


Put = Record | int | Mapping[str, Any] | tuple[Record | int, Mapping[str, Any]]
"""What a rule is asked of: a record, values by input or path, or both; amounts are Decimals."""


def case_of(put: Put) -> Case:
    if isinstance(put, tuple):
        return Case(id_of(put[0]), put[1])
    return Case(id_of(put)) if isinstance(put, int | Record) else Case(None, put)


class RuleNotSound(Refusal):
    """Rule {rule} can't decide: {problem}"""

    zh = "规则“{rule}”无法判断：{problem}"


class RuleTakesTooLong(Refusal):
    """Rule {rule} takes longer than {seconds} seconds."""

    zh = "规则“{rule}”的计算超过 {seconds} 秒。"


@lru_cache(maxsize=2048)
def rule_of(model: Model, name: str) -> Rule:
    """The compiled rule; its problems stand in it. UnknownName."""
    if name not in model.rules:
        raise unknown({"en": "rule", "zh": "规则"}, name, model.rules)
    endless = _endless(model, name, (), set())

    def called(other: str) -> Rule | None:
        if other not in model.rules:
            return None
        return _alone(model, other) if endless else rule_of(model, other)

    rule = compile_rule(model.rules[name], base_of(model, model.rules[name].on), called)
    if endless:
        rule.problems.append(Problem("calls", _says(endless)))
    return rule


def _alone(model: Model, name: str) -> Rule:
    """What a caller must know of it, without what it calls itself."""
    return compile_rule(model.rules[name], base_of(model, model.rules[name].on))


def _endless(model: Model, name: str, above: tuple[str, ...], seen: set[tuple[str, int]]) -> tuple[str, ...]:
    """The calls that come round to where they were, or lead too deep."""
    around = (*above, name)
    if name in above:
        return around[above.index(name) :]
    if len(above) > DEEPEST_CALLS:
        return around
    if name not in model.rules or (name, len(above)) in seen:
        return ()
    seen.add((name, len(above)))
    found = (_endless(model, call.rule, around, seen) for call in model.rules[name].calls.values())
    return next(filter(None, found), ())


def _says(chain: tuple[str, ...]) -> Mapping[Language, str]:
    told = " → ".join(chain)
    if chain[0] == chain[-1]:
        return {"en": f"Decisions call each other in a circle: {told}.", "zh": f"决策互相循环调用：{told}。"}
    return {
        "en": f"Decisions call each other more than {DEEPEST_CALLS} deep: {told}.",
        "zh": f"决策调用超过 {DEEPEST_CALLS} 层：{told}。",
    }


def base_of(model: Model, object: str) -> NameScope | None:
    return ObjectScope(model, model.objects[object]) if object in model.objects else None


@dataclass(frozen=True, slots=True)
class World:
    """What an answer depends on besides its case. `ask`: a rule's questions, put to the records of these cases."""

    model: Model
    env: Env
    ask: Callable[[Rule, Sequence[Case]], Known]
    until: float = field(default_factory=lambda: monotonic() + LONGEST)


def decide(work: Work, name: str, cases: Sequence[Case], rights: Rights | None = None) -> list[Answer]:
    """An answer to each case; with `rights` as their person sees the records.

    InputMissing, RowsContradict, RuleNotSound, RuleTakesTooLong.
    """
    return decide_in(world_of(work, rights), rule_of(work.model, name), cases)


def may_fire(model: Model, env: Env, name: str, given: Mapping[str, Any]) -> bool:
    """Whether, by these inputs alone, any row could still fire: who asks knows that nothing need be read."""
    return row_may_fire(rule_of(model, name), given, env)


def world_of(work: Work, rights: Rights | None = None) -> World:
    return World(work.model, work.env, lambda rule, cases: ask_records(work, rule, in_need(rule, cases), rights))


def decide_in(world: World, rule: Rule, cases: Sequence[Case]) -> list[Answer]:
    if rule.problems:
        raise RuleNotSound(rule=rule.definition.label or rule.name, problem=dict(rule.problems[0].words))
    deciding = Deciding.of(rule)
    known: Known = world.ask(rule, cases) if rule.definition.on else {}
    rows = [deciding.inputs(_values(world.env, rule, case, known), world.env) for case in cases]
    calls = _called(world, rule, cases, rows)
    answers = [deciding.decide(row, world.env) for row in _in_time(world, rule, rows)]
    for answer, called in zip(answers, calls, strict=True):
        answer.calls = called
    return answers


def _in_time(world: World, rule: Rule, rows: Iterable[Values]) -> Iterator[Values]:
    for row in rows:
        if monotonic() > world.until:
            raise RuleTakesTooLong(rule=rule.definition.label or rule.name, seconds=LONGEST)
        yield row


def _called(world: World, rule: Rule, cases: Sequence[Case], rows: list[Any]) -> list[dict[str, Answer]]:
    """The answers of the rules that it calls, which later calls and the outcome may name."""
    answers: list[dict[str, Answer]] = [{} for _ in cases]
    for name, given in rule.calls.items():
        other = rule_of(world.model, rule.definition.calls[name].rule)
        makers = {input: compile_python(typed_of(expr)) for input, expr in given.items()}
        same = other.definition.on == rule.definition.on
        put = [
            Case(
                case.record if same else None,
                {
                    **(_both_ask(rule, other, case) if same else {}),
                    **{input: make(row, world.env) for input, make in makers.items()},
                },
            )
            for case, row in zip(cases, rows, strict=True)
        ]
        for row, kept, answer in zip(rows, answers, decide_in(world, other, put), strict=True):
            kept[name] = answer
            row |= {f"{name}.{output}": answer[output] for output in other.outputs}
    return answers


def _both_ask(rule: Rule, other: Rule, case: Case) -> dict[str, Any]:
    """What stands in for the record in the one stands in for it in the other, too."""
    return {path: value for path, value in case.given.items() if path in rule.questions and path in other.questions}


def in_need(rule: Rule, cases: Iterable[Case]) -> list[int]:
    """The records that must be asked: where all questions are answered by what is given, none is."""
    return sorted(
        {case.record for case in cases if case.record is not None and rule.questions.keys() - case.given.keys()}
    )


def ask_records(work: Work, rule: Rule, ids: list[int], rights: Rights | None = None) -> Known:
    if not ids:
        return {}
    asked = put(work, rule, ids, rights)
    return {id: dict(zip(rule.questions, values, strict=True)) for id, *values in asked}


Also = Callable[[Model, Rule, sa.FromClause], sa.ColumnElement[Any]]


def put(work: Work, rule: Rule, ids: list[int], rights: Rights | None = None, also: Also | None = None) -> list[Row]:
    """The questions to these records, as they stand in this Work, and what is `also` wanted of each.

    One record has a text of its own, so that its plan is kept; see `selecting.of_ids`.
    """
    work.settle_before(rule.definition.on)
    alone = len(ids) == 1
    key = also, alone
    if rights is not None:
        statement = _questions(work.model, rule, rights, alone, also)
    else:
        if key not in rule.kept:
            rule.kept[key] = _questions(work.model, rule, None, alone, also)
        statement = rule.kept[key]
    return statement.run(work, {"records": ids[0] if alone else ids})


def _questions(model: Model, rule: Rule, rights: Rights | None, alone: bool, also: Also | None) -> Statement:
    rows, joins, paths = _rows(model, model.object(rule.definition.on), rights)
    columns = [compile_sql(typed_of(expr), paths) for expr in rule.questions.values()]
    columns += [also(model, rule, rows)] if also else []
    records = sa.bindparam("records", type_=sa.BigInteger() if alone else sa.ARRAY(sa.BigInteger()))
    asked = rows.c["id"] == (records if alone else sa.any_(records))
    return Statement.of(model.number, sa.select(rows.c["id"], *columns).select_from(joins.clause).where(asked))


def _rows(model: Model, object: Object, rights: Rights | None) -> tuple[sa.FromClause, Joins, Paths]:
    rows = object.table.alias("r")
    joins = Joins(rows)
    return rows, joins, Paths(model, object, rows, Parameters(model), joins, rights)


def _values(env: Env, rule: Rule, case: Case, known: Known) -> Given:
    return Given(rule, {**known.get(case.record or 0, {}), **case.given}, env)


# -- values from outside


def read_given(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of JSON, by input or path of the record, as the rule computes with them. FieldError names none."""
    return {name: _read(rule, name, value) for name, value in given.items()}


def _read(rule: Rule, name: str, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list) and name not in rule.given:
        return [_read_row(rule, name, row) for row in cast("list[Any]", value)]
    written = input_field(rule.definition.inputs[name]) if name in rule.given else field_of(_type_of(rule, name))
    return FIELD_TYPES[written.type].read(_as_json(value), written)


def _as_json(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


def _type_of(rule: Rule, name: str) -> Type:
    if name in rule.asked:
        return rule.asked[name].type
    if name in rule.questions:
        return rule.questions[name].type
    raise unknown({"en": "input", "zh": "输入"}, name, [*rule.given, *rule.asked, *rule.questions])


def _read_row(rule: Rule, list_name: str, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    types = {
        ".".join(part.path): part.type
        for question in rule.questions.values()
        if isinstance(question, Aggregate) and question.path[0] == list_name
        for part in walk(question)
        if isinstance(part, Ref) and part.level > 0
    }
    read: dict[str, Any] = {}
    for name, value in cast("dict[str, Any]", row).items():
        written = field_of(types[name]) if name in types else None
        read[name] = value if written is None or value is None else FIELD_TYPES[written.type].read(value, written)
    return read
