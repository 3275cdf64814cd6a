"""Acts on tasks and orders to instances, many of them in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.flow.refusals import FieldNotYours, NotYourInstance, ReasonNeeded
from queti.engines.flows.cases import Case
from queti.engines.flows.driving import Drive
from queti.engines.flows.state import SUBMIT, Act, Order
from queti.kernel.inputs import json, link, text, words
from queti.kernel.operations import Call
from queti.kernel.record import Record
from queti.kernel.work import Work

TASK, INSTANCE = "flow.task", "flow.instance"

ONE_TASK = link(TASK, label=words("Task", "任务"), required=True)
TASKS = link(TASK, label=words("Task", "任务"), required=True, many=True)
INSTANCES = link(INSTANCE, label=words("Instance", "流程实例"), required=True, many=True)
REASON = text(label=words("Reason", "意见"))
WHY = text(label=words("Reason", "原因"), required=True)
PERSON = link("base.user", label=words("Person", "人员"), required=True)
CHOSEN = json(label=words("Next approvers", "下一步审批人"))
VALUES = json(label=words("Changed fields", "修改的字段"))
ASKED = 'state = "open" and (kind = "approve" or kind = "handle") and waits_for = me'
DOABLE = 'state = "open" and kind = "approve" and waits_for = me'


def act(work: Work, calls: Sequence[Call], name: str) -> list[Record]:
    """Do the same with many tasks; the tasks as they are then."""
    tasks = work.fetch(TASK, [call.task for call in calls], ["instance", "number", "step"])
    drive = Drive(work)
    cases = drive.take(task.instance for task in tasks)
    for call, task, case in zip(calls, tasks, cases, strict=True):
        if name in ("approve", "reject", "handle"):
            _refuse_silence(case, task.step, name, call)
            _change_record(work, case, task.step, call)
        case.hear(_event(work, name, int(task.number), call))
    drive.settle()
    return work.fetch(TASK, [call.task for call in calls])


def _event(work: Work, name: str, number: int, call: Call) -> Act:
    person = call.get("to") if name in ("hand_over", "delegate", "reassign") else call.get("person")
    return Act(
        name,
        number,
        work.who.user or 0,
        to=(call.get("to") or "") if name == "send_back" else "",
        people=[person] if person else list(call.get("people") or ()),
        place=call.get("place", "beside"),
        again=bool(call.get("again", False)),
        reason=call.get("reason") or "",
        chosen=call.get("chosen") or {},
    )


def _refuse_silence(case: Case, step: str, name: str, call: Call) -> None:
    rule = case.tree.steps[step].reason if step != SUBMIT else "never"
    if not call.get("reason") and (rule == "always" or (rule == "on_reject" and name == "reject")):
        raise ReasonNeeded


def _change_record(work: Work, case: Case, step: str, call: Call) -> None:
    """What the step lets its approvers fill in."""
    values: dict[str, Any] = call.get("values") or {}
    if not values:
        return
    allowed = case.tree.steps[step].fields if step in case.tree.steps else {}
    for field in values:
        if allowed.get(field) != "change":
            raise FieldNotYours(field=field)
    work.change(case.flow.object, [(case.record or 0, values)])


def order(work: Work, calls: Sequence[Call], name: str, *, is_own: bool = False) -> list[Record]:
    """Withdraw, stop, jump … many instances; the instances as they are then."""
    drive = Drive(work)
    for call, case in zip(calls, drive.take(call.instance for call in calls), strict=True):
        if is_own and work.who.user is not None and case.state.submitter != work.who.user:
            raise NotYourInstance
        case.hear(Order(name, work.who.user or 0, call.get("to") or "", call.get("reason") or ""))
    drive.settle()
    return work.fetch(INSTANCE, [call.instance for call in calls])
