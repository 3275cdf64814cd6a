"""Finding records by what a person types: across all objects, and for one link."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.formulas import Typed
from queti.kernel.model import Field, Model, Object
from queti.kernel.reading.compiled import Select, Statement
from queti.kernel.reading.paths import LABEL
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.queries import rows_of
from queti.kernel.reading.search import search_patterns
from queti.kernel.reading.seen import is_seen
from queti.kernel.reading.selecting import Shape, finding

if TYPE_CHECKING:
    from queti.kernel.work import Work

PER_OBJECT = 5
MOST_OPTIONS = 200


def seek(work: Work, rights: Rights | None, query: str, limit: int) -> list[dict[str, Any]]:
    """Records of any object that the person sees, those whose title begins with the query first."""
    patterns = search_patterns(query)
    if not patterns:
        return []
    statement, names = _everywhere(work.model, rights, len(patterns))
    given = {f"word_{at}": pattern for at, pattern in enumerate(patterns)}
    rows = statement.run(work, given, plan_once=False) if names else []
    start = query.strip().lower()
    rows.sort(key=lambda row: (not (row[2] or "").lower().startswith(start), row[0], -row[1]))
    return [_result(work, names[int(row[0])], row) for row in rows[:limit]]


def _result(work: Work, name: str, row: tuple[Any, ...]) -> dict[str, Any]:
    label = work.model.object(name).definition.label
    return {
        "object": name,
        "id": row[1],
        "label": row[2] or "",
        "subtitle": row[3] or "",
        "object_label": label.get(work.language) or label.get("en", name),
    }


@lru_cache(maxsize=256)
def _everywhere(model: Model, rights: Rights | None, words: int) -> tuple[Statement, tuple[str, ...]]:
    """One statement over all searchable objects, a few of the newest of each."""
    objects = [
        entry
        for entry in model.objects.values()
        if entry.has_search and entry.searched and (rights is None or rights.sees(entry))
    ]
    objects.sort(key=lambda entry: (entry.definition.order, entry.name))
    parts = [_part(model, rights, entry, at, words) for at, entry in enumerate(objects)]
    names = tuple(entry.name for entry in objects)
    return Statement.of(model.number, sa.union_all(*parts) if parts else sa.select(sa.null())), names


def _part(model: Model, rights: Rights | None, object: Object, at: int, words: int) -> Select:
    fields = ("id", LABEL, *_subtitle(model, rights, object))
    shape = Shape(object.name, fields, sort="-id", limit=PER_OBJECT, words=words)
    found = finding(model, rights, shape).subquery(f"part_{at}")
    columns = [
        sa.cast(column, sa.Text()) if place else column for place, column in enumerate(list(found.c)[: len(fields)])
    ]
    subtitle = columns[2] if len(columns) > 2 else sa.null()
    return sa.select(
        sa.literal_column(str(at), sa.Integer()).label("at"),
        columns[0].label("id"),
        columns[1].label("label"),
        sa.cast(subtitle, sa.Text()).label("subtitle"),
    )


def options(
    work: Work, rights: Rights | None, object: Object, query: str, where: str, link: Field | None, limit: int
) -> list[dict[str, Any]]:
    """What a link may be set to: records that the person sees and that fit the link's filter."""
    patterns = search_patterns(query)
    also: tuple[Typed, ...] = (link.filter,) if link is not None and link.filter is not None else ()
    fields = ("id", LABEL, *_subtitle(work.model, rights, object))
    sort = LABEL if rights is None or rights.of(object).always_shows(object.title) else "id"
    shape = Shape(object.name, fields, also=also, sort=sort, limit=min(limit, MOST_OPTIONS), words=len(patterns))
    given = {f"word_{at}": pattern for at, pattern in enumerate(patterns)}
    rows = rows_of(work, rights, shape, given, where=where)
    return [
        {"id": row[0], "label": row[1] or "", "subtitle": str(row[2] or "") if len(fields) > 2 else ""} for row in rows
    ]


def _subtitle(model: Model, rights: Rights | None, object: Object) -> tuple[str, ...]:
    """The subtitle's path, where it is one that the reader sees."""
    path = object.definition.subtitle
    if not path or not is_seen(model, rights, object, path):
        return ()
    first = object.fields.get(path)
    return (f"{path}.{LABEL}",) if first is not None and first.type.name == "link" else (path,)
