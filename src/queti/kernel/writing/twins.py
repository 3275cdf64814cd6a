"""Which record it is that has the key already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queti.kernel.errors import DuplicateKey, Refusal
from queti.kernel.model import Key, Object
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from queti.kernel.work import Work


def twin_of(work: Work, refusal: DuplicateKey) -> dict[str, Any] | None:
    """`{object, id, label}` of the record that stands in the way, where the person sees it and the key's fields
    of it: a link to a record whose number is hidden would tell the number."""
    name, key_name = refusal.of
    object = work.model.objects.get(name)
    key = object.keys.get(key_name) if object is not None else None
    if object is None or key is None or (id := _find(work, object, key, refusal.values["value"])) is None:
        return None
    try:
        seen = work.as_person.fetch(name, id)
    except Refusal:
        return None
    if object.is_lines or any(each not in seen for each in key.fields):
        return None
    label = labels_of(work, work.as_person.sight, object, [id]).get(id)
    return {"object": name, "id": id, "label": label or str(id)}


def _find(work: Work, object: Object, key: Key, told: str) -> int | None:
    """By the values as PostgreSQL told them; nothing where a comma in one of several leaves it open which is which."""
    kept = work.model.storage[object.name]["columns"]
    values = told.split(", ") if len(key.fields) > 1 else [told]
    if len(values) != len(key.fields):
        return None
    same = " AND ".join(f"{quoted(kept[name][0])} = %s::{kept[name][1]}" for name in key.fields)
    found = execute(
        work.connection, f"SELECT id FROM {table_of(object)} WHERE {same} AND {key.where or 'true'} LIMIT 1", values
    ).fetchone()
    return found[0] if found else None
