"""Who is asked at a step, and when what they said decides it."""

from __future__ import annotations

from queti.engines.flows.returning import go_back
from queti.engines.flows.state import NOBODY, SEQUENTIAL, People, Seat, SetTask, Task, Token
from queti.engines.flows.walking import Walk

_SAID_YES = frozenset({"approved", "handled", "passed"})


def seat(walk: Walk, event: People) -> None:
    """Ask these people; where there is nobody, do what the step says."""
    token, step = walk.state.tokens[event.step], walk.tree.steps[event.step]
    seats = list({each.person: each for each in reversed(event.seats)}.values())[::-1]
    if step.kind == "copy":
        return _copy(walk, event.step, seats)
    rule = step.same_person or walk.tree.flow.same_person
    if step.kind == "approve" and rule == "forbid":
        seats = [each for each in seats if not _is_known(walk, each.person)]
    if not seats:
        return _nobody(walk, event)
    token.phase = "open"
    walk.note("entered", event.step)
    skips = step.kind == "approve" and rule == "skip"
    if step.kind == "approve" and step.mode in SEQUENTIAL:
        token.queue = seats
        _ask_next(walk, event.step, skips=skips)
    else:
        for each in seats:
            _ask(walk, event.step, each, skips=skips)
    settle(walk, event.step)
    return None


def _copy(walk: Walk, name: str, seats: list[Seat]) -> None:
    """Readers are told; nobody waits for them."""
    for each in seats:
        walk.open(name, Task(0, each.person, on_behalf_of=each.on_behalf_of))
        walk.note("copied", name, to=each.person)
    walk.state.tokens[name].tasks = []
    walk.leave(name)


def _nobody(walk: Walk, event: People) -> None:
    step = walk.tree.steps[event.step]
    if step.nobody == "pass":
        walk.note("passed", event.step, detail="nobody")
        walk.leave(event.step)
    elif step.nobody == "administrator" and event.administrators:
        token = walk.state.tokens[event.step]
        token.phase, token.any_one = "open", True
        walk.note("entered", event.step, detail="nobody")
        for person in event.administrators:
            walk.open(event.step, Task(0, person))
    else:
        token = walk.state.tokens[event.step]
        token.phase, token.problem = "failed", NOBODY
        walk.note("failed", event.step, detail=NOBODY)


def _is_known(walk: Walk, person: int) -> bool:
    approved = walk.state.approved.values()
    return person == walk.state.submitter or any(person in each for each in approved)


def _ask(walk: Walk, name: str, each: Seat, *, skips: bool) -> Task:
    """Open a task, or pass it for who has approved before."""
    task = Task(0, each.person, each.weight, each.on_behalf_of)
    if skips and _is_known(walk, each.person):
        task.state, task.result = "done", "passed"
        walk.open(name, task)
        walk.note("passed", name, to=each.person, task=task.no, detail="same_person")
        return task
    return walk.open(name, task)


def _ask_next(walk: Walk, name: str, *, skips: bool) -> bool:
    """Ask the next in the queue; those who have approved before are passed. False: nobody is left."""
    token = walk.state.tokens[name]
    while token.queue:
        if _ask(walk, name, token.queue.pop(0), skips=skips).state == "open":
            return True
    return False


def settle(walk: Walk, name: str) -> None:
    """Leave the step, refuse it, or ask who comes next, as what was said so far demands."""
    token, step = walk.state.tokens[name], walk.tree.steps.get(name)
    mode = "any_of" if token.any_one or step is None or step.kind != "approve" else step.mode
    if step is not None and step.kind == "handle":
        mode = step.mode if step.mode == "all_of" else "any_of"
    if any(task.gate and task.result == "rejected" for task in token.tasks):
        return _refuse(walk, name)
    _relieve(walk, name)
    _open_gates(walk, name)
    verdict = _verdict(token, mode, step.share if step else 0)
    if verdict == "rejected":
        return _refuse(walk, name)
    if verdict == "approved" and not _gates_left(token):
        if mode in SEQUENTIAL and _ask_next(walk, name, skips=_skips(walk, name)):
            return None
        return _pass(walk, name)
    return None


def _skips(walk: Walk, name: str) -> bool:
    return (walk.tree.steps[name].same_person or walk.tree.flow.same_person) == "skip"


def _verdict(token: Token, mode: str, share: float) -> str:
    asked = [task for task in token.tasks if not task.gate and task.state != "cancelled"]
    yes = [task for task in asked if task.result in _SAID_YES]
    no = [task for task in asked if task.result == "rejected"]
    if mode == "vote":
        total = sum(task.weight for task in asked)
        if sum(task.weight for task in yes) * 100 >= share * total:
            return "approved"
        left = total - sum(task.weight for task in no)
        return "rejected" if left * 100 < share * total else ""
    if no:
        return "rejected"
    if mode == "any_of":
        return "approved" if yes else ""
    return "approved" if len(yes) == len(asked) else ""


def _relieve(walk: Walk, name: str) -> None:
    """Who was asked beside those who are late decides for them, and isn't needed once they have decided."""
    by_no = {task.no: task for task in walk.state.tokens[name].tasks}
    for task in by_no.values():
        late = [by_no[no] for no in task.stands_for if no in by_no]
        if task.state == "done":
            for each in late:
                walk.cancel(name, each)
        elif late and all(each.state in ("done", "cancelled") for each in late):
            walk.cancel(name, task)


def _open_gates(walk: Walk, name: str) -> None:
    """Who was added after somebody is asked once that one has approved; who added others before, once they have."""
    token = walk.state.tokens[name]
    by_no = {task.no: task for task in token.tasks}
    for task in token.tasks:
        if task.state != "waiting":
            continue
        before = [each for each in token.tasks if each.gate == "before" and each.opener == task.no]
        is_due = (
            by_no[task.opener].result in _SAID_YES
            if task.gate == "after"
            else all(each.state in ("done", "cancelled") for each in before)
        )
        if is_due:
            task.state = "open"
            walk.commands.append(SetTask(task, name))


def _gates_left(token: Token) -> bool:
    return any(task.gate and task.state == "open" for task in token.tasks)


def _pass(walk: Walk, name: str) -> None:
    said = [task.person for task in walk.state.tokens[name].tasks if task.result in _SAID_YES]
    walk.state.approved[name] = sorted({*walk.state.approved.get(name, ()), *said})
    walk.leave(name)


def _refuse(walk: Walk, name: str) -> None:
    to = walk.tree.steps[name].reject_to
    if to:
        go_back(walk, to, again=True)
    else:
        walk.finish("rejected")
