"""Acts on tasks and orders to instances, many of them in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from queti.apps.flow.refusals import (
    ConfirmedAlone,
    FieldNotYours,
    NotYourInstance,
    OthersWereFaster,
    PartOfAnother,
    PasswordNeeded,
    ReasonNeeded,
    SignatureNeeded,
    WrongChoice,
    WrongPeople,
)
from queti.engines.flows.cases import Case
from queti.engines.flows.driving import Drive
from queti.engines.flows.refusals import AlreadyAsked, NotRunning, TaskNotOpen
from queti.engines.flows.state import SUBMIT, Act, Order
from queti.kernel.errors import Refusal
from queti.kernel.inputs import json, link, signature, text, words
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
SUCCESSOR = link("base.user", label=words("To", "接收人"), required=True, filter="is_active")
CHOSEN = json(label=words("Next approvers", "下一步审批人"))
VALUES = json(label=words("Changed fields", "修改的字段"))
SIGNATURE = signature(label=words("Signature", "手写签名"))
ASKED = 'state = "open" and (kind = "approve" or kind = "handle") and waits_for = me'
DOABLE = 'state = "open" and kind = "approve" and waits_for = me'
DECISIONS = ("approve", "reject", "handle")
_READ = ("instance", "number", "step", "title")


def act(work: Work, calls: Sequence[Call], name: str) -> list[Record]:
    """Do the same with many tasks; the tasks as they are then."""
    tasks = work.fetch(TASK, [call.task for call in calls], _READ)
    drive = Drive(work)
    cases = drive.take(task.instance for task in tasks)
    for call, task, case in zip(calls, tasks, cases, strict=True):
        _do(work, name, case, task, call)
    drive.settle()
    return work.fetch(TASK, [call.task for call in calls])


def decide_each(work: Work, calls: Sequence[Call]) -> list[dict[str, Any]]:
    """`{task, title, done, problem}`: what can be decided is, of the others it is told why not."""
    tasks = work.fetch(TASK, [call.task for call in calls], _READ)
    drive = Drive(work)
    told: list[dict[str, Any]] = []
    for call, task, case in zip(calls, tasks, drive.take(task.instance for task in tasks), strict=True):
        problem = _tried(work, case, task, call)
        told.append({"task": task.id, "title": task.title, "done": not problem, "problem": problem})
    drive.settle()
    return told


def _tried(work: Work, case: Case, task: Record, call: Call) -> str:
    try:
        _do(work, call.decision, case, task, call)
    except Refusal as refusal:
        return refusal.says("zh" if work.language == "zh" else "en")
    return ""


def _do(work: Work, name: str, case: Case, task: Record, call: Call) -> None:
    """A refused act leaves its instance as it was."""
    try:
        if name in DECISIONS:
            _refuse_silence(case, task.step, name, call)
            _refuse_unproved(work, case, task, call)
            _refuse_other_fields(case, task.step, call)
            _refuse_others_choice(case, task.step, call)
        case.hear(_event(work, name, int(task.number), call))
    except (NotRunning, TaskNotOpen) as late:
        raise _who_was_faster(work, task) or late from late
    except AlreadyAsked as known:
        raise _asked(work, known) from known
    if name in DECISIONS:
        _prove(work, case, int(task.number), call)
        _change_record(work, case, call)


def _asked(work: Work, known: AlreadyAsked) -> AlreadyAsked:
    """By name: the interpreter knows people by their ids."""
    [person] = work.find("base.user", "id = $id", {"id": known.values["person"]}, ["name"])
    return AlreadyAsked(person=person.name)


def _event(work: Work, name: str, number: int, call: Call) -> Act:
    person = call.get("to") if name in ("hand_over", "delegate", "reassign") else None
    return Act(
        name,
        number,
        work.who.user or 0,
        to=(call.get("to") or "") if name == "send_back" else "",
        people=[person] if person else people_in(call, "people"),
        place=call.get("place", "beside"),
        again=bool(call.get("again", False)),
        reason=call.get("reason") or "",
        chosen=chosen_in(call),
    )


def chosen_in(call: Call) -> dict[str, list[int]]:
    """Step → people; it becomes part of the instance's state, which can't be read with anything else in it."""
    try:
        return msgspec.convert(call.get("chosen") or {}, dict[str, list[int]])
    except msgspec.ValidationError:
        raise WrongChoice from None


def people_in(call: Call, name: str) -> list[int]:
    """Ids of people, for the same reason."""
    try:
        return msgspec.convert(call.get(name) or [], list[int])
    except msgspec.ValidationError:
        raise WrongPeople from None


def _refuse_others_choice(case: Case, step: str, call: Call) -> None:
    """Whom the submitter has named is theirs to name."""
    for name in chosen_in(call) if step != SUBMIT else ():
        found = case.tree.steps.get(name)
        if found is not None and not any(who.by == "step_chosen" for who in found.who.values()):
            raise WrongChoice


def _refuse_silence(case: Case, step: str, name: str, call: Call) -> None:
    rule = case.tree.steps[step].reason if step in case.tree.steps else "never"
    if not call.get("reason") and (rule == "always" or (rule == "on_reject" and name == "reject")):
        raise ReasonNeeded


# -- proof


def _refuse_unproved(work: Work, case: Case, task: Record, call: Call) -> None:
    match case.tree.steps[task.step].confirm if task.step in case.tree.steps else "":
        case "password" if not work.is_confirmed:
            raise PasswordNeeded
        case "signature" if "signature" not in call:
            raise ConfirmedAlone(task=task.title)
        case "signature" if not call.get("signature"):
            raise SignatureNeeded
        case _:
            pass


def _prove(work: Work, case: Case, number: int, call: Call) -> None:
    """What the trail keeps with the act."""
    if call.get("signature"):
        case.proofs[number] = {"signature": call.get("signature"), "detail": "signature"}
    elif work.is_confirmed:
        case.proofs[number] = {"detail": "password"}


# -- the record


def _refuse_other_fields(case: Case, step: str, call: Call) -> None:
    allowed = case.tree.steps[step].fields if step in case.tree.steps else {}
    for field in call.get("values") or ():
        if allowed.get(field) != "change":
            raise FieldNotYours(field=field)


def _change_record(work: Work, case: Case, call: Call) -> None:
    """What the step lets its approvers fill in."""
    values: dict[str, Any] = call.get("values") or {}
    if values:
        work.as_person.refuse_unseen_links(case.flow.object, values)
        work.change(case.flow.object, [(case.record or 0, values)])


# -- what others did before


_DONE: Mapping[str, Mapping[str, str]] = {
    "approved": words("approved", "同意"),
    "rejected": words("rejected", "拒绝"),
    "handled": words("done", "办理完成"),
    "sent_back": words("sent back", "退回"),
    "withdrawn": words("withdrawn", "撤回"),
    "cancelled": words("cancelled", "取消"),
    "stopped": words("stopped", "终止"),
    "jumped": words("put at another step", "跳转"),
    "removed": words("an approver removed", "减签"),
    "handed_over": words("handed over", "转交"),
}


def _who_was_faster(work: Work, task: Record) -> OthersWereFaster | None:
    where = "instance = $instance and act in $acts and not blank(by) and (step = $step or blank(step))"
    given = {"instance": task.instance, "step": task.step, "acts": list(_DONE)}
    found = work.find("flow.act", where, given, ["id", "act", "by", "by.name", "at"], "-id", limit=1)
    if not found or found[0].by == work.who.user:
        return None
    at = found[0].at.astimezone(ZoneInfo(work.timezone)).strftime("%Y-%m-%d %H:%M")
    return OthersWereFaster(who=found[0]["by.name"], act=_DONE[found[0].act], moment=at)


def order(work: Work, calls: Sequence[Call], name: str, *, is_own: bool = False) -> list[Record]:
    """Withdraw, stop, jump … many instances; the instances as they are then."""
    drive = Drive(work)
    for call, case in zip(calls, drive.take(call.instance for call in calls), strict=True):
        if is_own and work.who.user is not None and case.state.submitter != work.who.user:
            raise NotYourInstance
        if name == "resubmit" and case.parent is not None:
            raise PartOfAnother
        case.hear(Order(name, work.who.user or 0, call.get("to") or "", call.get("reason") or ""))
    drive.settle()
    return work.fetch(INSTANCE, [call.instance for call in calls])
