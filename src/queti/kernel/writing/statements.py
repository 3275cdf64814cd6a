"""SQL texts of the write path, made once per (object, release, shape).

Many rows travel as one JSON parameter and are unfolded by `jsonb_to_recordset`, so the
text doesn't depend on their number and is prepared once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import msgspec
from psycopg.types.range import Range
from sqlalchemy.dialects.postgresql import psycopg as dialect

from queti.kernel.model import Model, Object
from queti.kernel.values_parts import Days, days_text

_DIALECT = dialect.dialect()


def _as_column_text(value: Any) -> str:
    """What JSON has no form for, as PostgreSQL reads it."""
    if isinstance(value, Range):
        return days_text(cast("Days", value))
    raise TypeError(f"{type(value).__name__} can't be written")


_ENCODER = msgspec.json.Encoder(enc_hook=_as_column_text)


def as_json(rows: Sequence[Any]) -> str:
    return _ENCODER.encode(rows).decode()


def table(object: Object) -> str:
    """The object's table as SQL names it; in a preview it is a sub-select."""
    return object.laid_over or f'"{object.table.schema}"."{object.table.name}"'


def column(object: Object, name: str) -> str:
    """The quoted physical column of a field."""
    return f'"{object.table.c[name].name}"'


def equals(object: Object, name: str) -> str:
    """What compares a field with another value, blank to blank; a required one is never blank, so that indexes and
    hashes serve."""
    return "=" if object.fields[name].definition.required else "IS NOT DISTINCT FROM"


@lru_cache(maxsize=8192)
def column_type(object: Object, name: str) -> str:
    return object.table.c[name].type.compile(dialect=_DIALECT)


def record(object: Object, names: Sequence[str], parameter: str, *more: str) -> str:
    """`jsonb_to_recordset($1) AS row (…)` with the columns of these fields, keyed by field names."""
    columns = ", ".join([*more, *(f'"{name}" {column_type(object, name)}' for name in names)])
    return f"jsonb_to_recordset({parameter}::jsonb) AS row ({columns})"


@lru_cache(maxsize=1024)
def opening(model: Model, *, reads_only: bool, claims: str = "") -> tuple[str, tuple[str, ...]]:
    """The query that each Work starts with: newest release, the schema's identity, the company.

    Two columns come before: a reading Work enters the role `$1` by them. A writing one has
    to hold its release before it looks which is the newest, so it has entered by a
    statement before; it may claim its idempotency key, and learns whether it is the first.
    """
    first = "EXISTS (SELECT FROM claimed)" if claims else "true"
    enter = (
        "set_config('transaction_read_only', 'on', true), set_config('role', $1, true)"
        if reads_only
        else f"'', {first}"
    )
    before = f"WITH claimed AS ({claims}) " if claims else ""
    newest = f'(SELECT max(number) FROM "{model.schema}".kernel_release)'
    identity = f"'\"{model.schema}\"'::regnamespace::oid::bigint"
    company = model.objects.get("base.company")
    if company is None:
        return f"{before}SELECT {enter}, {newest}, {identity}", ()
    names = tuple(entry.name for entry in company.stored)
    columns = ", ".join(f"c.{column(company, name)}" for name in names)
    alive = "WHERE trashed_at IS NULL " if company.has_trash else ""
    only = f"(SELECT * FROM {table(company)} {alive}ORDER BY id LIMIT 1)"
    wanted = f"{enter}, {newest}, {identity}, {columns}"
    return f"{before}SELECT {wanted} FROM (SELECT) AS one LEFT JOIN {only} AS c ON true", names


@lru_cache(maxsize=256)
def below(object: Object) -> str:
    """The record `$1` and all below it, by the object's link to itself."""
    up = next((entry for entry in object.stored if entry.target == object.name and not entry.is_system), None)
    if up is None:
        return "SELECT $1::bigint"
    return f"""WITH RECURSIVE below AS (SELECT $1::bigint AS id UNION SELECT t.id FROM {table(object)} AS t
        JOIN below ON t.{column(object, up.name)} = below.id) SELECT id FROM below"""


@lru_cache(maxsize=256)
def above(object: Object, name: str) -> str:
    """For each record of `$1`: field `name` of the record itself and of all above it, where it isn't blank."""
    up = next((entry for entry in object.stored if entry.target == object.name and not entry.is_system), None)
    parent = f"t.{column(object, up.name)}" if up else "NULL::bigint"
    return f"""WITH RECURSIVE above AS (
        SELECT t.id AS of, t.id, {parent} AS up FROM {table(object)} AS t WHERE t.id = ANY($1::bigint[])
        UNION SELECT above.of, t.id, {parent} FROM above JOIN {table(object)} AS t ON t.id = above.up)
        SELECT above.of, t.{column(object, name)} FROM above JOIN {table(object)} AS t ON t.id = above.id
        WHERE t.{column(object, name)} IS NOT NULL ORDER BY above.of, t.id"""


@lru_cache(maxsize=2048)
def insert(object: Object, names: tuple[str, ...], parameter: str = "$1") -> str:
    columns = ", ".join(column(object, name) for name in names)
    values = ", ".join(f'row."{name}"' for name in names)
    return f"INSERT INTO {table(object)} ({columns}) SELECT {values} FROM {record(object, names, parameter)}"


@lru_cache(maxsize=2048)
def updates(root: Object, names: tuple[str, ...], lists: tuple[tuple[Object, tuple[str, ...]], ...]) -> str:
    """Update records and their lines at once; `$1` has the records, `$2` and on the rows of each list."""
    parts = [
        f"changed_{place} AS ({update(child, fields, f'${place}')})" for place, (child, fields) in enumerate(lists, 2)
    ]
    return (f"WITH {', '.join(parts)} " if parts else "") + update(root, names)


@lru_cache(maxsize=2048)
def update(object: Object, names: tuple[str, ...], parameter: str = "$1") -> str:
    """Set these fields of the records whose `id` the rows give."""
    changes = ", ".join(f'{column(object, name)} = row."{name}"' for name in names)
    rows = record(object, names, parameter, "id bigint")
    return f"UPDATE {table(object)} AS t SET {changes} FROM {rows} WHERE t.id = row.id"


@lru_cache(maxsize=1024)
def select(object: Object, names: tuple[str, ...], condition: str, ending: str = "") -> str:
    columns = ", ".join(f"t.{column(object, name)}" for name in names)
    return f"SELECT {columns} FROM {table(object)} AS t WHERE {condition} {ending}"


@lru_cache(maxsize=1024)
def stored_names(object: Object) -> tuple[str, ...]:
    return tuple(entry.name for entry in object.stored)


def alive(object: Object) -> str:
    return " AND t.trashed_at IS NULL" if object.has_trash else ""
