"""What people keep for themselves follows a release that gives fields and choices other names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.model import Field, Model, Object
from queti.kernel.publishing.choices import moves
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.rewriting import Renames, Rewriting


def renames_between(before: Model, after: Model) -> Renames:
    """Fields and choices that go on under other names, back to earlier ones too."""
    pairs = list(_pairs(before, after))
    return Renames(
        fields={was.place: now.name for was, now in pairs if was.name != now.name},
        choices={
            (*was.place, old): new for was, now in pairs for old, new in moves(was.definition, now.definition).items()
        },
    )


def _pairs(before: Model, after: Model) -> Iterator[tuple[Field, Field]]:
    for name, now in after.objects.items():
        was = before.objects.get(name)
        if was is not None and was is not now:
            yield from _fields(was, now)


def _fields(was: Object, now: Object) -> Iterator[tuple[Field, Field]]:
    came = {each.definition.formerly: each.name for each in now.fields.values() if each.definition.formerly}
    for name, field in was.fields.items():
        goes_on = name if name in now.fields else came.get(name) or field.definition.formerly
        if goes_on in now.fields:
            yield field, now.fields[goes_on]


def follow(connection: Connection[Any], before: Model, after: Model) -> None:
    """In the publishing transaction: kept views name what they named, as it is called now."""
    names, table = renames_between(before, after), f"{quoted(after.schema)}.kernel_view"
    if not names:
        return
    rewriting, ids, bodies = Rewriting(before, names), list[int](), list[Jsonb]()
    for id, object, body in execute(connection, f"SELECT id, object, body FROM {table}").fetchall():
        if news := rewriting.rewritten("view", {**body, "object": object}):
            ids.append(id)
            bodies.append(Jsonb({name: value for name, value in news.items() if name in body}))
    if ids:
        execute(
            connection,
            f"UPDATE {table} AS kept SET body = new.body, version = version + 1"
            " FROM unnest(%s::bigint[], %s::jsonb[]) AS new (id, body) WHERE kept.id = new.id",
            [ids, bodies],
        )
