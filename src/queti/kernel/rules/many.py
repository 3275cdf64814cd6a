"""A whole rule over many records as one statement: a CASE of its rows over what it asks of each record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.fields import decimals_of
from queti.kernel.formulas import Typed, compile_sql, compile_where
from queti.kernel.formulas.sql import SqlScope, sql_type
from queti.kernel.formulas.typed import Const, Expr, Ref, typed_of
from queti.kernel.formulas.types import Path
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths, alive
from queti.kernel.rules.compiling import ORDERED, SCORE, Row, Rule
from queti.kernel.rules.scope import output_field

if TYPE_CHECKING:
    from queti.kernel.work import Work

Column = sa.ColumnElement[Any]
FIRED = "fired"
GIVEN = "given_"


class _Columns(SqlScope):
    """What was asked, as columns of the statement; what is given, as its parameters."""

    def __init__(self, columns: Mapping[str, Column], rule: Rule) -> None:
        self.columns = columns
        self.rule = rule

    def column(self, path: Path) -> Column:
        name = ".".join(path)
        if name in self.columns:
            return self.columns[name]
        return sa.bindparam(GIVEN + name, type_=sql_type(self.rule.given[name]))


def is_sql(rule: Rule) -> bool:
    """Can the rule run as one statement? One row fires, or outcomes are added up; and it calls no other."""
    is_summed = rule.hit == "collect" and rule.collect != "list" and not rule.default
    is_one = rule.hit in ORDERED or is_summed or rule.definition.kind == "scorecard"
    return is_one and not rule.calls and not rule.problems and bool(rule.definition.on)


def stream(
    work: Work, rule: Rule, where: Typed | None = None, given: Mapping[str, Any] | None = None, at_once: int = 10_000
) -> Iterator[list[tuple[Any, ...]]]:
    """(id, place of the row that fired or None, each output in turn) of all records that fit, so many together."""
    statement = Statement.of(work.model.number, decided(work, rule, where))
    values = {GIVEN + name: value for name, value in (given or {}).items()}
    yield from statement.in_parts(work, values, at_once)


def decided(work: Work, rule: Rule, where: Typed | None = None) -> sa.Select[Any]:
    """The records' ids, which row fires, and its outcome."""
    asked = _asked(work, rule, where)
    columns = dict(asked.c.items())
    scope = _Columns(columns, rule)
    if rule.hit == "collect":
        outputs = _collected(rule, scope)
        chosen = sa.select(columns["id"], sa.null().label(FIRED), *(c.label(name) for name, c in outputs.items()))
        return _banded(rule, chosen) if rule.bands else chosen
    fired = _first(rule.rows, scope)
    if all(isinstance(expr, Const) for row in rule.rows for expr in row.then.values()):
        return _looked_up(rule, sa.select(*columns.values(), fired.label(FIRED)).subquery("f"))
    outputs = [_outcome(rule, name, scope, fired).label(name) for name in rule.outputs]
    return sa.select(columns["id"], fired.label(FIRED), *outputs)


def _asked(work: Work, rule: Rule, where: Typed | None) -> sa.Subquery:
    """Record by record what the rule asks; inputs that are computed from others lie a level above."""
    object = work.model.object(rule.definition.on)
    table = object.table.alias("r")
    joins = Joins(table)
    paths = Paths(work.model, object, table, Parameters(work.model), joins)
    columns = [compile_sql(typed_of(expr), paths).label(key) for key, expr in rule.questions.items() if key != "id"]
    living, fitting = alive(paths), compile_where(where, paths) if where is not None else None
    conditions = [each for each in (living, fitting) if each is not None]
    rows = sa.select(table.c["id"], *columns).select_from(joins.clause).where(*conditions).subquery("q")
    for name, typed in rule.asked.items():
        if isinstance(typed.expr, Ref) and ".".join(typed.expr.path) == name:
            continue
        inner = {key: column for key, column in rows.c.items() if key != name}
        value = compile_sql(typed_of(typed.expr), _Columns(dict(rows.c.items()), rule)).label(name)
        rows = sa.select(*inner.values(), value).subquery(f"q{len(inner)}")
    return rows


