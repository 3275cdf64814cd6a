"""Records that stand in somebody's name: those with a link to the person that people may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from queti.kernel.model import Field
from queti.kernel.record import Record
from queti.kernel.work import Work

BATCH = 2000


def belongings(work: Work, person: int) -> list[dict[str, Any]]:
    """`[{object, field, label, count}]`, one query for each link to people; what links to nobody is left out.

    Facts about the past (who confirmed, who created) stay: only fields that a person may change go over.
    """
    counted = (
        (entry, work.count(entry.object.name, f"{entry.name} = $person", {"person": person}))
        for entry in _links_to_people(work)
    )
    return [
        {"object": entry.object.name, "field": entry.name, "label": _label(work, entry), "count": count}
        for entry, count in counted
        if count
    ]


def records_of(work: Work, belonging: dict[str, Any], person: int) -> Iterator[list[Record]]:
    """The records of one line of `belongings`, in batches; each must go over before the next is asked for."""
    where = f"{belonging['field']} = $person"
    while records := work.find(belonging["object"], where, {"person": person}, ["id"], "id", BATCH):
        yield list(records)


def _links_to_people(work: Work) -> Iterator[Field]:
    for object in work.model.objects.values():
        if not object.append_only:
            yield from (entry for entry in object.stored if entry.target == "base.user" and _is_changeable(entry))


def _is_changeable(entry: Field) -> bool:
    written = entry.definition
    return not (entry.is_system or entry.is_computed or written.read_only or written.fixed)


def _label(work: Work, entry: Field) -> str:
    def say(label: dict[str, str]) -> str:
        return label.get(work.language) or label.get("en", "")

    return f"{say(entry.object.definition.plural or entry.object.definition.label)} · {say(entry.definition.label)}"
