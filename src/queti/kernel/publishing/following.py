"""What people keep for themselves follows a release that gives fields and choices other names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.model import Field, Model, Object
from queti.kernel.publishing.canonical import Body
from queti.kernel.publishing.choices import moves
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.rewriting import Renames, Rewriting

if TYPE_CHECKING:
    from queti.kernel.work import Work


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
    ids, bodies = list[int](), list[Jsonb]()
    for id, object, body in execute(connection, f"SELECT id, object, body FROM {table}").fetchall():
        if (news := followed(before, names, object, body)) != body:
            ids.append(id)
            bodies.append(Jsonb(news))
    if ids:
        execute(
            connection,
            f"UPDATE {table} AS kept SET body = new.body, version = version + 1"
            " FROM unnest(%s::bigint[], %s::jsonb[]) AS new (id, body) WHERE kept.id = new.id",
            [ids, bodies],
        )


def followed(before: Model, names: Renames, object: str, body: Body) -> Body:
    """A kept view of the object as `before` knows it, after these renames."""
    news = Rewriting(before, names).rewritten("view", {**body, "object": object}) if names else None
    return body if news is None else {name: value for name, value in news.items() if name in body}


def kept_in_draft(work: Work, object: str, body: Body) -> Body:
    """A kept view as it will be called once the draft that the Work looks through is published."""
    published = work.platform.model(work.workspace, work.model.number)
    if published is work.model:
        return body
    return followed(published, renames_between(published, work.model), object, body)
