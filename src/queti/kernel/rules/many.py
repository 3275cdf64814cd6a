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
from queti.kernel.reading.compiled import Select, Statement
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
    """(id, each output in turn) of all records that fit, so many together."""
    statement = Statement.of(work.model.number, decided(work, rule, where))
    values = {GIVEN + name: value for name, value in (given or {}).items()}
    yield from statement.in_parts(work, values, at_once)


def decided(work: Work, rule: Rule, where: Typed | None = None) -> Select:
    """The records' ids and outcomes. Where several outputs follow, which row fires is computed once, behind
    OFFSET 0, over which PostgreSQL pulls nothing up."""
    asked = _asked(work, rule, where)
    columns = dict(asked.c.items())
    scope = _Columns(columns, rule)
    if rule.hit == "collect":
        chosen = sa.select(columns["id"], *(c.label(name) for name, c in _collected(rule, scope).items()))
        return _banded(rule, chosen) if rule.bands else chosen
    if len(rule.outputs) == 1:
        [name] = rule.outputs
        return sa.select(columns["id"], _single(rule, name, scope).label(name))
    fired = _first(rule.rows, scope).label(FIRED)
    rows = sa.select(*columns.values(), fired).offset(sa.literal_column("0")).subquery("f")
    return _looked_up(rule, rows) if _is_literal(rule) else _chosen(rule, rows)


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


def _single(rule: Rule, name: str, scope: SqlScope) -> Column:
    branches = [(_holds(row, scope), _followed(rule, name, row.then, scope)) for row in rule.rows]
    return sa.case(*branches, else_=_followed(rule, name, rule.default, scope))


def _chosen(rule: Rule, rows: sa.Subquery) -> Select:
    scope, fired = _Columns(dict(rows.c.items()), rule), rows.c[FIRED]
    outputs = [
        sa.case(
            *((fired == _place(at), _followed(rule, name, row.then, scope)) for at, row in enumerate(rule.rows)),
            else_=_followed(rule, name, rule.default, scope),
        ).label(name)
        for name in rule.outputs
    ]
    return sa.select(rows.c["id"], *outputs)


def _followed(rule: Rule, name: str, then: Mapping[str, Expr], scope: SqlScope) -> Column:
    return _value(rule, name, then[name], scope) if name in then else _null(rule, name)


def _is_literal(rule: Rule) -> bool:
    return all(isinstance(expr, Const) for row in rule.rows for expr in row.then.values())


def _looked_up(rule: Rule, rows: sa.Subquery) -> Select:
    """Outcomes that are all literals stand in a list of values beside the rows' places."""
    over = _Columns(dict(rows.c.items()), rule)
    keys = sa.column(FIRED, sa.Integer()), *(sa.column(name, sql_type(type)) for name, type in rule.outputs.items())
    values = sa.values(*keys, name="o").data(
        [(at, *(_literal(row.then.get(name)) for name in rule.outputs)) for at, row in enumerate(rule.rows)]
    )
    outputs = [_or_default(rule, name, values.c[name], rows.c[FIRED], over).label(name) for name in rule.outputs]
    fits = rows.c[FIRED] == values.c[FIRED]
    return sa.select(rows.c["id"], *outputs).select_from(rows.outerjoin(values, fits))


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


def _banded(rule: Rule, scored: Select) -> Select:
    """A scorecard's outcome by its score."""
    rows = scored.subquery("s")
    scope = _Columns(dict(rows.c.items()), rule)
    outputs: list[Column] = []
    for name in rule.outputs:
        values = [(_holds(row, scope), _followed(rule, name, row.then, scope)) for row in rule.bands]
        fallen = _followed(rule, name, rule.default, scope)
        outputs.append((rows.c[SCORE] if name == SCORE else sa.case(*values, else_=fallen)).label(name))
    return sa.select(rows.c["id"], *outputs)


def _value(rule: Rule, name: str, expr: Expr, scope: SqlScope) -> Column:
    return _rounded(rule, name, compile_sql(typed_of(expr), scope))


def _rounded(rule: Rule, name: str, value: Column) -> Column:
    column = rule.definition.outputs[name]
    if column.decimals is None or not rule.outputs[name].is_amount:
        return value
    return sa.func.round(value, decimals_of(output_field(column)))


def _null(rule: Rule, name: str) -> Column:
    return sa.cast(sa.null(), sql_type(rule.outputs[name]))
