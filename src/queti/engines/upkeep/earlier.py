"""Bringing old values back from the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.engines.upkeep.refusals import NothingToBringBack
from queti.kernel.errors import RecordNotFound
from queti.kernel.writing.changing import Patch

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work


def bring_back(
    work: Work, object: str, id: int, entry: int, version: int, fields: Sequence[str] = ()
) -> dict[str, Any]:
    """Write the values that `fields` (all of the entry's, without any) had before that entry of the history.

    An ordinary change with the person's rights, and itself a part of the history. Lines that
    the entry removed come back as new lines; lines that it added stay.
    """
    found = work.object(object)
    work.as_person.fetch(object, id)
    rows = work.rows(
        f"SELECT changes FROM {work.schema}.kernel_history"
        " WHERE id = $1::bigint AND object = $2 AND record_id = $3::bigint",
        (entry, object, id),
    )
    if not rows:
        raise RecordNotFound(what={"en": "entry of the history", "zh": "历史记录"}, id=entry)
    values = earlier_values(work, found, rows[0][0], set(fields))
    if not values:
        raise NothingToBringBack(entry=entry)
    with work.doing(f"{object}.bring_back"):
        return work.as_person.change(object, [(id, values)], expect={id: version})[0]


def earlier_values(
    work: Work, object: Object, changes: Mapping[str, Any], wanted: set[str], *, added: bool = False
) -> dict[str, Any]:
    """What the person may write of what was there before; `added` lines go only if that is said."""
    writable = work.as_person.writable(object.name)
    values: dict[str, Any] = {}
    for kept, change in changes.items():
        entry = object.of_history(kept)
        name = entry.name if entry else kept
        if name not in writable or (wanted and name not in wanted):
            continue
        if name not in object.lines:
            values[name] = change[0]
        elif patch := _lines(work, object, name, change, added=added):
            values[name] = patch
    return values


def _lines(work: Work, object: Object, name: str, change: Mapping[str, Any], *, added: bool) -> Patch | None:
    child = work.object(object.lines[name].target or "")
    writable = work.as_person.writable(child.name)

    def old(each: Mapping[str, Any], *, pairs: bool) -> dict[str, Any]:
        found = ((child.of_history(kept), value) for kept, value in each.items())
        return {entry.name: value[0] if pairs else value for entry, value in found if entry and entry.name in writable}

    changed = [{"id": int(id), **old(each, pairs=True)} for id, each in change.get("changed", {}).items()]
    removed = [old(each, pairs=False) for each in change.get("removed", {}).values()]
    gone: Sequence[int] = change.get("added", []) if added else []
    return Patch(add=removed, change=changed, remove=gone) if changed or removed or gone else None
