"""Where a formula's paths lead in SQL: columns, joins along links, sub-selects for lists.

`Paths` is one object's rows inside a statement. A link path becomes a LEFT JOIN, added
once however often it is used; inside sub-selects, where the FROM clause is already
fixed, it becomes a scalar sub-select by primary key. A list becomes a correlated
sub-select.

With a `Sight` the same paths answer only what a reader may see: a link to a record that
is out of sight leads to blanks, a hidden field is not there at all. Formulas of fields
are always computed with full sight; their own field right guards them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from queti.kernel.formulas import SqlRows, SqlScope, Type, compile_sql, compile_where, parameter_name, types
from queti.kernel.formulas.sql import sql_type
from queti.kernel.formulas.sql_operations import divided
from queti.kernel.model import Field, Model, Object, Query
from queti.kernel.reading.sorting import parse_sort

LABEL = "_label"
"""Pseudo-field at the end of a path: the title of the record that the path leads to."""

Column = sa.ColumnElement[Any]


class Sight(Protocol):
    """What a reader may see; see permissions.Rights."""

    def scope(self, paths: Paths) -> sa.ColumnElement[bool] | None:
        """The condition under which the reader sees a row of `paths`; None: every row."""
        ...

    def shown(self, paths: Paths, field: str, column: Column) -> Column:
        """`column` as the reader sees it: blank on rows where no role shows the field."""
        ...


@dataclass(slots=True)
class Joins:
    """A FROM clause that grows by one LEFT JOIN for each link path that is used."""

    clause: sa.FromClause
    _known: dict[tuple[int, str, bool], sa.FromClause] = field(
        default_factory=dict[tuple[int, str, bool], sa.FromClause]
    )

    def follow(
        self,
        rows: sa.FromClause,
        link: Field,
        sighted: bool,
        target: Callable[[], sa.FromClause],
        on: Callable[[sa.FromClause], Column],
    ) -> sa.FromClause:
        key = (id(rows), link.name, sighted)
        if key not in self._known:
            alias = target()
            condition = on(alias)  # may join further rows, which must stand before
            self._known[key] = alias
            self.clause = self.clause.outerjoin(alias, condition)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a statement that its Work fills in: `env_today`, `env_me__department`."""

    model: Model

    def get(self, name: str, type: Type) -> sa.BindParameter[Any]:
        """Typed as the field is that it is compared with."""
        return sa.bindparam(parameter_name(name), type_=sql_type(type))


