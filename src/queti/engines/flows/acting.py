"""What somebody does with a task of theirs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from queti.engines.flows.approving import settle
from queti.engines.flows.refusals import AlreadyAsked, LastApprover, NotYourTask, TaskNotOpen, WrongAct, said
from queti.engines.flows.returning import remember, send_back, take_back
from queti.engines.flows.state import SUBMIT, Act, SetTask, State, Task
from queti.engines.flows.walking import Walk

_RESULTS = {"approve": "approved", "reject": "rejected", "handle": "handled"}


def act(walk: Walk, event: Act) -> None:
    """Do it; TaskNotOpen, NotYourTask, WrongAct and what the act itself refuses."""
    if event.act == "take_back":
        return take_back(walk, event.task, event.by)
    name, task = _find(walk, event)
    walk.cause = task.no
    walk.state.chosen |= event.chosen
    if event.act in _RESULTS:
        return _say(walk, name, task, event)
    for person in event.people or [0]:
        walk.note(_PAST[event.act], name, by=event.by, to=person, reason=event.reason, task=task.no, detail=event.to)
    return _ACTS[event.act](walk, name, task, event)


def _find(walk: Walk, event: Act) -> tuple[str, Task]:
    for name, token in walk.state.tokens.items():
        for task in token.tasks:
            if task.no == event.task:
                if event.act != "reassign" and task.person != event.by:
                    raise NotYourTask
                if task.state != "open" and event.act not in ("remove_approver", "reassign"):
                    raise TaskNotOpen(result=said(task.result or task.state))
                return name, task
    raise TaskNotOpen(result=said("done"))


def _first(event: Act) -> int:
    return event.people[0] if event.people else 0


def _say(walk: Walk, name: str, task: Task, event: Act) -> None:
    kind = "handle" if name == SUBMIT else walk.tree.steps[name].kind
    if (event.act == "handle") != (kind == "handle"):
        raise WrongAct(act=said(event.act))
    result = _RESULTS[event.act]
    walk.note(result, name, by=event.by, reason=event.reason, task=task.no)
    walk.state.has_acted = True
    if task.returns_to:
        return _return(walk, name, task)
    before = msgspec.json.decode(msgspec.json.encode(walk.state), type=State)
    task.state, task.result = "done", result
    walk.commands.append(SetTask(task, name, event.by))
    if name == SUBMIT:
        return walk.leave(SUBMIT)
    settle(walk, name)
    return remember(walk, name, before, task)


def _return(walk: Walk, name: str, task: Task) -> None:
    """Who was asked for help has said what they think; the task is its owner's again."""
    walk.note("returned", name, by=task.person, to=task.returns_to, task=task.no)
    task.person, task.returns_to = task.returns_to, 0
    walk.commands.append(SetTask(task, name))


def _send_back(walk: Walk, name: str, _: Task, event: Act) -> None:
    if name == SUBMIT:
        raise WrongAct(act=said(event.act))
    back = walk.tree.steps[name].back
    walk.state.has_acted = True
    send_back(walk, name, event.to, again=back == "again" or (back == "choose" and event.again))


def _hand_over(walk: Walk, name: str, task: Task, event: Act) -> None:
    _refuse_asked(walk, name, event)
    task.person, task.on_behalf_of, task.returns_to = _first(event), 0, 0
    walk.commands.append(SetTask(task, name))


def _delegate(walk: Walk, name: str, task: Task, event: Act) -> None:
    _refuse_asked(walk, name, event)
    task.returns_to = task.returns_to or task.person
    task.person = _first(event)
    walk.commands.append(SetTask(task, name))


def _refuse_asked(walk: Walk, name: str, event: Act) -> None:
    asked = {each.person for each in walk.state.tokens[name].tasks if each.state in ("open", "waiting")}
    for person in event.people:
        if person in asked:
            raise AlreadyAsked(person=person)


def _add(walk: Walk, name: str, task: Task, event: Act) -> None:
    """Before: mine waits for them. After: they are asked once I have approved. Beside: one more of us."""
    _refuse_asked(walk, name, event)
    if name == SUBMIT or walk.tree.steps[name].kind != "approve":
        raise WrongAct(act=said(event.act))
    gate = "" if event.place == "beside" else event.place
    for person in event.people:
        state = "waiting" if gate == "after" else "open"
        walk.open(name, Task(0, person, state=state, gate=gate, opener=task.no))
    if gate == "before":
        task.state = "waiting"
        walk.commands.append(SetTask(task, name))


def _remove(walk: Walk, name: str, _: Task, event: Act) -> None:
    token = walk.state.tokens[name]
    tasks, queue = token.tasks, [each for each in token.queue if each.person not in event.people]
    gone = [each for each in tasks if each.person in event.people and each.state in ("open", "waiting")]
    # Whoever was added before or after somebody decides nothing without them.
    left = [task for task in tasks if task not in gone and not task.gate and task.state in ("open", "waiting", "done")]
    if not left or (not gone and queue == token.queue):
        raise LastApprover
    token.queue = queue
    # Who stands in for somebody removed stays for themselves.
    numbers = {each.no for each in gone}
    for each in left:
        each.stands_for = [no for no in each.stands_for if no not in numbers]
    for each in gone:
        walk.cancel(name, each)
    settle(walk, name)


_ACTS: dict[str, Callable[[Walk, str, Task, Act], None]] = {
    "send_back": _send_back,
    "hand_over": _hand_over,
    "reassign": _hand_over,
    "delegate": _delegate,
    "add_approver": _add,
    "remove_approver": _remove,
}
_PAST = {
    "send_back": "sent_back", "hand_over": "handed_over", "reassign": "reassigned", "delegate": "delegated",
    "add_approver": "added", "remove_approver": "removed",
}  # fmt: skip
