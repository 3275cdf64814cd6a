"""What a release would do to values that are there: choices that records hold, types that can't take them over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from psycopg import Connection

from queti.kernel.definitions import FieldDef
from queti.kernel.model import Field, Model, Object
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.publishing.filling import converted
from queti.kernel.publishing.findings import Finding

_CHOICES = {"choice", "tree_choice", "choices"}
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
    taken = successors(entry.definition)
    gone = [name for name in old.definition.choices if name not in entry.definition.choices and name not in taken]
    if not gone or old.type.name not in _CHOICES or entry.type.name not in _CHOICES:
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
                "en": "Keep it as a retired choice, or name it in `formerly` of the choice that takes its records.",
                "zh": "保留为停用选项，或写入接收其记录的选项的 formerly。",
            },
            change={"kind": "object", "name": object.name, "property": place, "value": kept},
        )


def successors(written: FieldDef) -> dict[str, str]:
    """Choice that is gone → the one that takes its records."""
    choices = written.choices
    return {old: name for name, choice in choices.items() for old in choice.formerly if old not in choices}


def remap(object: Object, entry: Field, mapped: dict[str, str]) -> str:
    """The UPDATE that rewrites the values; of a list each stays once, where it first was."""
    column = quoted(entry.column.name)  # type: ignore[union-attr]
    olds, news = (f"ARRAY[{', '.join(map(_literal, part))}]::text[]" for part in (mapped, mapped.values()))
    new = f"coalesce(({news})[array_position({olds}, %s)], %s)"
    if entry.type.name != "choices":
        value, holds = new % (column, column), f"{column} = ANY ({olds})"
    else:
        value = (
            f"(SELECT array_agg(choice ORDER BY place) FROM (SELECT {new % ('each', 'each')} AS choice, min(n) AS place"
            f" FROM unnest({column}) WITH ORDINALITY AS held (each, n) GROUP BY 1) AS kept)"
        )
        holds = f"{column} && {olds}"
    return f"UPDATE {table_of(object)} SET {column} = {value} WHERE {holds}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _lost_values(
    connection: Connection[Any], before: Model, after: Model, old: Field, entry: Field, is_confirmed: bool
) -> Iterator[Finding]:
    """Values that a new type can't take over; they stay in the column that retires."""
    old_kept = before.storage[old.object.name]["columns"][old.name]
    new_kept = after.storage[entry.object.name]["columns"][entry.name]
    if old_kept[0] == new_kept[0] or converted(old_kept[0], old_kept[1], new_kept[1]):
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
