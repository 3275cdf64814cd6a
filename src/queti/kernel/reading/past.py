"""What happened to a record, as far as the reader may know: history and timeline.

A change of a field is told to who sees that field on this very record; a link's old and
new record are named where the reader sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import Words
from queti.kernel.model import Field, Object
from queti.kernel.reading.admitting import opened
from queti.kernel.reading.paths import LABEL
from queti.kernel.reading.permissions import Rights, Roles
from queti.kernel.reading.queries import rows_of
from queti.kernel.reading.selecting import Shape, of_ids
from queti.kernel.reading.sorting import read_cursor, write_cursor

if TYPE_CHECKING:
    from queti.kernel.work import Work

ACTIVITIES = "activities"
"""Reverse list whose records stand in the timeline, at the moment that their object's `calendar_by` names."""

Entry = dict[str, Any]
_HISTORY, _EVENT, _ACTIVITY = 2, 1, 0
"""How entries of one moment follow each other; the newest is first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the last entry's moment, source and id."""

    at: datetime
    source: int
    id: int


def history(work: Work, rights: Rights | None, object: Object, id: int, *, limit: int, after: str | None) -> Entry:
    """`{entries, next}`: who changed what, when, by which operation, caused by which; newest first."""
    roles = _admitting_roles(work, rights, object, id)
    rows = _kept(work, object, id, _read_place(work, object, id, after), limit + 1, with_events=False)
    return _page(work, object, id, _entries(work, rights, object, roles, rows), limit)


def timeline(work: Work, rights: Rights | None, object: Object, id: int, *, limit: int, after: str | None) -> Entry:
    """History, events and activities in one stream, newest first."""
    roles = _admitting_roles(work, rights, object, id)
    place = _read_place(work, object, id, after)
    entries = _entries(work, rights, object, roles, _kept(work, object, id, place, limit + 1, with_events=True))
    if ACTIVITIES in object.reverse and (rights is None or ACTIVITIES in rights.of(object).fields):
        entries += _activities(work, rights, object, id, place, limit + 1)
    return _page(work, object, id, entries, limit)


def _admitting_roles(work: Work, rights: Rights | None, object: Object, id: int) -> Roles:
    if rights is not None:
        rights.of(object).refuse_unless("see")
    return opened(work, rights, object, id)


def _read_place(work: Work, object: Object, id: int, after: str | None) -> Place | None:
    if after is None:
        return None
    return Place(*read_cursor(after, work.model.number, f"{object.name} {id}", (datetime, int, int)))


def _page(work: Work, object: Object, id: int, entries: list[Entry], limit: int) -> Entry:
    entries.sort(key=lambda entry: (entry["at"], entry["place"][1], entry["place"][2]), reverse=True)
    places = [entry.pop("place") for entry in entries]
    following = None
    if len(entries) > limit:
        following = write_cursor(work.model.number, f"{object.name} {id}", places[limit - 1])
    return {"entries": entries[:limit], "next": following}


def _kept(work: Work, object: Object, id: int, place: Place | None, limit: int, *, with_events: bool) -> list[Any]:
    schema = f'"{work.model.schema}"'
    behind = "" if place is None else "WHERE (at, source, id) < ($3::timestamptz, $4::integer, $5::bigint)"
    events = _EVENTS.format(schema=schema) if with_events else ""
    text = _KEPT.format(schema=schema, events=events, behind=behind, limit=limit)
    more = () if place is None else (place.at, place.source, place.id)
    return work.rows(text, (object.name, id, *more))


