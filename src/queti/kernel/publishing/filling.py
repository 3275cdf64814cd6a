"""Set-based filling of columns in publishing: formulas, defaults for blanks, conversions, search text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from psycopg import Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from queti.kernel.formulas import Typed, compile_sql, parameter_name
from queti.kernel.model import Field, Model, Object, Place
from queti.kernel.publishing.choices import CHOICE_TYPES, brought_back, moves, rewritten
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.publishing.storage import base_type
from queti.kernel.reading.paths import Parameters, Paths
from queti.kernel.reading.search import search_text

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Fill:
    """Formulas of one object and one rank; or, with `blanks_only`, the default of one field."""

    object: Object
    fields: tuple[Field, ...]
    blanks_only: bool = False


def fills_for(model: Model, changed: Iterable[Place]) -> Iterator[Fill]:
    """The stored formulas among `changed` and all that depends on `changed`, by rank."""
    open_places, stale = list(changed), set[Place]()
    while open_places:
        place = open_places.pop()
        if place in stale:
            continue
        stale.add(place)
        open_places += [(each.object, each.field) for each in model.dependents.get(place, ())]
    ranked: dict[tuple[int, str], list[Field]] = {}
    for place in stale & model.ranks.keys():
        entry = model.objects[place[0]].fields[place[1]]
        ranked.setdefault((model.ranks[place], place[0]), []).append(entry)
    for (_, name), fields in sorted(ranked.items(), key=lambda entry: entry[0]):
        yield Fill(model.objects[name], tuple(sorted(fields, key=lambda each: each.name)))


def run_fill(
    connection: Connection[Any], model: Model, fill: Fill, first: int | None = None, last: int | None = None
) -> int:
    """Set what differs, of the rows whose id is in [first, last]; answers how many rows changed."""
    compiled = _statement(model, fill, first is not None).compile(dialect=_dialect())
    values = {**compiled.params, **work_values(connection, model, _outside(fill))}
    return execute(connection, str(compiled), values | {"first": first, "last": last}).rowcount


def _outside(fill: Fill) -> set[str]:
    """What the formulas take from outside their record."""
    return {name for entry in fill.fields for name in _formula(fill, entry).params}


def _formula(fill: Fill, entry: Field) -> Typed:
    typed = entry.default if fill.blanks_only else entry.formula
    assert typed is not None
    return typed


def fill_next(connection: Connection[Any], model: Model, fill: Fill, after: int, batch: int = BATCH) -> tuple[int, int]:
    """The next rows behind the id `after`, in the caller's transaction: (the last id of them, how many); none: 0.

    A formula that looks beyond its row is computed in a statement after the rows are locked: it sees
    what was written before, and who writes later sees the rows and computes them anew.
    """
    table = table_of(fill.object)
    rows = f"SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s"
    if not all(_is_own(fill, entry) for entry in fill.fields):
        rows += " FOR NO KEY UPDATE"
    found = execute(connection, f"SELECT max(id), count(*) FROM ({rows}) AS next", [after, batch]).fetchone()
    last, count = found or (None, 0)
    if last is None:
        return after, 0
    run_fill(connection, model, fill, after + 1, last)
    return last, count


def _is_own(fill: Fill, entry: Field) -> bool:
    """Is the value made of the row's own columns alone?"""
    formula, fields = _formula(fill, entry), fill.object.fields
    return not formula.params and all(
        len(path) == 1 and path[0] in fields and fields[path[0]].is_stored for path in formula.uses
    )


def _statement(model: Model, fill: Fill, in_range: bool) -> sa.Update:
    object = fill.object
    paths = Paths(model, object, object.table, Parameters(model), None)
    news: dict[sa.Column[Any], sa.ColumnElement[Any]] = {}
    for entry in fill.fields:
        assert entry.column is not None
        news[entry.column] = sa.cast(compile_sql(_formula(fill, entry), paths), entry.column.type)
    differs = [column.is_(None) if fill.blanks_only else column.is_distinct_from(new) for column, new in news.items()]
    condition = sa.or_(*differs)
    if in_range:
        ids = object.table.c["id"]
        condition = sa.and_(ids.between(sa.bindparam("first"), sa.bindparam("last")), condition)
    return sa.update(object.table).values(news).where(condition)


@lru_cache(maxsize=1)
def _dialect() -> PGDialect_psycopg:
    return PGDialect_psycopg(paramstyle="pyformat")


def work_values(connection: Connection[Any], model: Model, names: Iterable[str]) -> dict[str, Any]:
    """The statement parameters for these names: the company's settings, all that a stored formula may ask for."""
    wanted = sorted(names)
    company = model.objects.get("base.company")
    row: Sequence[Any] | None = None
    if company is not None and wanted:
        fields = [name.rpartition(".")[2] for name in wanted]
        columns = (quoted(company.table.c[name].name) if name in company.table.c else "NULL" for name in fields)
        row = execute(
            connection, f"SELECT {', '.join(columns)} FROM {table_of(company)} ORDER BY id LIMIT 1"
        ).fetchone()
    values = dict(zip(wanted, row or [None] * len(wanted), strict=True))
    if "timezone" in values:
        values["timezone"] = values["timezone"] or "UTC"
    return {parameter_name(name): value for name, value in values.items()}


def taken_over(was: Field, now: Field, old: Sequence[str], new: Sequence[str], *, is_back: bool = False) -> str:
    """The SQL of the field's value in the column `new` (its name and type) where it was in `old`; "" where values
    can't be taken over. `is_back`: the column retired once and comes back with what it holds."""
    (column, type), (other, new_type) = old, new
    if {was.type.name, now.type.name} <= CHOICE_TYPES and base_type(type) == base_type(new_type):
        is_list, before, after = now.type.name == "choices", was.definition, now.definition
        if is_back:
            return brought_back(quoted(other), quoted(column), before, after, is_list=is_list)
        return rewritten(quoted(column), moves(before, after), is_list=is_list)
    if is_back:
        return ""
    if type.startswith("NUMERIC") and new_type.startswith("NUMERIC"):
        return f"round({quoted(column)}, {new_type.rpartition(',')[2].strip(' )')})"
    if new_type == "TEXT" and type.split("(")[0] in ("NUMERIC", "DATE", "BOOLEAN"):
        return f"trim_scale({quoted(column)})::text" if type.startswith("NUMERIC") else f"{quoted(column)}::text"
    return ""


def refill_search(connection: Connection[Any], object: Object, batch: int = BATCH) -> None:
    """Make the search text of all records anew, a batch a transaction; `connection` is in autocommit."""
    columns = ", ".join(quoted(entry.column.name) for entry in object.searched if entry.column is not None)
    last = 0
    while True:
        with connection.transaction():
            rows = execute(
                connection,
                f"SELECT id, search{', ' if columns else ''}{columns} FROM {table_of(object)}"
                " WHERE id > %s ORDER BY id LIMIT %s FOR NO KEY UPDATE",
                [last, batch],
            ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            news = [(row[0], search_text(row[2:])) for row in rows]
            changed = [new for new, row in zip(news, rows, strict=True) if new[1] != row[1]]
            execute(
                connection,
                f"UPDATE {table_of(object)} AS t SET search = new.text"
                " FROM unnest(%s::bigint[], %s::text[]) AS new (id, text) WHERE t.id = new.id",
                [[id for id, _ in changed], [text for _, text in changed]],
            )
