"""What lists of work say beside what stands in their own rows: what the records are about, and who has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import trees_of
from queti.engines.flows.hours import Calendars
from queti.kernel.reading.paths import LABEL
from queti.kernel.reading.showing import LABELS

if TYPE_CHECKING:
    from queti.kernel.work import Work

Row = dict[str, Any]


def shown_by_tasks(work: Work, tasks: Sequence[int]) -> dict[str, list[Row]]:
    """By object, the records of these tasks as far as the tasks show more of them than the roles do."""
    person = work.as_person
    rows = person.query(
        "flow.task", "id in $ids", "", ["id", "object", "record"], limit=len(tasks), params={"ids": list(tasks)}
    )
    wanted: dict[str, set[int]] = {}
    for row in rows.records:
        if row["object"] in work.model.objects and row["record"]:
            wanted.setdefault(row["object"], set()).add(int(row["record"]))
    shown = {object: person.shown_by_tasks(object, sorted(ids)) for object, ids in wanted.items()}
    return {object: [_flat(record) for record in found.values()] for object, found in shown.items() if found}


def _flat(record: Row) -> Row:
    """As lists have it: the names of links beside them."""
    labels = {f"{link}.{LABEL}": name for link, name in record[LABELS].items()}
    return {name: value for name, value in record.items() if name != LABELS} | labels


_HELD = 'instance in $ids and not blank(waits_for) and kind in ("approve", "handle")'


def holders(work: Work, instances: Sequence[int]) -> list[Row]:
    """`{instance, holder, since, hours}` of the tasks that somebody must act on: whose, and for how many working
    hours."""
    person, ids = work.as_person, {"ids": list(instances)}
    fields = ["instance", "instance.definition", "waits_for._label", "created_at"]
    rows = person.query("flow.task", _HELD, "id", fields, limit=500, params=ids).records
    trees = trees_of(work, {row["instance.definition"] for row in rows})
    calendars = Calendars(work)

    def hours(row: Row) -> float:
        had = calendars.of(trees[row["instance.definition"]].flow.calendar).between(row["created_at"], work.now)
        return round(had.total_seconds() / 3600, 1)

    return [
        {
            "instance": row["instance"],
            "holder": row[f"waits_for.{LABEL}"],
            "since": row["created_at"],
            "hours": hours(row),
        }
        for row in rows
    ]
