"""Reading for operations: with full sight, typed values, held until the commit where asked.

What waits to be written is written first, when the reading could see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.errors import RecordNotFound
from queti.kernel.model import Field, Model, Object
from queti.kernel.reading import queries
from queti.kernel.record import Record, Rows, id_of
from queti.kernel.writing.statements import alive, as_json, column, equals, record, select, stored_names

if TYPE_CHECKING:
    from queti.kernel.work import Work


def fetch(work: Work, object: Object, ids: Sequence[Record | int], fields: Sequence[str] | None, lock: bool) -> Rows:
    wanted = [id_of(each) for each in ids]
    if not wanted:
        return Rows()
    settle_for(work, object, fields)
    unique = list(dict.fromkeys(wanted))
    found = _held(work, object, unique, fields)
    if not found:
        found = {values["id"]: values for values in queries.read(work, object, fields, ids=unique, lock=lock)}
    for id in unique:
        if id not in found:
            raise RecordNotFound(what=object.definition.label or object.name, id=id)
    if lock:
        _learn(work, object, list(found.values()))
    records = {id: as_record(work.model, object, found[id]) for id in unique}
    return Rows(records[id] for id in wanted)


def _held(work: Work, object: Object, ids: Sequence[int], fields: Sequence[str] | None) -> dict[int, dict[str, Any]]:
    """What the Work knows of them for sure, having locked and read or written them; nothing where it knows less."""
    known = [each.values for id in ids if (each := work.held.known(object.name, id))]
    if len(known) < len(ids) or any(values.get("trashed_at") is not None for values in known):
        return {}
    names = stored_names(object) if fields is None or tuple(fields) == ("*",) else ("id", *fields)
    if not all(name in known[0] for name in names):
        return {}
    return {values["id"]: {name: values[name] for name in names} for values in known}


def find(
    work: Work,
    object: Object,
    where: str,
    params: Mapping[str, Any],
    fields: Sequence[str] | None,
    sort: str,
    limit: int | None,
    lock: bool,
) -> Rows:
    settle_for(work, object, fields, where)
    given = {name: value.id if isinstance(value, Record) else value for name, value in params.items()}
    found = queries.read(work, object, fields, where=where, params=given, sort=sort, limit=limit, lock=lock)
    if lock:
        _learn(work, object, found)
    return Rows(as_record(work.model, object, values) for values in found)


def _learn(work: Work, object: Object, found: Sequence[dict[str, Any]]) -> None:
    """The rows are locked; those read whole need not be read again."""
    work.held.lock(object.name, [values["id"] for values in found])
    names = stored_names(object)
    if not found or not all(name in found[0] for name in names):
        return
    for values in found:
        lists = {
            name: work.model.object(entry.target or "")
            for name, entry in object.lines.items()
            if _is_whole(work.model, entry, values)
        }
        work.held.learn(object, values, lists)


def _is_whole(model: Model, entry: Field, values: Mapping[str, Any]) -> bool:
    rows = values.get(entry.name)
    return bool(rows) and all(name in rows[0] for name in stored_names(model.object(entry.target or "")))


def lock_by(work: Work, object: Object, rows: Sequence[Mapping[str, Any]], by: tuple[str, ...]) -> Rows:
    """Records whose fields `by` equal those of any of the rows, blank to blank, locked in the order of their ids."""
    settle_for(work, object, None)
    if not rows:
        return Rows()
    names = stored_names(object)
    found = work.rows(_by_key(object, names, by), (as_json(_keys(rows, by)),))
    records = Rows(Record(object.name, dict(zip(names, values, strict=True))) for values in found)
    _learn(work, object, [each.values for each in records])
    return records


def _keys(rows: Iterable[Mapping[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    unique = {tuple(key_value(row.get(name)) for name in by) for row in rows}
    return [dict(zip(by, key, strict=True)) for key in unique]


def key_value(value: Any) -> Any:
    return value.id if isinstance(value, Record) else value


@lru_cache(maxsize=512)
def _by_key(object: Object, names: tuple[str, ...], by: tuple[str, ...]) -> str:
    match = " AND ".join(f't.{column(object, name)} {equals(object, name)} row."{name}"' for name in by)
    rows = record(object, by, "$1")
    return select(
        object, names, f"EXISTS (SELECT FROM {rows} WHERE {match}){alive(object)}", "ORDER BY t.id FOR NO KEY UPDATE"
    )


def as_record(model: Model, object: Object, values: dict[str, Any]) -> Record:
    """Lists inside become Rows of records."""
    for name in _lists_of(object):
        if isinstance(rows := values.get(name), list):
            child, _ = queries.list_of(model, object, name)
            values[name] = Rows(as_record(model, child, each) for each in cast("list[dict[str, Any]]", rows))
    return Record(object.name, values)


@lru_cache(maxsize=512)
def _lists_of(object: Object) -> tuple[str, ...]:
    return (*object.lines, *object.reverse)


def settle_for(work: Work, object: Object, fields: Sequence[str] | None, where: str = "") -> None:
    """Write what waits, unless the reading can't see it."""
    if not (work.pending or work.dirty):
        return
    looks_further = "." in where or "(" in where or any("." in name or name in object.lines for name in fields or ())
    if looks_further:
        work.settle()
    else:
        work.settle_before(object.name)
