"""The interpreter: `(definition, state, event) → (state', commands)`. No clock, no reading, no writing.

What it needs to know it asks for by the tokens of its state (`asks`), and is told by events.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from queti.engines.flows.acting import act
from queti.engines.flows.approving import seat, settle
from queti.engines.flows.refusals import NotRunning, NoWithdrawal, UnknownStep, WrongAct, said
from queti.engines.flows.replacing import replace
from queti.engines.flows.state import (
    Act,
    Command,
    Decided,
    Event,
    Failed,
    Late,
    Order,
    People,
    Ran,
    Replace,
    SetTask,
    Start,
    State,
    Task,
)
from queti.engines.flows.tree import ROOT, Tree
from queti.engines.flows.walking import Walk
from queti.kernel.definitions.flows import OUTSIDE

Ask = Literal["people", "deciding", "running"]


def advance(tree: Tree, state: State, event: Event) -> tuple[State, list[Command]]:
    """The instance after the event, and what follows from it; the given state is left alone.

    What comes for a step where nothing waits for it any more changes nothing. Raises refusals.
    """
    walk = Walk(tree, copied(state))
    match event:
        case Start():
            _start(walk, event)
        case Act():
            _refuse_ended(walk.state)
            act(walk, event)
        case Order():
            _order(walk, event)
        case Replace():
            replace(walk, event)
        case _ if event.step in walk.state.tokens:
            _hear(walk, event)
        case _:
            pass
    return walk.state, walk.commands


def asks(state: State) -> list[tuple[str, Ask]]:
    """(step, what it needs to know or to have done) of every token that can't go on by itself."""
    if state.status != "running":
        return []
    return [(name, token.phase) for name, token in state.tokens.items()
            if token.phase in ("people", "deciding", "running")]  # fmt: skip


def copied(state: State) -> State:
    return read(write(state))


def write(state: State) -> str:
    return msgspec.json.encode(state).decode()


def read(text: str) -> State:
    return msgspec.json.decode(text, type=State)


def _refuse_ended(state: State) -> None:
    if state.status != "running":
        raise NotRunning(state=said(state.status))


def _start(walk: Walk, event: Start) -> None:
    walk.state.submitter, walk.state.status = event.submitter, "running"
    walk.state.chosen |= event.chosen
    walk.note("submitted", by=event.submitter)
    walk.enter_sequence(ROOT)


def _hear(walk: Walk, event: People | Decided | Ran | Failed | Late) -> None:
    token = walk.state.tokens[event.step]
    walk.cause = token.cause
    match event:
        case People() if token.phase == "people":
            seat(walk, event)
        case Decided() if token.phase == "deciding":
            walk.drop(event.step)
            walk.note("branch", event.step, detail=",".join(event.branches))
            walk.fork(event.step, event.branches)
        case Ran() if token.phase in ("running", "waiting", "failed"):
            _ran(walk, event)
        case Failed() if token.phase in ("running", "waiting"):
            _failed(walk, event)
        case Late() if token.phase == "open" and event.stage not in token.late:
            _late(walk, event)
        case _:
            pass


def _ran(walk: Walk, event: Ran) -> None:
    token, step = walk.state.tokens[event.step], walk.tree.steps[event.step]
    walk.state.values |= event.values
    if event.waits:
        token.phase = "waiting"
        if step.kind in OUTSIDE:
            token.cause = 0
        return
    if not event.pure:
        walk.cause = 0
    if step.kind == "loop":
        walk.begin_loop(event.step, event.rows)
        return
    walk.note("ran", event.step, detail=event.detail)
    walk.leave(event.step)


def _failed(walk: Walk, event: Failed) -> None:
    token, step = walk.state.tokens[event.step], walk.tree.steps[event.step]
    walk.state.values |= event.values
    walk.note("failed", event.step, detail=event.problem)
    if step.failed:
        walk.drop(event.step)
        walk.enter_sequence(f"{event.step}.failed")
    elif step.go_on:
        walk.leave(event.step)
    else:
        token.phase, token.problem = "failed", event.problem


def _late(walk: Walk, event: Late) -> None:
    token = walk.state.tokens[event.step]
    token.late.append(event.stage)
    walk.note("late", event.step, detail=event.act)
    waiting = [task for task in token.tasks if task.state == "open"]
    if event.act in ("approve", "reject"):
        for task in waiting:
            task.state, task.result = "done", "passed" if event.act == "approve" else "rejected"
            walk.commands.append(SetTask(task, event.step))
        if event.step in walk.tree.steps:
            settle(walk, event.step)
    elif event.act in ("escalate", "hand_over"):
        _ask_instead(walk, event, waiting)


def _ask_instead(walk: Walk, event: Late, waiting: list[Task]) -> None:
    """Others are asked instead of those who are late, or beside them: then who decides first, decides."""
    asked = {task.person for task in waiting}
    people = [person for person in event.people if person not in asked]
    if event.act == "hand_over" and people:
        for task in waiting:
            walk.cancel(event.step, task)
    weight = sum(task.weight for task in waiting)
    for person in people:
        beside = [task.no for task in waiting] if event.act == "escalate" else []
        walk.open(event.step, Task(0, person, weight / len(people), stands_for=beside))


def _order(walk: Walk, event: Order) -> None:
    if event.order == "resubmit":
        return _resubmit(walk, event)
    if walk.state.status != "new" or event.order not in ("withdraw", "cancel", "stop"):
        _refuse_ended(walk.state)
    match event.order:
        case "withdraw":
            _refuse_withdrawal(walk)
            walk.note("withdrawn", by=event.by, reason=event.reason)
            walk.finish("withdrawn")
        case "cancel":
            walk.note("cancelled", by=event.by, reason=event.reason)
            walk.finish("cancelled")
        case "stop":
            walk.note("stopped", by=event.by, reason=event.reason)
            walk.finish("stopped")
        case "jump":
            _jump(walk, event)
        case "restart_step":
            _restart(walk, event)
        case _:
            raise WrongAct(act=said(event.order))
    return None


def _refuse_withdrawal(walk: Walk) -> None:
    rule = walk.tree.flow.withdraw
    if rule == "never" or (rule == "before_act" and walk.state.has_acted):
        raise NoWithdrawal


def _resubmit(walk: Walk, event: Order) -> None:
    if walk.state.status not in ("withdrawn", "rejected"):
        raise NotRunning(state=said(walk.state.status))
    walk.state.status, walk.state.has_acted = "running", False
    walk.note("submitted", by=event.by, reason=event.reason)
    walk.restart()


def _jump(walk: Walk, event: Order) -> None:
    if event.to not in walk.tree.steps:
        raise UnknownStep(step=event.to)
    walk.note("jumped", event.to, by=event.by, reason=event.reason)
    for name in list(walk.state.tokens):
        walk.drop(name)
    walk.state.left.clear()
    walk.state.loops.clear()
    walk.enter(event.to)


def _restart(walk: Walk, event: Order) -> None:
    for name, token in list(walk.state.tokens.items()):
        if token.phase == "failed" and event.to in ("", name):
            walk.note("restarted", name, by=event.by, reason=event.reason)
            resume, token.resume = token.resume, {}
            walk.drop(name)
            walk.enter(name, resume=resume, is_again=True)
