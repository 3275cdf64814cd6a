"""A rule over many records: one statement, a CASE of its rows over what it asks of each record.

The statement grows in layers of sub-selects: what is asked of the records, inputs that are formulas, the
answers of called rules, the outcome. What SQL can't say for sure – a second row fires where only one may –
it marks as doubtful, and those records are decided in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from queti.kernel.fields import decimals_of
from queti.kernel.formulas import Typed, compile_sql, compile_where
from queti.kernel.formulas.sql import SqlScope, sql_type
from queti.kernel.formulas.typed import Const, Expr, Ref, typed_of, walk
from queti.kernel.formulas.types import Path
from queti.kernel.model import Model
from queti.kernel.reading.compiled import Select, Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths, alive
from queti.kernel.rules.answers import Deciding, Outcome, RowsContradict
from queti.kernel.rules.compiling import ORDERED, SCORE, Row, Rule
from queti.kernel.rules.deciding import Case, decide_in, rule_of, world_of
from queti.kernel.rules.scope import output_field

if TYPE_CHECKING:
    from queti.kernel.work import Work

Column = sa.ColumnElement[Any]
Decided = list[tuple[int, Outcome | list[Outcome] | RowsContradict]]
GIVEN = "given_"
AT_ONCE = 10_000
MOST_BRANCHES = 1_000
"""Rows of a CASE; beyond them the hash in memory is faster."""


def stream(
    work: Work, rule: Rule, where: Typed | None = None, given: Mapping[str, Any] | None = None
) -> Iterator[Decided]:
    """(record, outcome) of all that fit, so many together; where rows contradict, the refusal. InputMissing."""
    if is_sql(work.model, rule):
        yield from _by_statement(work, rule, where, given or {})
    else:
        yield from _in_memory(work, rule, where, given or {})


def is_sql(model: Model, rule: Rule) -> bool:
    """Can it run as one statement, with all that it calls?"""
    return bool(rule.definition.on) and _speaks_sql(model, rule)


def _speaks_sql(model: Model, rule: Rule) -> bool:
    if rule.problems or len(rule.rows) > MOST_BRANCHES or any(typed.in_memory for _, typed in rule.uses):
        return False
    return all(
        (not other.questions or other.definition.on == rule.definition.on) and _speaks_sql(model, other)
        for other in _called(model, rule)
    )


def _called(model: Model, rule: Rule) -> list[Rule]:
    return [rule_of(model, call.rule) for call in rule.definition.calls.values()]


def _in_memory(work: Work, rule: Rule, where: Typed | None, given: Mapping[str, Any]) -> Iterator[Decided]:
    found = work.find(rule.definition.on, where.text if where is not None else "", fields=("id",))
    ids = [record.id for record in found]
    for start in range(0, len(ids), AT_ONCE):
        yield _decided(work, rule, ids[start : start + AT_ONCE], given)


def _decided(work: Work, rule: Rule, ids: Sequence[int], given: Mapping[str, Any]) -> Decided:
    """Of many records those are found, by halves, of which two rows say different things."""
    try:
        answers = decide_in(world_of(work), rule, [Case(id, given) for id in ids])
        return [(id, answer.outcome) for id, answer in zip(ids, answers, strict=True)]
    except RowsContradict as problem:
        if len(ids) == 1:
            return [(ids[0], problem)]
    middle = len(ids) // 2
    return _decided(work, rule, ids[:middle], given) + _decided(work, rule, ids[middle:], given)


def _by_statement(work: Work, rule: Rule, where: Typed | None, given: Mapping[str, Any]) -> Iterator[Decided]:
    question = _Question(work.model, rule)
    statement = Statement.of(work.model.number, question.select(where))
    values = {GIVEN + name: value for name, value in given.items()}
    for rows in statement.in_parts(work, values, AT_ONCE):
        doubtful = [row[0] for row in rows if row[-1]] if question.doubts else []
        again = dict(_decided(work, rule, doubtful, given)) if doubtful else {}
        yield [(row[0], again[row[0]] if row[0] in again else question.outcome(work, row, given)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Layer:
    """The statement so far. `names`: what rules call a column → its name in the statement."""

    rows: sa.Subquery
    names: Mapping[str, str]

    def plus(self, columns: Mapping[str, Column], *, apart: bool = False) -> _Layer:
        """`apart`: each is computed once, behind OFFSET 0, over which PostgreSQL pulls nothing up."""
        if not columns:
            return self
        labels = {name: f"c{len(self.rows.c) + at}" for at, name in enumerate(columns)}
        wanted = sa.select(*self.rows.c, *(column.label(labels[name]) for name, column in columns.items()))
        held = wanted.offset(sa.literal_column("0")) if apart else wanted
        return _Layer(held.subquery(), {**self.names, **labels})

    def column(self, name: str) -> Column:
        return self.rows.c[self.names[name]]

    def also(self, names: Mapping[str, str]) -> _Layer:
        return _Layer(self.rows, {**self.names, **names})


class _Scope(SqlScope):
    """What a rule names, as columns of a layer; what is given, as parameters of the statement."""

    def __init__(self, layer: _Layer, rule: Rule, at: str) -> None:
        self.layer = layer
        self.rule = rule
        self.at = at

    def column(self, path: Path) -> Column:
        name = ".".join(path)
        if self.at + name in self.layer.names:
            return self.layer.column(self.at + name)
        return sa.bindparam(GIVEN + name, type_=sql_type(self.rule.given[name]))


FIRED, LAST, SUMMED, ANSWER = "#fired", "#last", "#any", "#="


class _Question:
    """The statement of one rule. A called rule's names stand behind the call and a slash."""

    def __init__(self, model: Model, rule: Rule) -> None:
        self.model = model
        self.rule = rule
        self.doubts: list[str] = []
        self.carried: list[str] = []
        """What the outcomes of rows that are collected name."""

    @property
    def is_listed(self) -> bool:
        return self.rule.hit == "collect" and self.rule.collect == "list"

    def select(self, where: Typed | None) -> Select:
        """Record, its outcome in turn, and whether it is doubtful where that may be."""
        layer = self.answered(self.rule, self.asked(where), "", frozenset())
        wanted = [layer.column(ANSWER + name) for name in self.rule.outputs]
        if self.is_listed:
            scope = _Scope(layer, self.rule, "")
            self.carried = sorted({".".join(ref.path) for ref in _refs(self.rule)})
            wanted = [layer.column(FIRED), *(scope.column(tuple(name.split("."))) for name in self.carried)]
        doubt = [sa.or_(*(layer.column(name) for name in self.doubts))] if self.doubts else []
        return sa.select(layer.rows.c["id"], *wanted, *doubt)

    def outcome(self, work: Work, row: Sequence[Any], given: Mapping[str, Any]) -> Outcome | list[Outcome]:
        if not self.is_listed:
            return dict(zip(self.rule.outputs, row[1:], strict=False))
        values = {**given, **dict(zip(self.carried, row[2:], strict=False))}
        return Deciding.of(self.rule).combined(row[1], values, work.env)

    def asked(self, where: Typed | None) -> _Layer:
        """Record by record what the rule and those that it calls ask."""
        object = self.model.object(self.rule.definition.on)
        table = object.table.alias("r")
        joins = Joins(table)
        paths = Paths(self.model, object, table, Parameters(self.model), joins)
        exprs: list[Expr] = []
        names: dict[str, str] = {}
        for key, expr in self.questions(self.rule, ""):
            if expr not in exprs:
                exprs.append(expr)
            names[key] = f"c{exprs.index(expr) + 1}"
        columns = [compile_sql(typed_of(expr), paths).label(f"c{at}") for at, expr in enumerate(exprs, 1)]
        living, fitting = alive(paths), compile_where(where, paths) if where is not None else None
        conditions = [each for each in (living, fitting) if each is not None]
        rows = sa.select(table.c["id"], *columns).select_from(joins.clause).where(*conditions)
        return _Layer(rows.subquery(), names)

    def questions(self, rule: Rule, at: str) -> Iterator[tuple[str, Expr]]:
        for key, expr in rule.questions.items():
            yield at + key, expr
        for call, other in zip(rule.definition.calls, _called(self.model, rule), strict=True):
            yield from self.questions(other, f"{at}{call}/")

    def answered(self, rule: Rule, layer: _Layer, at: str, given: frozenset[str]) -> _Layer:
        """With the rule's outcome under `#=`."""
        for name, typed in rule.asked.items():
            is_field = isinstance(typed.expr, Ref) and ".".join(typed.expr.path) == name
            if not is_field and (name not in given or name in rule.questions):
                layer = layer.plus({at + name: compile_sql(typed_of(typed.expr), _Scope(layer, rule, at))})
        for call, values in rule.calls.items():
            other = rule_of(self.model, rule.definition.calls[call].rule)
            scope, inner = _Scope(layer, rule, at), f"{at}{call}/"
            layer = layer.plus({inner + name: compile_sql(typed_of(expr), scope) for name, expr in values.items()})
            layer = self.answered(other, layer, inner, frozenset(values))
            found = {f"{at}{call}.{name}": layer.names[f"{inner}{ANSWER}{name}"] for name in other.outputs}
            layer = layer.also(found)
        return self.decided(rule, layer, at)

    def decided(self, rule: Rule, layer: _Layer, at: str) -> _Layer:
        if rule.hit == "collect" and rule.collect == "list":
            return self.listed(rule, layer, at)
        if rule.hit == "collect":
            return self.summed(rule, layer, at)
        if rule.hit not in ORDERED:
            layer = layer.plus({at + LAST: _first(rule.rows[::-1], _Scope(layer, rule, at), down_from=len(rule.rows))})
        elif len(rule.outputs) == 1:
            [name] = rule.outputs
            return layer.plus({f"{at}{ANSWER}{name}": _single(rule, name, _Scope(layer, rule, at))})
        layer = layer.plus({at + FIRED: _first(rule.rows, _Scope(layer, rule, at))}, apart=True)
        layer = (_looked_up if _is_literal(rule) else _chosen)(rule, layer, at)
        return layer if rule.hit in ORDERED else self.doubting(layer, at)

    def doubting(self, layer: _Layer, at: str) -> _Layer:
        """Where the first row that fires isn't the last one, memory has the word."""
        name = f"{at}#doubt"
        self.doubts.append(name)
        return layer.plus({name: layer.column(at + FIRED).is_distinct_from(layer.column(at + LAST))})

    def listed(self, rule: Rule, layer: _Layer, at: str) -> _Layer:
        """To those that call it, a list is blank and a default counts, as in memory."""
        scope = _Scope(layer, rule, at)
        fired = array([sa.case((_holds(row, scope), _place(place))) for place, row in enumerate(rule.rows)])
        layer = layer.plus({at + FIRED: sa.func.array_remove(fired, sa.null())}, apart=True)
        scope, nothing = _Scope(layer, rule, at), sa.func.cardinality(layer.column(at + FIRED)) == 0
        return layer.plus({
            f"{at}{ANSWER}{name}": sa.case((nothing, _followed(rule, name, rule.default, scope)))
            for name in rule.outputs
        })  # fmt: skip

    def summed(self, rule: Rule, layer: _Layer, at: str) -> _Layer:
        """A scorecard's outcome is read off its score; a default counts where no row fires."""
        is_card = rule.definition.kind == "scorecard"
        scope = _Scope(layer, rule, at)
        totals = {name: _collect(rule, name, scope) for name in ((SCORE,) if is_card else rule.outputs)}
        if is_card:
            layer = layer.plus({at + SCORE: totals[SCORE]}, apart=bool(rule.bands))
            return layer.plus({f"{at}{ANSWER}{name}": _banded(rule, name, layer, at) for name in rule.outputs})
        if not rule.default:
            return layer.plus({f"{at}{ANSWER}{name}": total for name, total in totals.items()})
        layer = layer.plus({at + SUMMED: _first(rule.rows, scope)}, apart=True)
        scope, nothing = _Scope(layer, rule, at), layer.column(at + SUMMED).is_(None)
        return layer.plus({
            f"{at}{ANSWER}{name}": sa.case(
                (nothing, _followed(rule, name, rule.default, scope)), else_=_collect(rule, name, scope)
            )
            for name in rule.outputs
        })  # fmt: skip


