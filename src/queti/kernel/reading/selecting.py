"""Questions about one object as SQL: which rows, in which order, with which columns.

A page is picked first, from the driving table alone where filter and sort allow it, and
what lies behind links is joined to its few rows afterwards. Where a scope is a
disjunction or a cursor has blanks around it, each part is a range of an index: the parts
are limited each on their own and merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from queti.kernel.errors import Refusal
from queti.kernel.formulas import Typed, compile_where
from queti.kernel.formulas import shape as shape_of
from queti.kernel.model import Field, Model
from queti.kernel.reading.compiled import Select, Statement
from queti.kernel.reading.paths import LABEL, Column, Joins, Parameters, Paths, alive
from queti.kernel.reading.permissions import Part, Rights
from queti.kernel.reading.search import search_condition
from queti.kernel.reading.seen import SeenScope, unknown_field
from queti.kernel.reading.sorting import Condition, Ordered, after, parse_sort

LITERAL = "literal_"
"""Parameters of a filter's literals: `literal_0`, …"""

Trash = Literal["without", "only", "with"]


class NotSortable(Refusal):
    """A list can't be sorted by {path}."""

    zh = "列表不能按{path}排序。"
    field = "sort"


@dataclass(frozen=True, slots=True)
class Where:
    """A filter without its literals; filters of one key share one text."""

    key: Any
    typed: Typed = field(compare=False)

    @staticmethod
    def of(typed: Typed) -> tuple[Where, dict[str, Any]]:
        """The filter, and its literals as the statement's parameters."""
        shape = shape_of(typed)
        return Where(shape.key, typed), {f"{LITERAL}{at}": value for at, value in enumerate(shape.values)}


@dataclass(frozen=True, slots=True)
class Shape:
    """A question without its values; one compiled text serves all values."""

    object: str
    fields: tuple[str, ...] = ("id",)
    where: Where | None = None
    also: tuple[Typed, ...] = ()
    """Conditions of definitions, which look with full sight."""
    sort: str = ""
    limit: int | None = None
    blanks: tuple[bool, ...] | None = None
    """Behind a cursor: which of its values are blank."""
    words: int = 0
    """Search patterns, the parameters `word_0`, …"""
    trash: Trash = "without"
    within: str = ""
    """A link or `id` that must be one of the parameter `within`; see `of_ids`."""
    alone: bool = False
    """The parameter `within` is one id."""
    lock: bool = False
    as_json: bool = False
    """Numbers without needless zeros."""


