"""An instance played without a database: who sits where and which way conditions go is told by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from queti.engines.flows.interpreting import advance, asks
from queti.engines.flows.state import (
    Act,
    Command,
    Decided,
    Failed,
    Note,
    OpenTask,
    Order,
    People,
    Ran,
    Seat,
    SetTask,
    Start,
    State,
    Task,
)
from queti.engines.flows.tree import Tree
from queti.kernel.definitions import FlowDef
from queti.kernel.publishing.canonical import decode

SUBMITTER = 1
ADMINISTRATOR = 99


def flow(steps: Mapping[str, Any], **more: Any) -> Tree:
    body = {"flow": "test.flow", "object": "test.thing", "steps": steps, **more}
    definition = decode("flow", body)
    assert isinstance(definition, FlowDef)
    return Tree.of(definition)


def approve(mode: str = "any_of", **more: Any) -> dict[str, Any]:
    return {"kind": "approve", "mode": mode, **more}


def parallel(**arms: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "branch", "take": "all", "branches": {name: {"steps": steps} for name, steps in arms.items()}}


class Play:
    """`people`: step → who is asked there; `ways`: branching → branches taken; `fails`: steps that fail."""

    def __init__(
        self,
        tree: Tree,
        people: Mapping[str, Sequence[int]] | None = None,
        *,
        ways: Mapping[str, Sequence[str]] | None = None,
        fails: Sequence[str] = (),
        rows: Mapping[str, Sequence[int]] | None = None,
        weights: Mapping[int, float] | None = None,
    ) -> None:
        self.tree, self.people, self.ways = tree, people or {}, ways or {}
        self.fails, self.rows, self.weights = set(fails), rows or {}, weights or {}
        self.state = State()
        self.tasks: dict[int, tuple[str, Task]] = {}
        self.trail: list[str] = []
        self.hear(Start(SUBMITTER))

    def hear(self, event: Any) -> None:
        self.state, commands = advance(self.tree, self.state, event)
        self._take(commands)
        while pending := asks(self.state):
            step, ask = pending[0]
            self.state, commands = advance(self.tree, self.state, self._answer(step, ask))
            self._take(commands)

    def _answer(self, step: str, ask: str) -> Any:
        match ask:
            case "people":
                seats = [Seat(each, self.weights.get(each, 1)) for each in self.people.get(step, ())]
                return People(step, seats, [ADMINISTRATOR])
            case "deciding":
                return Decided(step, list(self.ways[step]))
            case _ if step in self.fails:
                return Failed(step, "broken")
            case _:
                waits = self.tree.steps[step].kind in ("wait", "flow")
                return Ran(step, rows=list(self.rows.get(step, ())), waits=waits)

    def _take(self, commands: Sequence[Command]) -> None:
        for command in commands:
            match command:
                case OpenTask() | SetTask():
                    kept = msgspec.json.decode(msgspec.json.encode(command.task), type=Task)
                    self.tasks[kept.no] = command.step, kept
                case Note():
                    self.trail.append(f"{command.act} {command.step}".strip())
                case _:
                    pass

    # -- what people do

    def does(self, person: int, act: str, **more: Any) -> None:
        task = self.task_of(person, done=act == "take_back")
        self.hear(Act(act, task, person, **more))

    def approves(self, *people: int) -> None:
        for person in people:
            self.does(person, "approve")

    def order(self, order: str, **more: Any) -> None:
        self.hear(Order(order, more.pop("by", SUBMITTER), **more))

    def task_of(self, person: int, *, done: bool = False) -> int:
        states = ("done",) if done else ("open",)
        mine = [no for no, (_, task) in self.tasks.items() if task.person == person and task.state in states]
        return mine[-1] if mine else 0

    # -- what is seen

    @property
    def open(self) -> list[tuple[str, int]]:
        return sorted((step, task.person) for step, task in self.tasks.values() if task.state == "open")

    @property
    def status(self) -> str:
        return self.state.status