@dataclass(frozen=True, slots=True)
class Paths(SqlScope):
    """The rows of one object inside a statement; compiled formulas ask it for columns."""

    model: Model
    object: Object
    table: sa.FromClause
    parameters: Parameters
    joins: Joins | None
    """None where the FROM clause is fixed: links are then followed by scalar sub-selects."""
    sight: Sight | None = None

    def column(self, path: tuple[str, ...]) -> Column:
        """The value at the end of `path`: names of links, then a field or `_label`."""
        name, *rest = path
        if not rest:
            return self._label() if name == LABEL else self._own(name)
        link = self.object.fields[name]
        if self.joins is None:
            return self._sub_select(link, tuple(rest))
        return self.through(link).column(tuple(rest))

    def _own(self, name: str) -> Column:
        if name in self.object.lines or name in self.object.reverse:
            column: Column = self.table.c["id"]  # what the list's rows link back to
        else:
            found = self.object.fields[name]
            column = self._stored(found) if found.is_stored else self._computed(found)
        return column if self.sight is None else self.sight.shown(self, name, column)

    def _stored(self, found: Field) -> Column:
        """What was sealed never leaves its column: all that is told is that something is there."""
        column = self.table.c[found.name]
        if found.type.name != "encrypted":
            return column
        return sa.case((column.is_not(None), sa.literal_column("""'{"kept": true}'::jsonb""", JSONB())))

    def _computed(self, found: Field) -> Column:
        if found.query is not None:
            return self._asked(found.query)
        assert found.formula is not None, f"{found.name} has neither column nor formula"
        return compile_sql(found.formula, self.with_full_sight())

    def _asked(self, query: Query) -> Column:
        """What a query takes of the first record that fits."""
        target = self.model.object(query.object)
        alias = target.table.alias()
        joins = Joins(alias)
        inner = replace(self, object=target, table=alias, joins=joins, sight=None)
        linked = _Linked(inner, replace(self, joins=None, sight=None))
        conditions = [compile_where(query.where, linked), alive(inner)]
        value = inner.column((query.take,))
        keys = [
            inner.column(key.path).desc() if key.descending else inner.column(key.path)
            for key in parse_sort(query.sort)
        ]
        rows = joins.clause
        chosen = sa.select(value).select_from(rows).where(*(each for each in conditions if each is not None))
        return (
            chosen.order_by(*keys, alias.c["id"]).limit(sa.literal_column("1")).correlate_except(rows).scalar_subquery()
        )

    def rate(self, source: Column, target: Column, on: Column) -> Column:
        """By what both are worth in the company's currency on that day."""
        worth = [self._worth(each, on) for each in (source, target)]
        return sa.case((on.is_not(None), divided(*worth)))

    def _worth(self, currency: Column, on: Column) -> Column:
        """By its dated rate, before the first of them by its own."""
        known = self.model.objects.get("base.currency")
        if known is None or "rate" not in known.fields:
            return sa.cast(sa.null(), sa.Numeric())
        row = known.table.alias()
        kept = sa.select(row.c["rate"]).where(row.c["id"] == currency).correlate_except(row).scalar_subquery()
        own = self.parameter("company.currency", types.link("base.currency"))
        worth = [each for each in (self._dated(currency, on), kept) if each is not None]
        return sa.case((currency == own, sa.literal_column("1.0", sa.Numeric())), else_=sa.func.coalesce(*worth))

    def _dated(self, currency: Column, on: Column) -> Column | None:
        known = self.model.objects.get("base.currency_rate")
        if known is None:
            return None
        row = known.table.alias()
        fits = row.c["currency"] == currency, row.c["valid_from"] <= on, row.c["trashed_at"].is_(None)
        latest = sa.select(row.c["rate"]).where(*fits).order_by(row.c["valid_from"].desc())
        return latest.limit(sa.literal_column("1")).correlate_except(row).scalar_subquery()

    def _label(self) -> Column:
        title = self.object.title
        if not title:
            return sa.cast(self.table.c["id"], sa.Text)
        if self.object.title_formula is not None and title not in self.object.fields:
            return compile_sql(self.object.title_formula, self.with_full_sight())
        column = self._own(title)
        return column if isinstance(column.type, sa.Text) else sa.cast(column, sa.Text)

    def with_full_sight(self) -> Paths:
        return self if self.sight is None else replace(self, sight=None)

    def through(self, link: Field) -> Paths:
        """The records that `link` leads to, joined; blank where out of sight."""
        assert self.joins is not None
        target = self.model.object(link.target or "")
        alias = self.joins.follow(
            self.table,
            link,
            self.sight is not None,
            lambda: target.table.alias(),
            lambda rows: self._reaches(link, replace(self, object=target, table=rows, joins=None)),
        )
        return replace(self, object=target, table=alias)

    def _reaches(self, link: Field, target: Paths) -> Column:
        """`target` is what `link` of these rows leads to, and in sight."""
        joined = target.table.c["id"] == self._own(link.name)
        seen = None if self.sight is None else self.sight.scope(target.with_full_sight())
        return joined if seen is None else sa.and_(joined, seen)

    def _sub_select(self, link: Field, rest: tuple[str, ...]) -> Column:
        target = self.model.object(link.target or "")
        alias = target.table.alias()
        joins = Joins(alias)
        inner = replace(self, object=target, table=alias, joins=joins)
        value = inner.column(rest)
        reached = self._reaches(link, replace(inner, joins=None))
        return sa.select(value).select_from(joins.clause).where(reached).scalar_subquery()

    def rows(self, path: tuple[str, ...]) -> SqlRows:
        """The rows of the list at the end of `path`, those in the trash or out of sight left out."""
        *links, name = path
        owner = self
        for link in links:
            owner = replace(owner, object=self.model.object(owner.object.fields[link].target or ""))
        child, back = owner.list_named(name)
        alias = child.table.alias()
        joins = Joins(alias)
        inner = replace(self, object=child, table=alias, joins=joins)
        conditions = [alias.c[back] == self.column(path), alive(inner)]
        if self.sight is not None and name not in owner.object.lines:
            conditions.append(self.sight.scope(inner.with_full_sight()))
            conditions.append(_shows(self.sight, inner, back))
        found = sa.and_(*(condition for condition in conditions if condition is not None))
        return SqlRows(lambda: joins.clause, found, inner)

    def list_named(self, name: str) -> tuple[Object, str]:
        """The object of the rows of a lines field or a reverse list, and the link back."""
        if name in self.object.reverse:
            back = self.object.reverse[name]
            return self.model.object(back.object), back.field
        child = self.model.object(self.object.fields[name].target or "")
        return child, child.definition.parent_field

    def parameter(self, name: str, type: Type) -> Column:
        return self.parameters.get(name, type)


@dataclass(frozen=True, slots=True)
class _Linked(SqlScope):
    """Rows that a record asks for, which is `this` to them."""

    rows_asked: Paths
    this: Paths

    def column(self, path: tuple[str, ...]) -> Column:
        return self.this.column(path[1:]) if path[0] == "this" else self.rows_asked.column(path)

    def rows(self, path: tuple[str, ...]) -> SqlRows:
        return self.this.rows(path[1:]) if path[0] == "this" else self.rows_asked.rows(path)

    def parameter(self, name: str, type: Type) -> Column:
        return self.this.parameter(name, type)


def _shows(sight: Sight, rows: Paths, link: str) -> sa.ColumnElement[bool] | None:
    """The reader sees where these rows link to; None: on every row. The plain column beside it keeps its index."""
    column = rows.table.c[link]
    shown = sight.shown(rows, link, column)
    return None if shown is column else shown.is_not(None)


def alive(paths: Paths) -> sa.ColumnElement[bool] | None:
    """The row is not in the trash, nor is the record whose line it is."""
    if "trashed_at" in paths.table.c:
        return paths.table.c["trashed_at"].is_(None)
    if paths.object.is_lines:
        parent = paths.object.definition.parent_field
        if "trashed_at" in (paths.object.parent or paths.object).fields:
            return paths.column((parent, "trashed_at")).is_(None)
    return None
