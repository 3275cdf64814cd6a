from __future__ import annotations

from datetime import timedelta

from queti.apps.flow.acting import INSTANCE, INSTANCES, REASON, TASK
from queti.apps.flow.refusals import NotYourInstance, UrgedLately
from queti.engines.flows.cases import trees_of
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Urge", "催办"),
    when='state = "running" and submitter = me',
    inputs={"instance": INSTANCES, "reason": REASON},
)
def urge(work: Work, calls: list[Call]) -> list[Record]:
    """Remind those who have it, in its sub-flows too, no more often than the flow allows."""
    rows = work.fetch(INSTANCE, [call.instance for call in calls], lock=True)
    trees = trees_of(work, {row.definition for row in rows})
    for row in rows:
        if work.who.user is not None and row.submitter != work.who.user:
            raise NotYourInstance
        hours = trees[row.definition].flow.urge_hours
        if row.urged_at and row.urged_at + timedelta(hours=hours) > work.now:
            raise UrgedLately(last=row.urged_at.isoformat(timespec="minutes"), hours=f"{hours:g}")
    ids = _with_parts(work, [row.id for row in rows])
    tasks = work.find(TASK, 'instance in $ids and state = "open"', {"ids": ids}, ["id"])
    work.change(TASK, [(task.id, {"urged_at": work.now, "seen_at": None}) for task in tasks])
    work.create(
        "flow.act",
        [
            {"instance": row, "act": "urged", "by": work.who.user, "at": work.now, "reason": call.reason}
            for row, call in zip(rows, calls, strict=True)
        ],
    )
    return work.change(INSTANCE, [(row, {"urged_at": work.now}) for row in rows])


def _with_parts(work: Work, ids: list[int]) -> list[int]:
    """These, and the sub-flows that they wait for, level by level."""
    found, level = list(ids), ids
    where = 'parent in $ids and not blank(parent_step) and state = "running"'
    while level:
        level = [row.id for row in work.find(INSTANCE, where, {"ids": level}, ["id"])]
        found += level
    return found