def of_ids(shape: Shape, field: str, ids: Sequence[int]) -> tuple[Shape, dict[str, Any]]:
    """The shape of those whose `field` is one of these ids, and its parameter.

    One id has a text of its own: of a list PostgreSQL takes its kept plan to be dearer than one for the very list, and
    plans the statement anew each time, which costs more than to run it.
    """
    if len(ids) == 1:
        return replace(shape, within=field, alone=True), {"within": ids[0]}
    return replace(shape, within=field), {"within": list(ids)}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A compiled shape. Rows have the values of `fields`, then the sort values that a cursor needs."""

    statement: Statement
    fields: tuple[str, ...]
    sort_types: tuple[type, ...]
    descending: tuple[bool, ...]


@lru_cache(maxsize=4096)
def question(model: Model, rights: Rights | None, shape: Shape) -> Question:
    """The rows of a shape. `rights` None: with full sight."""
    return _Builder(model, rights, shape).rows()


@lru_cache(maxsize=2048)
def counting(model: Model, rights: Rights | None, shape: Shape) -> Statement:
    """How many rows a shape has, counted up to its limit."""
    return _Builder(model, rights, shape).count()


def finding(model: Model, rights: Rights | None, shape: Shape) -> Select:
    """The rows of a shape as a part of a larger statement."""
    return _Builder(model, rights, shape).select()


class _Builder:
    def __init__(self, model: Model, rights: Rights | None, shape: Shape) -> None:
        self.model = model
        self.rights = rights
        self.shape = shape
        self.object = model.object(shape.object)
        self.scope = SeenScope(model, self.object, rights)
        self.parameters = Parameters(model)
        self.table = self.object.table.alias("r")
        self.inner = self._paths(self.table)

    def _paths(self, rows: sa.FromClause) -> Paths:
        return Paths(self.model, self.object, rows, self.parameters, Joins(rows), self.rights)

    # -- which rows

    @cached_property
    def conditions(self) -> list[Condition]:
        found = [*self._kept(), *self._within(), *self._wanted(), *self._searched()]
        return [condition for condition in found if condition is not None]

    def _kept(self) -> list[Condition | None]:
        if self.shape.trash == "with":
            return []
        if self.shape.trash == "without":
            return [alive(self.inner)]
        return [self.table.c["trashed_at"].is_not(None) if self.object.has_trash else sa.false()]

    def _within(self) -> list[Condition]:
        if not self.shape.within:
            return []
        column = self.table.c[self.shape.within]
        if self.shape.alone:
            return [column == sa.bindparam("within", type_=sa.BigInteger())]
        return [column == sa.func.any(sa.bindparam("within", type_=sa.ARRAY(sa.BigInteger())))]

    def _wanted(self) -> list[Condition]:
        full = self.inner.with_full_sight()
        found = [compile_where(condition, full) for condition in self.shape.also]
        if self.shape.where is not None:
            found.append(compile_where(self.shape.where.typed, self.inner, literals=LITERAL))
        return found

    def _searched(self) -> list[Condition]:
        if not self.shape.words:
            return []
        words: list[Column] = [sa.bindparam(f"word_{at}", type_=sa.Text()) for at in range(self.shape.words)]
        if self._sees_what_is_searched:
            return [search_condition(self.table.c["search"], words)]
        anywhere = [sa.func.replace(word, "% ", "%") for word in words]
        return [search_condition(self._seen_text(), anywhere)]

    @property
    def _sees_what_is_searched(self) -> bool:
        """The indexed column can't be used where it holds values that the reader doesn't see."""
        rights = self.rights and self.rights.of(self.object)
        return self.object.has_search and (
            not rights or all(rights.always_shows(entry.name) for entry in self.object.searched)
        )

    def _seen_text(self) -> Column:
        rights = self.rights and self.rights.of(self.object)
        seen = [entry for entry in self.object.searched if not rights or entry.name in rights.fields]
        return sa.func.lower(sa.func.concat_ws(" ", *(self.inner.column((entry.name,)) for entry in seen), ""))

    @cached_property
    def parts(self) -> list[Part]:
        """Disjoint sets of conditions that together pick the rows."""
        behind = [None] if self.shape.blanks is None else after(self.order, self.shape.blanks)
        return [
            Part([*self.conditions, *part.conditions, *([] if cursor is None else [cursor])], part.blank)
            for part in self._scopes()
            for cursor in behind
        ]

    def _scopes(self) -> list[Part]:
        if self.rights is None:
            return [Part([])]
        full, rights = self.inner.with_full_sight(), self.rights.of(self.object)
        if self.shape.where is not None and rights.is_implied(self.shape.where.typed.expr):
            return [Part([])]
        if self.shape.limit is not None and not self.shape.words:
            return rights.disjoint("see", full)
        whole = rights.condition("see", full)
        return [Part([] if whole is None else [whole])]

    # -- in which order

    @cached_property
    def order(self) -> list[Ordered]:
        return [self._ordered(key.path, key.descending) for key in parse_sort(self.shape.sort)]

    def _ordered(self, path: tuple[str, ...], descending: bool) -> Ordered:
        found = self.end_of(path)
        if found is not None and found.type.name == "link" and self.rights is not None:
            path = (*path, LABEL)
        if not found.type.is_sortable if found is not None else path[-1] != LABEL:
            raise NotSortable(path=".".join(path))
        column = self.inner.column(path)
        plain = len(path) == 1 and found is not None and found.column is not None
        return Ordered(
            column, descending, nullable=not plain or bool(found and found.column is not None and found.column.nullable)
        )

    def end_of(self, path: tuple[str, ...]) -> Field | None:
        """The field at the end of a path that the reader may use; None for `_label` and reverse lists."""
        scope, field = self.scope, None
        for name in path:
            info = scope and scope.field(name)
            if not info or (name != path[-1] and info.many):
                raise unknown_field(self.object, ".".join(path), self.scope.names())
            field = self.model.objects[scope.name].fields.get(name) if scope else None
            scope = info.element
        return field

    # -- as SQL

    def rows(self) -> Question:
        return Question(
            Statement.of(self.model.number, self.select()),
            self.shape.fields,
            tuple(_python_type(key.column) for key in self.order),
            tuple(key.descending for key in self.order),
        )

    def select(self) -> Select:
        return self._locked() if self.shape.lock else self._read()

    def _read(self) -> Select:
        if self.shape.limit is not None and (len(self.parts) > 1 or self._joins_for_fields):
            return self._page_first()
        at_once = self._projection(self.inner)
        return self._from_table([*at_once, *self._keys], self._any_part).limit(_literal(self.shape.limit))

    @cached_property
    def _joins_for_fields(self) -> bool:
        trial = self._paths(self.table)
        self._projection(trial)
        return trial.joins is not None and trial.joins.clause is not self.table

    @property
    def _keys(self) -> list[Column]:
        return [key.column.label(f"key_{at}") for at, key in enumerate(self.order)]

    @property
    def _any_part(self) -> Part:
        if len(self.parts) == 1:
            return self.parts[0]
        return Part([sa.or_(*(sa.and_(*part.conditions) for part in self.parts))])

    def _from_table(self, columns: Sequence[Column], part: Part) -> Select:
        """In the asked order; a column that is blank throughout is named before, since it leads the index."""
        by = [key.by for key in self.order]
        if part.blank is not None:
            by.insert(0, part.blank.desc() if self._runs_backwards else part.blank.asc())
        assert self.inner.joins is not None
        return sa.select(*columns).select_from(self.inner.joins.clause).where(*part.conditions).order_by(*by)

    @property
    def _runs_backwards(self) -> bool:
        """Against the object's own order, in which its indexes run."""
        own = parse_sort(self.object.definition.sort)
        return bool(own) and own[0].descending != self.order[0].descending

    def _page_first(self) -> Select:
        """The page by the driving table, then what its rows lead to."""
        table = self.table.c
        page_name = f"page_{self.object.table.name}"
        page = sa.table(page_name, *(sa.column(column.key, column.type) for column in table))
        outer = self._paths(page)
        columns = self._projection(outer)
        assert outer.joins is not None
        keys = [sa.column(f"key_{at}", key.column.type) for at, key in enumerate(self.order)]
        by = [column.desc() if key.descending else column.asc() for column, key in zip(keys, self.order, strict=True)]
        select = sa.select(*columns, *keys).select_from(outer.joins.clause).order_by(*by)
        used = _columns_of(page, select)
        return select.add_cte(self._page([table[name].label(name) for name in used]).cte(page_name))

    def _page(self, columns: Sequence[Column]) -> sa.SelectBase:
        limit = _literal(self.shape.limit)
        parts = [self._from_table([*columns, *self._keys], part).limit(limit) for part in self.parts]
        if len(parts) == 1:
            return parts[0]
        by = [_by_name(at, key) for at, key in enumerate(self.order)]
        return sa.union_all(*parts).order_by(*by).limit(limit)

    def _locked(self) -> Select:
        """In id order, so that all lock in the same order; the caller sorts."""
        columns = [*self._projection(self.inner), *self._keys]
        conditions = self._any_part.conditions
        if self.shape.limit is not None:
            chosen = self._from_table([self.table.c["id"]], self._any_part).limit(_literal(self.shape.limit))
            rows = self.object.table.alias("r")
            self.table, self.inner, conditions = rows, self._paths(rows), [rows.c["id"].in_(chosen)]
            self.__dict__.pop("order", None)
            columns = [*self._projection(self.inner), *self._keys]
        assert self.inner.joins is not None
        select = sa.select(*columns).select_from(self.inner.joins.clause).where(*conditions)
        return select.order_by(self.table.c["id"]).with_for_update(key_share=True, of=self.table)

    def count(self) -> Statement:
        limit = _literal(self.shape.limit)
        assert self.inner.joins is not None
        parts = [sa.select(sa.literal_column("1", sa.Integer())).where(*part.conditions) for part in self.parts]
        parts = [part.select_from(self.inner.joins.clause).limit(limit) for part in parts]
        rows = parts[0] if len(parts) == 1 else sa.union_all(*parts).limit(limit)
        return Statement.of(self.model.number, sa.select(sa.func.count()).select_from(rows.subquery("found")))

    def _projection(self, paths: Paths) -> list[Column]:
        return [self._shown(paths, tuple(field.split("."))) for field in self.shape.fields]

    def _shown(self, paths: Paths, path: tuple[str, ...]) -> Column:
        found = self.end_of(path)
        column = paths.column(path)
        if not self.shape.as_json or found is None:
            return column
        if found.type.name in ("number", "percent", "progress"):
            return sa.func.trim_scale(column)
        return _both_days(column) if found.type.name == "date_range" else column


def _both_days(range: Column) -> Column:
    """`{from, to}` with both days inside."""
    shown = sa.func.jsonb_build_object("from", sa.func.lower(range), "to", sa.func.upper(range) - 1)
    return sa.case((range.is_not(None), shown))


def _literal(limit: int | None) -> sa.ColumnElement[int] | None:
    """In the text, so that a kept plan knows how few rows are wanted."""
    return None if limit is None else sa.literal_column(str(limit), sa.Integer())


def _by_name(at: int, key: Ordered) -> Column:
    column: Column = sa.column(f"key_{at}", key.column.type)
    return column.desc() if key.descending else column.asc()


def _columns_of(page: sa.TableClause, select: Select) -> list[str]:
    """Names of the columns of `page` that the statement uses."""
    used = {part.name for part in visitors.iterate(select) if isinstance(part, sa.ColumnClause) and part.table is page}
    return [column.name for column in page.c if column.name in used]


def _python_type(column: Column) -> type:
    return object if isinstance(column.type, sa.types.NullType) else column.type.python_type