def _refs(rule: Rule) -> Iterator[Ref]:
    thens = [expr for row in rule.rows for expr in row.then.values()] + list(rule.default.values())
    return (part for expr in thens for part in walk(expr) if isinstance(part, Ref) and part.level == 0)


def _holds(row: Row, scope: SqlScope) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(compile_where(typed_of(cell.test), scope) for cell in row.when))


def _first(rows: Sequence[Row], scope: SqlScope, down_from: int = 0) -> Column:
    """The place of the first of these rows that holds; counted down where they are turned round."""
    places = range(down_from - 1, -1, -1) if down_from else range(len(rows))
    if not rows:
        return sa.cast(sa.null(), sa.Integer())
    return sa.case(*((_holds(row, scope), _place(at)) for at, row in zip(places, rows, strict=True)))


def _place(at: int) -> Column:
    return sa.literal_column(str(at), sa.Integer())


def _single(rule: Rule, name: str, scope: SqlScope) -> Column:
    fallen = _followed(rule, name, rule.default, scope)
    branches = [(_holds(row, scope), _followed(rule, name, row.then, scope)) for row in rule.rows]
    return sa.case(*branches, else_=fallen) if branches else fallen


def _chosen(rule: Rule, layer: _Layer, at: str) -> _Layer:
    scope, fired = _Scope(layer, rule, at), layer.column(at + FIRED)
    columns: dict[str, Column] = {}
    for name in rule.outputs:
        branches = [(fired == _place(at), _followed(rule, name, row.then, scope)) for at, row in enumerate(rule.rows)]
        fallen = _followed(rule, name, rule.default, scope)
        columns[f"{at}{ANSWER}{name}"] = sa.case(*branches, else_=fallen) if branches else fallen
    return layer.plus(columns)


