"""What an instance of a flow has come to, what happens to it, and what follows: plain values."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

TaskState = Literal["open", "waiting", "paused", "done", "cancelled"]
Phase = Literal["people", "deciding", "running", "open", "waiting", "failed"]
SUBMIT = "submit"
SEQUENTIAL = frozenset({"in_turn", "up_the_line"})
"""Modes in which one is asked after another."""
"""The step at which the submitter has it again."""
NOBODY = "nobody_found"
"""The problem of a step for which nobody was found."""


class Seat(msgspec.Struct, array_like=True):
    """Somebody who is asked; `on_behalf_of` is who was meant, where a deputy stands in."""

    person: int
    weight: float = 1
    on_behalf_of: int = 0


class Task(msgspec.Struct, omit_defaults=True):
    """`gate`: an approver added before or after; `opener` is the task that it was added to."""

    no: int
    person: int
    weight: float = 1
    on_behalf_of: int = 0
    state: TaskState = "open"
    result: str = ""
    gate: Literal["", "before", "after"] = ""
    opener: int = 0
    returns_to: int = 0
    stands_for: list[int] = []
    """Those who are late, for whom it was escalated; who decides first, decides."""


class Token(msgspec.Struct, omit_defaults=True):
    """Something is going on at a step. `cause` is the act that brought it there, while nothing was done since."""

    phase: Phase
    tasks: list[Task] = []
    queue: list[Seat] = []
    any_one: bool = False
    """Administrators stand in for approvers who were not found: one of them is enough."""
    cause: int = 0
    resume: dict[str, Token] = {}
    """What goes on, instead of the next step, once this one is done."""
    since: int = 0
    late: list[str] = []
    problem: str = ""


class Left(msgspec.Struct, omit_defaults=True):
    """A step as it was before the act that left it."""

    no: int
    person: int
    token: Token
    entered: bool = True
    """Did something follow, or did an arm end?"""


class Loop(msgspec.Struct, omit_defaults=True):
    rows: list[int]
    at: int = 0


class State(msgspec.Struct, omit_defaults=True):
    """All of an instance. `tokens` by step; a branching is over when none lies inside it."""

    submitter: int = 0
    status: str = "new"
    round: int = 1
    tokens: dict[str, Token] = {}
    loops: dict[str, Loop] = {}
    approved: dict[str, list[int]] = {}
    """Step → who approved it in this round."""
    visited: list[str] = []
    left: dict[str, Left] = {}
    values: dict[str, Any] = {}
    chosen: dict[str, list[int]] = {}
    tasks: int = 0
    """How many there have been: the number of the last one."""
    nonce: str = ""
    """Its name in addresses that call it back."""
    entered: dict[str, int] = {}
    """How often each step was entered that waits for something outside."""
    has_acted: bool = False


# -- events


class Start(msgspec.Struct):
    submitter: int
    chosen: dict[str, list[int]] = {}


class People(msgspec.Struct):
    """Who stands at a step; `administrators` in case that is nobody."""

    step: str
    seats: list[Seat]
    administrators: list[int] = []


class Decided(msgspec.Struct):
    step: str
    branches: list[str]


class Ran(msgspec.Struct):
    """`rows` are those of a loop; `waits`: it is begun, and its end will be told."""

    step: str
    values: dict[str, Any] = {}
    rows: list[int] = []
    waits: bool = False
    detail: str = ""
    """For the trail."""
    pure: bool = False
    """Nothing was written that taking an act back would have to undo."""


class Failed(msgspec.Struct):
    step: str
    problem: str
    values: dict[str, Any] = {}


class Act(msgspec.Struct):
    """What somebody does with a task: approve, reject, handle, read, send_back, hand_over, delegate, …"""

    act: str
    task: int
    by: int
    to: str = ""
    people: list[int] = []
    place: Literal["before", "beside", "after"] = "beside"
    again: bool = False
    reason: str = ""
    chosen: dict[str, list[int]] = {}


class Late(msgspec.Struct):
    step: str
    stage: str
    act: str
    people: list[int] = []


class Order(msgspec.Struct):
    """withdraw, cancel, resubmit of the submitter; jump, stop, restart_step of an administrator."""

    order: str
    by: int
    to: str = ""
    reason: str = ""


class Replace(msgspec.Struct):
    """Somebody leaves: whatever waits for the person, or will, waits for another."""

    person: int
    to: int
    by: int
    reason: str = ""


Event = Start | People | Decided | Ran | Failed | Act | Late | Order | Replace


# -- commands


class OpenTask(msgspec.Struct):
    task: Task
    step: str


class SetTask(msgspec.Struct):
    """The task is as this says from now on."""

    task: Task
    step: str
    by: int = 0


class Note(msgspec.Struct):
    """One line of the trail."""

    act: str
    step: str = ""
    by: int = 0
    to: int = 0
    reason: str = ""
    task: int = 0
    detail: str = ""


class Enter(msgspec.Struct):
    """The step begins: its due time counts from now."""

    step: str


class Leave(msgspec.Struct):
    """Nothing waits at the step any more: its timers and sub-flows are over."""

    step: str


class End(msgspec.Struct):
    status: str


Command = OpenTask | SetTask | Note | Enter | Leave | End