_KEPT = """
SELECT at, source, id, by, kind, version, operation, cause, changes, via FROM (
    SELECT at, 2 AS source, id, by, kind, version, operation, cause, changes, via
    FROM {schema}.kernel_history WHERE object = $1 AND record_id = $2::bigint {events}
) AS kept {behind} ORDER BY at DESC, source DESC, id DESC LIMIT {limit}"""
_EVENTS = """
    UNION ALL SELECT at, 1, id, by, name, version, operation, cause, '{{}}'::jsonb, ''
    FROM {schema}.kernel_event AS event
    WHERE object = $1 AND record_id = $2::bigint AND NOT starts_with(name, 'kernel.') AND NOT EXISTS (
        SELECT FROM {schema}.kernel_history AS row
        WHERE row.object = event.object AND row.record_id = event.record_id AND row.work = event.work)"""
"""An event of an operation that the history tells already is not told twice."""


def _entries(work: Work, rights: Rights | None, object: Object, roles: Roles, rows: Sequence[Any]) -> list[Entry]:
    names = _names(work, [row[3] for row in rows])
    labels = _Labels(work, rights)
    entries = [_entry(work, rights, object, roles, row, names, labels) for row in rows]
    labels.fill()
    return entries


def _entry(
    work: Work, rights: Rights | None, object: Object, roles: Roles, row: Any, names: Mapping[int, str], labels: _Labels
) -> Entry:
    at, source, id, by, kind, version, operation, cause, changes, via = row
    return {
        "kind": "history" if source == _HISTORY else "event",
        "id": id if source == _HISTORY else None,
        "at": at,
        "by": by,
        "by_name": via or names.get(by, ""),
        "via": via,
        "title": title_of(work, kind, operation),
        "act": kind,
        "operation": operation,
        "cause": cause,
        "version": version,
        "changes": list(_changes(work, rights, object, roles, changes, labels)),
        "text": "",
        "link": None,
        "place": (at, source, id),
    }


def title_of(work: Work, kind: str, operation: str) -> str:
    known = work.model.operations.get(operation)
    words: Words = (
        known.label if known else _ACTS.get(kind, {"en": kind.rpartition(".")[2].replace("_", " ").capitalize()})
    )
    return words.get(work.language) or words["en"]


_ACTS: dict[str, Words] = {
    "created": {"en": "Created", "zh": "新建"},
    "changed": {"en": "Changed", "zh": "修改"},
    "trashed": {"en": "Moved to the trash", "zh": "移入回收站"},
    "restored": {"en": "Restored", "zh": "恢复"},
    "imported": {"en": "Imported", "zh": "导入"},
    "revealed": {"en": "Looked at what is encrypted", "zh": "查看了加密内容"},
}


def _changes(
    work: Work, rights: Rights | None, object: Object, roles: Roles, changes: Mapping[str, Any], labels: _Labels
) -> Iterator[Entry]:
    shown = frozenset(object.fields) if rights is None else rights.of(object).fields_for("see", roles)
    for name, change in changes.items():
        entry = object.of_history(name)
        if entry is None or entry.name not in shown:
            continue
        if entry.name not in object.lines:
            yield _change(work, entry, change, labels)
        elif rights is None or rights.sees(entry.target or ""):
            yield {
                **_named(work, entry),
                "lines": _lines(work, rights, work.model.object(entry.target or ""), roles, change, labels),
            }


def _lines(
    work: Work, rights: Rights | None, child: Object, roles: Roles, change: Mapping[str, Any], labels: _Labels
) -> Entry:
    return {
        "added": change.get("added", []),
        "changed": {
            id: list(_changes(work, rights, child, roles, each, labels))
            for id, each in change.get("changed", {}).items()
        },
        "removed": {
            id: list(_changes(work, rights, child, roles, {name: [old, None] for name, old in each.items()}, labels))
            for id, each in change.get("removed", {}).items()
        },
    }


def _named(work: Work, entry: Field) -> Entry:
    label = entry.definition.label
    return {"field": entry.name, "label": label.get(work.language) or label.get("en") or entry.name}


def _change(work: Work, entry: Field, change: Sequence[Any], labels: _Labels) -> Entry:
    old, new = change
    told = {**_named(work, entry), "old": old, "new": new}
    if entry.type.name == "link":
        labels.ask(entry.target or "", told)
    return told


