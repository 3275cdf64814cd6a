"""To the trash and back. The trash keeps everything; unique keys ignore it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.errors import AppendOnly, LinksToTrash, StillUsed
from queti.kernel.model import Field, Model, Object
from queti.kernel.record import Record, Rows, id_of
from queti.kernel.writing import derived, listening
from queti.kernel.writing.changing import change
from queti.kernel.writing.links import links_to
from queti.kernel.writing.loading import lock_rows, stale, title_of
from queti.kernel.writing.plans import FOR_KEEPING, FOR_REMOVING, FOR_WRITING, plan_of
from queti.kernel.writing.statements import as_json, column, table, update

if TYPE_CHECKING:
    from queti.kernel.work import Work

_MOVED = ("changed_at", "changed_by", "trashed_at", "version")
_SHOWN = 3


def trash(work: Work, object: Object, ids: Sequence[Record | int], expect: Mapping[int, int]) -> Rows:
    """Move records to the trash. Raises StillUsed while live records link to them, StaleVersion, AppendOnly."""
    records = _locked(work, object, ids, in_trash=False, lock=FOR_REMOVING)
    for values in records:
        if values["id"] in expect and expect[values["id"]] != values["version"]:
            raise stale(work, object, values, expect[values["id"]])
    _let_go(work, object, records)
    moved = _move(work, object, records, "trashed", work.now)
    listening.tell_removed(work, object.name, records)
    return moved


def restore(work: Work, object: Object, ids: Sequence[Record | int]) -> Rows:
    """Back from the trash; DuplicateKey where another record has taken the place.

    Raises LinksToTrash where a record, or a line of it, links to one in the trash; links
    that may go blank do.
    """
    records = _locked(work, object, ids, in_trash=True, lock=FOR_WRITING)
    blanked = _links_to_blank(work, object, records)
    moved = _move(work, object, records, "restored", None)
    for (owner, name), rows in blanked.items():
        change(work, work.model.object(owner), [(id, {name: None}) for id in rows], {})
    return moved


def _links_to_blank(
    work: Work, object: Object, records: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, str], list[int]]:
    """Rows of the records by their links into the trash; what they link to is held."""
    links = _links_from(work.model, object)
    blanked: dict[tuple[str, str], list[int]] = {}
    if not links:
        return blanked
    for place, record, row, target, in_trash in work.rows(
        _where_to(work.model, links), ([each["id"] for each in records],)
    ):
        link = links[int(place)]
        if in_trash and link.definition.on_remove == "blank":
            blanked.setdefault(link.place, []).append(row)
        elif in_trash:
            values = next(each for each in records if each["id"] == record)
            raise LinksToTrash(
                what=object.definition.label or object.name,
                title=title_of(object, values),
                target=work.model.object(link.target or "").definition.label or link.target,
                id=target,
            )
    return blanked


@lru_cache(maxsize=1024)
def _links_from(model: Model, object: Object) -> tuple[Field, ...]:
    """Links of the object and of its lines to what has a trash."""
    return tuple(
        entry
        for part in plan_of(model, object).parts.values()
        for entry in part.links.values()
        if model.object(entry.target or "").has_trash
    )


@lru_cache(maxsize=1024)
def _where_to(model: Model, links: tuple[Field, ...]) -> str:
    """(place of the link, record, row, target, is it in the trash?)"""
    return " UNION ALL ".join(
        f"SELECT {place}, one.* FROM ({_leading(model, link)} ORDER BY x.id {FOR_KEEPING} OF x) AS one"
        for place, link in enumerate(links)
    )


def _leading(model: Model, link: Field) -> str:
    object, target = link.object, model.object(link.target or "")
    record = column(object, object.definition.parent_field) if object.is_lines else "id"
    return (
        f"SELECT t.{record} AS record, t.id AS row, x.id AS target, x.trashed_at IS NOT NULL AS gone"
        f" FROM {table(object)} AS t JOIN {table(target)} AS x ON x.id = t.{column(object, link.name)}"
        f" WHERE t.{record} = ANY($1::bigint[])"
    )


def _locked(
    work: Work, object: Object, ids: Sequence[Record | int], *, in_trash: bool, lock: str
) -> list[dict[str, Any]]:
    if not object.has_trash:
        raise AppendOnly(what=object.definition.label or object.name)
    work.settle_before(object.name)
    wanted = list(dict.fromkeys(map(id_of, ids)))
    found = lock_rows(work, object, wanted, trash=in_trash, lock=lock)
    return [found[id] for id in wanted]


def _move(work: Work, object: Object, records: list[dict[str, Any]], kind: str, trashed_at: Any) -> Rows:
    for values in records:
        values |= {
            "version": values["version"] + 1,
            "trashed_at": trashed_at,
            "changed_at": work.now,
            "changed_by": work.who.user,
        }
        work.journal.note(work, kind, object.name, values["id"], values["version"])
    if records:
        rows = [{name: values[name] for name in ("id", *_MOVED)} for values in records]
        work.execute(update(object, _MOVED), (as_json(rows),))
        work.held.forget(object.name, [values["id"] for values in records])
        derived.moved(work, plan_of(work.model, object), records, back=trashed_at is None)
    return Rows(Record(object.name, values) for values in records)


def _let_go(work: Work, object: Object, records: Sequence[Mapping[str, Any]]) -> None:
    """Refuse while others link here, but for links that go blank."""
    links = links_to(work.model, object)
    if not links or not records:
        return
    users: dict[str, list[int]] = {}
    blanked: dict[tuple[str, str], list[int]] = {}
    used: set[int] = set()
    for place, id, target in work.rows(_who_links(links), (sorted(values["id"] for values in records),)):
        link = links[int(place)]
        if link.definition.on_remove == "blank":
            blanked.setdefault(link.place, []).append(id)
        else:
            users.setdefault(link.object.name, []).append(id)
            used.add(target)
    if users:
        raise _still_used(work, object, next(values for values in records if values["id"] in used), users)
    for (owner, name), ids in blanked.items():
        change(work, work.model.object(owner), [(id, {name: None}) for id in ids], {})


@lru_cache(maxsize=1024)
def _who_links(links: tuple[Field, ...]) -> str:
    """Live records that link to the given ones; lines live while their record does."""
    return " UNION ALL ".join(f"({_linking(place, link)})" for place, link in enumerate(links))


def _linking(place: int, link: Field) -> str:
    object, parent = link.object, link.object.parent
    origin, alive = f"{table(object)} AS t", " AND t.trashed_at IS NULL" if object.has_trash else ""
    if parent is not None and parent.has_trash:
        origin += f" JOIN {table(parent)} AS p ON p.id = t.{column(object, object.definition.parent_field)}"
        alive = " AND p.trashed_at IS NULL"
    name = f"t.{column(object, link.name)}"
    limit = "" if link.definition.on_remove == "blank" else " LIMIT 100"
    return f"SELECT {place}, t.id, {name} FROM {origin} WHERE {name} = ANY($1::bigint[]){alive}{limit}"


def _still_used(work: Work, object: Object, record: Mapping[str, Any], users: Mapping[str, list[int]]) -> StillUsed:
    def words(language: str) -> str:
        parts = [
            f"{len(ids)} × {work.model.object(name).definition.label.get(language, name)}"
            for name, ids in list(users.items())[:_SHOWN]
        ]
        return ("、" if language == "zh" else ", ").join(parts)

    return StillUsed(
        what=object.definition.label or object.name,
        title=title_of(object, record),
        users={"en": words("en"), "zh": words("zh")},
    )