def _followed(rule: Rule, name: str, then: Mapping[str, Expr], scope: SqlScope) -> Column:
    return _value(rule, name, then[name], scope) if name in then else _null(rule, name)


def _is_literal(rule: Rule) -> bool:
    return bool(rule.rows) and all(isinstance(expr, Const) for row in rule.rows for expr in row.then.values())


def _looked_up(rule: Rule, layer: _Layer, at: str) -> _Layer:
    """Outcomes that are all literals stand in a list of values beside the rows' places."""
    scope, fired = _Scope(layer, rule, at), layer.column(at + FIRED)
    labels = {name: f"c{len(layer.rows.c) + place}" for place, name in enumerate(rule.outputs)}
    keys = sa.column("place", sa.Integer()), *(sa.column(name, sql_type(type)) for name, type in rule.outputs.items())
    values = sa.values(*keys, name=f"o{len(layer.rows.c)}").data(
        [(place, *(_literal(row.then.get(name)) for name in rule.outputs)) for place, row in enumerate(rule.rows)]
    )
    outputs = [_or_default(rule, name, values.c[name], fired, scope).label(labels[name]) for name in rule.outputs]
    joined = layer.rows.outerjoin(values, fired == values.c["place"])
    rows = sa.select(*layer.rows.c, *outputs).select_from(joined).subquery()
    return _Layer(rows, {**layer.names, **{f"{at}{ANSWER}{name}": label for name, label in labels.items()}})