class _Labels:
    """Names of the records that links led to; one query a target."""

    def __init__(self, work: Work, rights: Rights | None) -> None:
        self.work = work
        self.rights = rights
        self.asked: dict[str, list[Entry]] = {}

    def ask(self, target: str, told: Entry) -> None:
        if target in self.work.model.objects and (self.rights is None or self.rights.sees(target)):
            self.asked.setdefault(target, []).append(told)

    def fill(self) -> None:
        for target, entries in self.asked.items():
            ids = {told[side] for told in entries for side in ("old", "new") if isinstance(told[side], int)}
            labels = labels_of(self.work, self.rights, self.work.model.object(target), ids)
            for told in entries:
                told["old_label"], told["new_label"] = labels.get(told["old"]), labels.get(told["new"])


def labels_of(work: Work, rights: Rights | None, object: Object, ids: Iterable[int]) -> dict[int, str]:
    """What the records are called; those out of sight are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    shape = Shape(object.name, ("id", LABEL), trash="with")
    return {row[0]: row[1] for row in rows_of(work, rights, *of_ids(shape, "id", wanted))}


def _names(work: Work, users: Iterable[int | None]) -> dict[int, str]:
    """Who did it is part of what happened: names of colleagues are told to all who may know of the act."""
    if "base.user" not in work.model.objects:
        return {}
    return labels_of(work, None, work.model.object("base.user"), (user for user in users if user is not None))


def _activities(
    work: Work, rights: Rights | None, object: Object, id: int, place: Place | None, limit: int
) -> list[Entry]:
    back = object.reverse[ACTIVITIES]
    child = work.model.object(back.object)
    moment = child.definition.calendar_by
    seen = frozenset(child.fields) if rights is None else rights.of(child).fields
    if moment not in seen or back.field not in seen:
        return []
    owner = child.definition.owner_field
    note = next((name for name, entry in child.fields.items() if entry.type.name == "long_text" and name in seen), "")
    sort = next((name for name, entry in child.fields.items() if entry.type.name == "choice" and name in seen), "")
    fields = [
        "id",
        back.field,
        moment,
        LABEL,
        *(name for name in (note, sort) if name),
        *([owner] if owner in seen else []),
    ]
    where = "" if place is None else f"{moment} <= $at"
    shape = Shape(child.name, tuple(fields), sort=f"-{moment}", limit=limit + 1)
    rows = rows_of(
        work, rights, *of_ids(shape, back.field, [id]), where=where, params={} if place is None else {"at": place.at}
    )
    read = (dict(zip(fields, row, strict=False)) for row in rows)
    found = [row for row in read if row[back.field] is not None]
    names = _names(work, [row.get(owner) for row in found])
    entries: list[Entry] = [
        _activity(child, row, moment, owner, note, names) | {"sort": _choice(work, child, sort, row.get(sort))}
        for row in found
        if row[moment] is not None
    ]
    last = None if place is None else (place.at, place.source, place.id)
    return [entry for entry in entries if last is None or entry["place"] < last]


def _choice(work: Work, object: Object, name: str, value: str | None) -> str:
    """What kind of contact it was: a call, a visit, a parcel."""
    choice = object.fields[name].definition.choices.get(value) if name and value else None
    return (choice.label.get(work.language) or choice.label.get("en") or value or "") if choice else value or ""


def _activity(child: Object, row: Entry, moment: str, owner: str, note: str, names: Mapping[int, str]) -> Entry:
    by = row.get(owner)
    return {
        "kind": "activity",
        "at": row[moment],
        "by": by,
        "by_name": names.get(by, "") if by is not None else "",
        "title": row[LABEL],
        "act": "",
        "operation": "",
        "cause": "",
        "version": None,
        "changes": [],
        "text": (row.get(note) if note else None) or "",
        "link": {"object": child.name, "id": row["id"], "label": row[LABEL]},
        "place": (row[moment], _ACTIVITY, row["id"]),
    }
