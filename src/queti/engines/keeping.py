"""Drafts of records: what a person has typed and not saved, kept for that person alone.

One per person and record; a new record of an object is 0. Coming back, only what the person
may still write is offered, and links only to what the person still sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import msgspec

from queti.kernel.errors import Refusal
from queti.kernel.model import Object

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]
NEW = 0
MOST_BYTES = 512_000
KEPT_DAYS = 90
_SECRET = frozenset({"encrypted"})
"""Types of fields that a draft never holds."""


class DraftTooLarge(Refusal):
    """What was typed is too much to be kept as a draft; save it, or make it shorter."""

    zh = "填写的内容过多，无法保存为草稿；请先保存，或减少内容。"


def keep(work: Work, object: str, id: int, given: Mapping[str, Any]) -> None:
    """Keep `{values, labels, version}`; what stood there before goes."""
    known = _opened(work, object, id)
    body = {
        "values": _writable(work, known, id, _mapping(given.get("values"))),
        "labels": _mapping(given.get("labels")),
        "version": given.get("version"),
    }
    text = msgspec.json.encode(body).decode()
    if len(text) > MOST_BYTES:
        raise DraftTooLarge
    work.execute(
        f"DELETE FROM {work.schema}.kernel_record_draft WHERE person = $1 AND at < $2::timestamptz - $3::interval",
        (work.who.user, work.now, f"{KEPT_DAYS} days"),
    )
    work.execute(
        f"INSERT INTO {work.schema}.kernel_record_draft (person, object, record_id, body, at)"
        " VALUES ($1::bigint, $2, $3::bigint, $4::jsonb, $5)"
        " ON CONFLICT (person, object, record_id) DO UPDATE SET body = excluded.body, at = excluded.at",
        (work.who.user, object, id, text, work.now),
    )


def kept(work: Work, object: str, id: int) -> Values | None:
    """`{values, labels, version, at}` as far as the person may still write it; None when there is nothing."""
    known = _opened(work, object, id)
    rows = work.rows(
        f"SELECT body, at FROM {work.schema}.kernel_record_draft"
        " WHERE person = $1::bigint AND object = $2 AND record_id = $3::bigint",
        (work.who.user, object, id),
    )
    if not rows:
        return None
    body, at = rows[0]
    values = _seen_links(work, known, _writable(work, known, id, body["values"]))
    return {**body, "values": values, "labels": _labels(body["labels"], values), "at": at} if values else None


def discard(work: Work, object: str, id: int) -> None:
    work.execute(
        f"DELETE FROM {work.schema}.kernel_record_draft"
        " WHERE person = $1::bigint AND object = $2 AND record_id = $3::bigint",
        (work.who.user, object, id),
    )


def _opened(work: Work, object: str, id: int) -> Object:
    """The object of a record that the person sees, or may make."""
    return work.as_person.seen(object) if id == NEW else work.as_person.look_at(object, id)


def _mapping(given: Any) -> Values:
    return dict(cast("Mapping[str, Any]", given)) if isinstance(given, Mapping) else {}


def _writable(work: Work, object: Object, id: int, values: Values) -> Values:
    allowed = work.as_person.writable(object.name, "create" if id == NEW else "change")
    kept = {
        name: value
        for name, value in values.items()
        if name in allowed and name in object.fields and object.fields[name].declared not in _SECRET
    }
    for name in kept.keys() & object.lines.keys():
        kept[name] = _writable_lines(work, object, name, kept[name])
    return kept


def _writable_lines(work: Work, object: Object, name: str, lines: Any) -> list[Values]:
    child = work.model.object(object.lines[name].target or "")
    allowed = work.as_person.writable(child.name, "change") | work.as_person.writable(child.name, "create")
    allowed -= {each.name for each in child.fields.values() if each.declared in _SECRET}
    rows = cast("list[Any]", lines) if isinstance(lines, list) else []
    return [
        {key: value for key, value in line.items() if key in allowed or key in ("id", "_labels")}
        for line in (_mapping(row) for row in rows)
    ]


def _seen_links(work: Work, object: Object, values: Values) -> Values:
    """Without links to what the person doesn't see any more; one query a target."""
    rows = [(object, values)]
    for name in values.keys() & object.lines.keys():
        rows += [(work.model.object(object.lines[name].target or ""), line) for line in values[name]]
    wanted: dict[str, set[int]] = {}
    for of, row in rows:
        for name, target in _links(of, row):
            wanted.setdefault(target, set()).add(row[name])
    seen = {target: _visible(work, target, ids) for target, ids in wanted.items()}
    for of, row in rows:
        for name, target in _links(of, row):
            if row[name] not in seen[target]:
                del row[name]
                row.get("_labels", {}).pop(name, None)
    return values


def _visible(work: Work, target: str, ids: set[int]) -> set[int]:
    return (
        work.as_person.visible(target, sorted(ids)) if work.as_person.rights.sees(work.model.object(target)) else set()
    )


def _links(object: Object, row: Values) -> list[tuple[str, str]]:
    return [
        (name, entry.target)
        for name, value in row.items()
        if (entry := object.fields.get(name)) and entry.type.name == "link" and entry.target and isinstance(value, int)
    ]


def _labels(labels: Values, values: Values) -> Values:
    return {name: label for name, label in labels.items() if name in values}
