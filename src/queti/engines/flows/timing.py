"""What time brings about in instances: waits that are over, steps that are late. Claimed set by set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case
from queti.engines.flows.driving import Drive
from queti.engines.flows.halving import in_halves
from queti.engines.flows.outside import over
from queti.engines.flows.people import Directory, named
from queti.engines.flows.saving import TIMER
from queti.engines.flows.state import Failed, Late, Note
from queti.kernel.record import Record
from queti.kernel.writing.statements import table

if TYPE_CHECKING:
    from queti.kernel.work import Work

AT_ONCE = 500
_LATE = {"en": "Overdue: {step}", "zh": "已超时：{step}"}


def pass_time(work: Work) -> int:
    """Do what is due by now; how many timers that were."""
    text = f"""SELECT id FROM {table(work.object(TIMER))} WHERE due_at <= $1::timestamptz
        ORDER BY due_at, id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED"""
    rows = work.fetch(TIMER, work.column(text, (work.now,)))
    directory = Directory(work)
    in_halves(
        work, rows, lambda part: _strike(work, directory, part),
        lambda row, problem: _give_up(work, directory, row, problem),
    )  # fmt: skip
    return len(rows)


def _strike(work: Work, directory: Directory, rows: Sequence[Record]) -> None:
    drive = Drive(work, directory)
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for row, case in zip(rows, drive.take(row.instance for row in rows), strict=True):
        groups.setdefault((case.tree.hash, row.step, row.stage or ""), []).append(case)
    _done(work, rows)
    for (_, step, stage), cases in groups.items():
        _pass(work, directory, cases, step, stage)
    drive.settle()


def _done(work: Work, rows: Sequence[Record]) -> None:
    work.change(TIMER, [(row, {"done_at": work.now, "due_at": None}) for row in rows])


def _pass(work: Work, directory: Directory, cases: Sequence[Case], name: str, stage: str) -> None:
    """The wait is over, or the step late, for all of them."""
    if not stage:
        for case in cases:
            case.hear(over(work, case, name))
        return
    step = cases[0].tree.steps[name]
    late = step.late[stage]
    words = _LATE["zh" if work.company.get("language") == "zh" else "en"]
    label = step.label.get(str(work.company.get("language"))) or step.label.get("en") or name
    asked = named(work, directory, cases, name, late.who)
    active = directory.active(seat.person for seats in asked for seat in seats)
    for case, seats in zip(cases, asked, strict=True):
        found = [seat.person for seat in seats if seat.person in active]
        people = found or (directory.administrators if late.act in ("escalate", "hand_over") else [])
        if late.act == "remind":
            case.tell(name, words.format(step=label), [*case.waiting_at(name), *people])
        case.hear(Late(name, stage, late.act, people))


def _give_up(work: Work, directory: Directory, row: Record, problem: str) -> None:
    """The instance shows what went wrong; a wait that failed can be begun again."""
    drive = Drive(work, directory)
    [case] = drive.take([row.instance])
    _done(work, [row])
    if row.stage:
        case.commands.append(Note("failed", row.step, detail=problem))
    else:
        case.hear(Failed(row.step, problem))
    drive.settle()
