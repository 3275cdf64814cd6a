"""One statement that adds amounts to records and recomputes the formulas that follow from them.

It locks the records in the order of their ids and adds to what is there then, so sums are
exact however many add at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from queti.kernel.formulas import Typed, check, compile_sql, types
from queti.kernel.model import Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Column, Parameters, Paths
from queti.kernel.scopes import ObjectScope
from queti.kernel.writing.statements import stored_names


@lru_cache(maxsize=1024)
def following(object: Object, add: tuple[str, ...]) -> tuple[str, ...]:
    """Own stored formulas that the added fields change, in order."""
    reached = set(add)
    for entry in object.order:
        if entry.formula is not None and any(path[0] in reached for path in entry.formula.uses):
            reached.add(entry.name)
    return tuple(entry.name for entry in object.order if entry.name in reached and entry.name not in add)


@lru_cache(maxsize=1024)
def addition(
    model: Model,
    object: Object,
    by: tuple[str, ...],
    add: tuple[str, ...],
    guard: str | None = None,
    *,
    trash: bool = False,
) -> Statement:
    """Rows of the parameter `rows` have a key `by` and amounts `add`. Answers for each record found:
    was it changed, and its stored values after."""
    table = object.table
    given = _given(object, by, add)
    alive = [table.c["trashed_at"].is_(None)] if object.has_trash and not trash else []
    held = (
        sa.select(table.c["id"], *(given.c[name] for name in add))
        .select_from(table.join(given, sa.and_(*(_same(object, name, given) for name in by))))
        .where(*alive)
        .order_by(table.c["id"])
        .with_for_update(key_share=True, of=table)
        .cte("held")
    )
    after = After(model, object, table, Parameters(model), None, added=held, names=add)
    update = (
        sa.update(table)
        .values({table.c[name]: after.column((name,)) for name in (*add, *following(object, add))})
        .where(table.c["id"] == held.c["id"])
    )
    if guard:
        update = update.where(compile_sql(_guard(model, object, guard), after))
    changed = update.returning(*(table.c[name] for name in stored_names(object))).cte("changed")
    if not guard:
        return Statement.of(model.number, sa.select(sa.true(), *changed.c))
    current = table.alias("current")
    is_changed = changed.c["id"].is_not(None)
    columns = [sa.case((is_changed, changed.c[name]), else_=current.c[name]) for name in stored_names(object)]
    found = held.outerjoin(changed, changed.c["id"] == held.c["id"]).join(current, current.c["id"] == held.c["id"])
    return Statement.of(model.number, sa.select(is_changed, *columns).select_from(found))


def _given(object: Object, by: tuple[str, ...], add: tuple[str, ...]) -> Any:
    rows: Any = sa.cast(sa.bindparam("rows", type_=sa.Text()), JSONB)
    columns: list[Any] = [sa.column(name, object.table.c[name].type) for name in (*by, *add)]
    return sa.func.jsonb_to_recordset(rows).table_valued(*columns, name="given").render_derived(with_types=True)


def _same(object: Object, name: str, given: Any) -> Column:
    """Blank keys equal each other; both halves can use the key's index."""
    column: Column = object.table.c[name]
    if name == "id" or object.fields[name].definition.required:
        return column == given.c[name]
    return sa.or_(column == given.c[name], sa.and_(column.is_(None), given.c[name].is_(None)))


@lru_cache(maxsize=512)
def _guard(model: Model, object: Object, text: str) -> Typed:
    return check(text, ObjectScope(model, object), expect=types.BOOLEAN)


@dataclass(frozen=True, slots=True)
class After(Paths):
    """Paths on which own fields have the values that they get by the adding."""

    added: Any = None
    names: tuple[str, ...] = ()

    def _own(self, name: str) -> Column:
        if self.table is not self.object.table or self.added is None:
            return Paths._own(self, name)
        if name in self.names:
            return sa.func.coalesce(self.table.c[name], 0) + self.added.c[name]
        found = self.object.fields.get(name)
        if name in following(self.object, self.names) and found and found.formula and found.column is not None:
            return sa.cast(compile_sql(found.formula, self), found.column.type)
        return Paths._own(self, name)