def _holds(row: Row, scope: SqlScope) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(compile_where(typed_of(cell.test), scope) for cell in row.when))


def _first(rows: tuple[Row, ...], scope: SqlScope) -> Column:
    return sa.case(*((_holds(row, scope), _place(at)) for at, row in enumerate(rows)))


def _place(at: int) -> Column:
    return sa.literal_column(str(at), sa.Integer())


def _outcome(rule: Rule, name: str, scope: SqlScope, fired: Column) -> Column:
    branches = [
        (fired == _place(at), _value(rule, name, row.then[name], scope))
        for at, row in enumerate(rule.rows)
        if name in row.then
    ]
    fallen = _value(rule, name, rule.default[name], scope) if name in rule.default else _null(rule, name)
    return sa.case((fired.is_(None), fallen), *branches, else_=_null(rule, name))


def _looked_up(rule: Rule, rows: sa.Subquery) -> sa.Select[Any]:
    """Outcomes that are all literals stand in a list of values beside the rows' places."""
    over = _Columns(dict(rows.c.items()), rule)
    keys = sa.column(FIRED, sa.Integer()), *(sa.column(name, sql_type(type)) for name, type in rule.outputs.items())
    values = sa.values(*keys, name="o").data(
        [(at, *(_literal(row.then.get(name)) for name in rule.outputs)) for at, row in enumerate(rule.rows)]
    )
    outputs = [_or_default(rule, name, values.c[name], rows.c[FIRED], over).label(name) for name in rule.outputs]
    fits = rows.c[FIRED] == values.c[FIRED]
    return sa.select(rows.c["id"], rows.c[FIRED], *outputs).select_from(rows.outerjoin(values, fits))


def _or_default(rule: Rule, name: str, value: Column, fired: Column, scope: SqlScope) -> Column:
    found = _rounded(rule, name, value)
    if name not in rule.default:
        return found
    return sa.case((fired.is_(None), _value(rule, name, rule.default[name], scope)), else_=found)


def _literal(expr: Expr | None) -> Any:
    return expr.value if isinstance(expr, Const) else None


def _collected(rule: Rule, scope: SqlScope) -> dict[str, Column]:
    return {
        name: _collect(rule, name, scope)
        for name in ((SCORE,) if rule.definition.kind == "scorecard" else rule.outputs)
    }


def _collect(rule: Rule, name: str, scope: SqlScope) -> Column:
    """Each row's own value or blank; least and greatest of PostgreSQL pass blanks by."""
    values = [
        sa.case((_holds(row, scope), _value(rule, name, row.then[name], scope)))
        for row in rule.rows
        if name in row.then
    ]
    if not values:
        return _null(rule, name)
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


def _banded(rule: Rule, scored: sa.Select[Any]) -> sa.Select[Any]:
    """A scorecard's outcome by its score."""
    rows = scored.subquery("s")
    scope = _Columns(dict(rows.c.items()), rule)
    outputs: list[Column] = []
    for name in rule.outputs:
        values = [
            (_holds(row, scope), _value(rule, name, row.then[name], scope) if name in row.then else _null(rule, name))
            for row in rule.bands
        ]
        fallen = _value(rule, name, rule.default[name], scope) if name in rule.default else _null(rule, name)
        outputs.append((rows.c[SCORE] if name == SCORE else sa.case(*values, else_=fallen)).label(name))
    return sa.select(rows.c["id"], rows.c[FIRED], *outputs)


def _value(rule: Rule, name: str, expr: Expr, scope: SqlScope) -> Column:
    return _rounded(rule, name, compile_sql(typed_of(expr), scope))


def _rounded(rule: Rule, name: str, value: Column) -> Column:
    column = rule.definition.outputs[name]
    if column.decimals is None or not rule.outputs[name].is_amount:
        return value
    return sa.func.round(value, decimals_of(output_field(column)))


def _null(rule: Rule, name: str) -> Column:
    return sa.cast(sa.null(), sql_type(rule.outputs[name]))