def _or_default(rule: Rule, name: str, value: Column, fired: Column, scope: SqlScope) -> Column:
    found = _rounded(rule, name, value)
    if name not in rule.default:
        return found
    return sa.case((fired.is_(None), _value(rule, name, rule.default[name], scope)), else_=found)


def _literal(expr: Expr | None) -> Any:
    return expr.value if isinstance(expr, Const) else None


def _collect(rule: Rule, name: str, scope: SqlScope) -> Column:
    """Each row's own value or blank; least and greatest of PostgreSQL pass blanks by."""
    values = [
        sa.case((_holds(row, scope), _value(rule, name, row.then[name], scope)))
        for row in rule.rows
        if name in row.then
    ]
    if not values:
        return sa.cast(sa.literal_column("0"), sa.Numeric()) if rule.collect in ("sum", "count") else _null(rule, name)
    match rule.collect:
        case "min":
            return sa.func.least(*values)
        case "max":
            return sa.func.greatest(*values)
        case "count":
            return _sum([sa.case((value.is_not(None), 1), else_=0) for value in values])
        case _:
            return _sum([sa.func.coalesce(value, 0) for value in values])


def _sum(values: list[Column]) -> Column:
    total: Column = values[0]
    for value in values[1:]:
        total = total + value
    return sa.cast(total, sa.Numeric())


def _banded(rule: Rule, name: str, layer: _Layer, at: str) -> Column:
    if name == SCORE:
        return layer.column(at + SCORE)
    scope = _Scope(layer, rule, at)
    values = [(_holds(row, scope), _followed(rule, name, row.then, scope)) for row in rule.bands]
    fallen = _followed(rule, name, rule.default, scope)
    return sa.case(*values, else_=fallen) if values else fallen


def _value(rule: Rule, name: str, expr: Expr, scope: SqlScope) -> Column:
    return _rounded(rule, name, compile_sql(typed_of(expr), scope))


def _rounded(rule: Rule, name: str, value: Column) -> Column:
    column = rule.definition.outputs[name]
    if column.decimals is None or not rule.outputs[name].is_amount:
        return value
    return sa.func.round(value, decimals_of(output_field(column)))


def _null(rule: Rule, name: str) -> Column:
    return sa.cast(sa.null(), sql_type(rule.outputs[name]))
