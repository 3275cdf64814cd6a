"""One record as a person sees it: its fields, its lines in their order, and what its links are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.errors import RecordNotFound
from queti.kernel.model import Field, Model, Object
from queti.kernel.reading.admitting import admitted, opened
from queti.kernel.reading.paths import LABEL
from queti.kernel.reading.permissions import ObjectRights, Rights, Roles
from queti.kernel.reading.queries import attach, sort_out, with_id
from queti.kernel.reading.selecting import Shape, Trash, of_ids, question

if TYPE_CHECKING:
    from queti.kernel.work import Work

LABELS = "_labels"


def show(
    work: Work, rights: Rights | None, object: Object, ids: Sequence[int], trash: Trash = "with"
) -> list[dict[str, Any]]:
    """The records in the order of `ids`, each with `_labels` of its links; RecordNotFound where one is out of sight."""
    if rights is not None:
        rights.of(object).refuse_unless("see")
    found = seen(work, rights, object, ids, trash)
    for id in ids:
        if id not in found:
            raise RecordNotFound(what=object.definition.label or object.name, id=id)
    return [found[id] for id in ids]


def seen(
    work: Work, rights: Rights | None, object: Object, ids: Sequence[int], trash: Trash = "with"
) -> dict[int, dict[str, Any]]:
    """The same by id, without those that are out of sight."""
    return _read(work, rights, object, ids, whole(work.model, rights, object), trash)


def show_by_task(work: Work, rights: Rights, object: Object, id: int) -> dict[str, Any]:
    """One record that a task opens: what its step shows, with the names of all that it links to. RecordNotFound."""
    roles = opened(work, rights, object, id)
    return _read(work, None, object, [id], tuple(_whole(work.model, rights, object, roles)), "with")[id]


def seen_by_tasks(work: Work, rights: Rights, object: Object, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The same of many, by id, without their lines: one query for all that are shown alike."""
    alike: dict[Roles, list[int]] = {}
    for id, roles in admitted(work, rights, object, "see", ids).items():
        alike.setdefault(roles, []).append(id)
    found: dict[int, dict[str, Any]] = {}
    for roles, of in alike.items():
        names = [
            name for name in _whole(work.model, rights, object, roles) if name.partition(".")[0] not in object.lines
        ]
        found |= _read(work, None, object, of, tuple(names), "without")
    return found


def _read(
    work: Work, rights: Rights | None, object: Object, ids: Sequence[int], names: tuple[str, ...], trash: Trash
) -> dict[int, dict[str, Any]]:
    wanted = sort_out(work.model, object, names)
    shape, within = of_ids(Shape(object.name, with_id(wanted.own), trash=trash, as_json=True), "id", ids)
    asked = question(work.model, rights, shape)
    rows = asked.statement.run(work, within)
    records = [dict(zip(asked.fields, row, strict=False)) for row in rows]
    attach(work, rights, object, records, wanted.lists, as_json=True)
    return {record["id"]: _labelled(work.model, object, record) for record in records}


@lru_cache(maxsize=512)
def whole(model: Model, rights: Rights | None, object: Object) -> tuple[str, ...]:
    """All that these rights show of a record: fields, labels of links, and the same of its lines."""
    return tuple(_whole(model, rights, object))


def _whole(model: Model, rights: Rights | None, object: Object, roles: Roles | None = None) -> Iterator[str]:
    """With `roles`: what these show of it."""
    shown = object.fields.keys() if rights is None else _shown(rights.of(object), roles)
    for entry in object.fields.values():
        if entry.name not in shown:
            continue
        if entry.type.name != "lines":
            yield from _with_label(model, entry)
        elif rights is None or rights.sees(entry.target or ""):
            child = model.object(entry.target or "")
            yield from (f"{entry.name}.{rest}" for rest in _whole(model, rights, child, roles))


def _shown(rights: ObjectRights, roles: Roles | None) -> Collection[str]:
    return rights.fields if roles is None else rights.fields_for("see", roles)


def _with_label(model: Model, entry: Field) -> Iterator[str]:
    yield entry.name
    if entry.type.name == "link" and entry.target in model.objects and not _is_parent(entry):
        yield f"{entry.name}.{LABEL}"


def _is_parent(entry: Field) -> bool:
    return entry.object.is_lines and entry.name == entry.object.definition.parent_field


def _labelled(model: Model, object: Object, record: dict[str, Any]) -> dict[str, Any]:
    """Labels gathered under `_labels`, by link; blank ones are left out."""
    suffix = f".{LABEL}"
    shown = {name: value for name, value in record.items() if not name.endswith(suffix)}
    for name, entry in object.lines.items():
        if name in shown:
            child = model.object(entry.target or "")
            shown[name] = [_labelled(model, child, row) for row in shown[name]]
    shown[LABELS] = {
        name.removesuffix(suffix): value
        for name, value in record.items()
        if name.endswith(suffix) and value is not None
    }
    return shown
