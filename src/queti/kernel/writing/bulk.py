"""Many records of one object at once: by COPY, their history set-based, their keys asked about beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg.types.range import Range
from sqlalchemy.dialects.postgresql import JSONB

from queti.kernel.model import Key, Object
from queti.kernel.news import PEOPLE
from queti.kernel.values_parts import days_text
from queti.kernel.writing.statements import alive, as_json, column, column_type, equals, record, stored_names, table

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft
    from queti.kernel.writing.plans import Plan
    from queti.kernel.writing.serials import Drawing

LEAST = 200
"""Fewer records go by one prepared statement."""


def pays_off(plan: Plan, drafts: Sequence[Draft], drawing: Drawing | None) -> bool:
    """Enough records, without lines and without numbers that the insert itself draws."""
    if len(drafts) < LEAST or drawing is not None or plan.root.totals or plan.root.name in PEOPLE:
        return False
    return not any(draft.values.get(name) for name in plan.parts if name for draft in drafts)


def insert(work: Work, object: Object, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY the stored values of these rows, search text included, into the object's table."""
    names = stored_names(object)
    if object.has_search and "search" not in names:
        names = (*names, "search")
    columns = [_column([row.get(name) for row in rows], isinstance(object.table.c[name].type, JSONB)) for name in names]
    lines = "\n".join(map("\t".join, zip(*columns, strict=True)))
    work.copy(f"{table(object)} ({', '.join(column(object, name) for name in names)})", f"{lines}\n".encode())


def _column(values: list[Any], is_json: bool = False) -> Iterable[str]:
    """One column as COPY reads it."""
    if is_json:
        return [_NULL if value is None else _json(value) for value in values]
    kinds: set[type[Any]] = set(map(type, values))
    if len(set(map(id, values))) == 1:
        return [_NULL if values[0] is None else _format_of(kinds.pop())(values[0])] * len(values)
    blank = type(None) in kinds
    if blank:
        kinds.discard(type(None))
    if len(kinds) > 1:
        return [_NULL if value is None else _format_of(value.__class__)(value) for value in values]
    if not kinds:
        return [_NULL] * len(values)
    form = _format_of(kinds.pop())
    if blank:
        return [_NULL if value is None else form(value) for value in values]
    return map(form, values)


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _array(values: Sequence[Any]) -> str:
    quoted = ('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + ",".join(quoted) + "}")


def _json(value: Any) -> str:
    return _text(msgspec.json.encode(value).decode())


_FORMATS: Mapping[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    Decimal: str,
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
    datetime: datetime.isoformat,
    timedelta: msgspec.to_builtins,
    list: _array,
    Range: days_text,
}


def _format_of(kind: type) -> Callable[[Any], str]:
    return _FORMATS.get(kind, _json)


def note(work: Work, object: Object, ids: Sequence[int]) -> None:
    """The history of new records, at once: a Work with a million of them doesn't hold a million notes."""
    operation = work.operation or f"{object.name}.create"
    work.execute(
        f"INSERT INTO {work.schema}.kernel_history (at, by, kind, object, record_id, version, operation, cause, work)"
        " SELECT $1::timestamptz, $2::bigint, $3, $4, id, 1, $5, $6, $7::uuid FROM unnest($8::bigint[]) AS id",
        (work.now, work.who.user, made_by(work), object.name, operation, work.cause, str(work.id), list(ids)),
    )


def made_by(work: Work) -> str:
    """The kind of history of new records."""
    return "imported" if work.operation.startswith("import ") else "created"


def taken(work: Work, object: Object, key: Key, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """The places of the rows whose values of the key belong to a record that is there."""
    if len(key.fields) == 1:
        return _taken_alone(work, object, key.fields[0], [row.get(key.fields[0]) for row in rows])
    same = {name: "=" if key.nulls_distinct else equals(object, name) for name in key.fields}
    match = " AND ".join(f't.{column(object, name)} {same[name]} row."{name}"' for name in key.fields)
    given = [
        {"n": place, **{name: row.get(name) for name in key.fields}}
        for place, row in enumerate(rows)
        if not key.nulls_distinct or all(row.get(name) is not None for name in key.fields)
    ]
    if not given:
        return set()
    wanted = record(object, key.fields, "$1", "n integer")
    text = f"SELECT row.n FROM {wanted} JOIN {table(object)} AS t ON {match}{alive(object)}"
    return set(work.column(text, (as_json(given),)))


def _taken_alone(work: Work, object: Object, name: str, values: Sequence[Any]) -> set[int]:
    """`taken` for a key of one field."""
    given = [value for value in values if value is not None]
    if not given:
        return set()
    own = column(object, name)
    text = f"SELECT t.{own} FROM {table(object)} AS t WHERE t.{own} = ANY($1::{column_type(object, name)}[])"
    there = set(work.column(text + alive(object), (given,)))
    return {place for place, value in enumerate(values) if value in there} if there else set()
