"""What time brings about: waits that are over, steps that are late. Claimed set by set, each by one worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case
from queti.engines.flows.driving import Drive
from queti.engines.flows.people import named
from queti.engines.flows.saving import TIMER
from queti.engines.flows.state import Late, Ran
from queti.kernel.writing.statements import table

if TYPE_CHECKING:
    from queti.kernel.work import Work

AT_ONCE = 500


def pass_time(work: Work) -> int:
    """Do what is due by now; how many timers that were."""
    text = f"""SELECT id FROM {table(work.object(TIMER))} WHERE due_at <= $1::timestamptz
        ORDER BY due_at, id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED"""
    rows = work.fetch(TIMER, work.column(text, (work.now,)))
    drive = Drive(work)
    for row, case in zip(rows, drive.take(row.instance for row in rows), strict=True):
        _strike(work, drive, case, row.step, row.stage or "")
    if rows:
        work.change(TIMER, [(row, {"done_at": work.now, "due_at": None}) for row in rows])
    drive.settle()
    return len(rows)


def _strike(work: Work, drive: Drive, case: Case, step: str, stage: str) -> None:
    if not stage:
        return case.hear(Ran(step))
    late = case.tree.steps[step].late[stage]
    [seats] = named(work, drive.directory, [case], step, late.who)
    people = [seat.person for seat in seats if seat.person in drive.directory.people]
    if late.act == "escalate" and step in case.state.tokens:
        case.texts[f"message {step}"] = case.tree.steps[step].label.get("en") or step
        case.texts[f"people {step}"] = ",".join(map(str, people))
    return case.hear(Late(step, stage, late.act, people))
