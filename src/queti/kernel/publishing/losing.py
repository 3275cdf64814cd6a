"""What a release would do to values that are there: choices that records hold, types that can't take them over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from psycopg import Connection

from queti.kernel.model import Field, Model, Object
from queti.kernel.publishing.choices import CHOICE_TYPES, moves
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.publishing.filling import taken_over
from queti.kernel.publishing.findings import Finding, Offer

SAMPLES = 3


def losses_of(connection: Connection[Any], before: Model, after: Model, *, is_confirmed: bool) -> Iterator[Finding]:
    """Errors, unless somebody has confirmed them: then warnings."""
    for name, object in after.objects.items():
        was = before.objects.get(name)
        if was is None or was is object:
            continue
        for entry in object.fields.values():
            old = was.fields.get(entry.definition.formerly) or was.fields.get(entry.name)
            if old is None or old.column is None or entry.column is None or entry.is_computed or old.is_computed:
                continue
            yield from _lost_choices(connection, was, old, entry, is_confirmed)
            yield from _lost_values(connection, before, after, old, entry, is_confirmed)


def _lost_choices(
    connection: Connection[Any], object: Object, old: Field, entry: Field, is_confirmed: bool
) -> Iterator[Finding]:
    taken = moves(old.definition, entry.definition)
    gone = [name for name in old.definition.choices if name not in entry.definition.choices and name not in taken]
    if not gone or old.type.name not in CHOICE_TYPES or entry.type.name not in CHOICE_TYPES:
        return
    column = quoted(old.column.name)  # type: ignore[union-attr]
    values = f"unnest({column})" if old.type.name == "choices" else column
    rows = execute(
        connection,
        f"SELECT choice, count(*) FROM (SELECT {values} AS choice FROM {table_of(object)}) AS held"
        " WHERE choice = ANY (%s) GROUP BY 1 ORDER BY 1",
        [gone],
    )
    for choice, count in rows.fetchall():
        place = f"fields.{entry.name}.choices.{choice}"
        kept = {**msgspec.to_builtins(old.definition.choices[choice]), "retired": True}
        yield Finding(
            "object",
            object.name,
            place,
            f"{count} records hold “{choice}”.",
            f"有 {count} 条记录的值为“{choice}”。",
            severity="warning" if is_confirmed else "error",
            fix={
                "en": "Give its records another choice, or keep it as a retired one.",
                "zh": "请将这些记录改为其他选项，或将其保留为停用选项。",
            },
            change={"kind": "object", "name": object.name, "property": place, "value": kept},
            offers=tuple(_takers(entry, choice)),
        )


def _takers(entry: Field, gone: str) -> Iterator[Offer]:
    """Each choice that is left may take the records of the one that is gone."""
    for name, choice in entry.definition.choices.items():
        place = f"fields.{entry.name}.choices.{name}.formerly"
        change = {"kind": "object", "name": entry.object.name, "property": place, "value": [*choice.formerly, gone]}
        label = choice.label or {"en": name}
        if not choice.retired:
            yield Offer(label, change)


def _lost_values(
    connection: Connection[Any], before: Model, after: Model, old: Field, entry: Field, is_confirmed: bool
) -> Iterator[Finding]:
    """Values that a new type can't take over; they stay in the column that retires."""
    old_kept = before.storage[old.object.name]["columns"][old.name]
    new_kept = after.storage[entry.object.name]["columns"][entry.name]
    if old_kept[0] == new_kept[0] or taken_over(old, entry, old_kept, new_kept):
        return
    column, table = quoted(old_kept[0]), table_of(old.object)
    [(count,)] = execute(connection, f"SELECT count({column}) FROM {table}").fetchall()
    if not count:
        return
    rows = execute(
        connection, f"SELECT {column}::text FROM {table} WHERE {column} IS NOT NULL ORDER BY id LIMIT {SAMPLES}"
    )
    shown = ", ".join(text[:40] for (text,) in rows.fetchall())
    yield Finding(
        "object",
        entry.object.name,
        f"fields.{entry.name}.type",
        f"{count} records would lose this value ({shown}); it stays in the field's retired column.",
        f"有 {count} 条记录将失去该值（{shown}），原值保留在停用的列中。",
        severity="warning" if is_confirmed else "error",
        fix={"en": "Publish with “confirm”, or make it a new field.", "zh": "发布时确认，或改为新增字段。"},
    )
