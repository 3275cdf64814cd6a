"""Who does what when: a flow is a tree of named, ordered steps; branches hold steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar

import msgspec

from queti.kernel.definitions.shared import Definition, Words

Kind = Literal[
    "approve", "handle", "copy", "branch", "loop", "wait", "flow", "create", "change", "find", "remove",
    "perform", "compute", "evaluate", "message", "mail", "http",
    "webhook", "print", "end",
]  # fmt: skip
By = Literal[
    "user", "role", "department_head", "manager", "field", "formula", "submitter", "chosen", "step_chosen"
]  # fmt: skip
SamePerson = Literal["skip", "ask", "forbid"]
PEOPLE: frozenset[str] = frozenset({"approve", "handle", "copy"})
"""Kinds of steps that wait for people, or tell them."""
OUTSIDE: frozenset[str] = frozenset({"mail", "http", "webhook", "print"})
"""Kinds of steps that a worker does after the commit."""


class WhoDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One source of people. A manager is the head of the submitter's department, or of one above it."""

    by: By
    users: list[str] = []
    """Logins."""
    role: str = ""
    level: int = 1
    """Department head and manager: how far up the line of departments."""
    field: str = ""
    """Path to a link to a person."""
    formula: str = ""
    weight: float = 1
    """Of each one's vote."""
    order: float = 0


class LateDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What happens when a step is not done `after_hours` past its due time."""

    act: Literal["remind", "escalate", "approve", "reject", "hand_over"] = "remind"
    after_hours: float = 0
    who: dict[str, WhoDef] = {}
    """Whom it is escalated or handed over to."""
    order: float = 0


class TakeDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A value taken out of JSON that comes from outside; later formulas know it by its name."""

    at: str
    """Where it stands: `order.lines.0.sku`."""
    type: Literal["text", "number", "money", "boolean", "date", "moment"] = "text"
    """Money is in the company's currency."""
    required: bool = False


class BranchDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One way through a branching; the one without `when` is taken where no other fits."""

    label: Words = {}
    when: str = ""
    steps: dict[str, StepDef] = {}
    order: float = 0


class StepDef(Definition):
    """A step; `kind` decides which of the settings mean something."""

    kind: Kind
    order: float = 0

    who: dict[str, WhoDef] = {}
    mode: Literal["any_of", "all_of", "vote", "in_turn", "up_the_line"] = "any_of"
    share: float = 50
    """Vote: how many hundredths of all weight must approve."""
    levels: int = 1
    """Up the line: how many managers."""
    nobody: Literal["administrator", "pass", "stop"] = "administrator"
    same_person: Literal["", "skip", "ask", "forbid"] = ""
    """Who has approved before, or submits; blank: as the flow says."""
    reject_to: str = ""
    """An earlier step; blank: a rejection ends the flow."""
    back: Literal["choose", "straight", "again"] = "choose"
    """How what was sent back returns: straight to who sent it, again through all, or as that one chooses."""
    fields: dict[str, Literal["see", "change", "hide"]] = {}
    reason: Literal["never", "on_reject", "always"] = "on_reject"
    confirm: Literal["", "password", "signature"] = ""
    """How who approves, rejects or handles proves that it is them."""
    due_hours: float = 0
    working_hours: bool = True
    late: dict[str, LateDef] = {}

    take: Literal["first", "fitting", "all"] = "first"
    branches: dict[str, BranchDef] = {}

    over: str = ""
    """Loop: list of the record."""
    steps: dict[str, StepDef] = {}

    wait_for: Literal["hours", "until", "value", "event", "callback"] = "hours"
    hours: float = 0
    until: str = ""
    when: str = ""
    event: str = ""

    flow: str = ""
    waits: bool = True
    record: str = ""
    """Change, remove, perform, sub-flow: path of links to the record meant; blank: the flow's own."""
    found: str = ""
    """Change, remove, perform: the find step whose records are meant."""

    object: str = ""
    where: str = ""
    sort: str = ""
    limit: int = 1000
    set: dict[str, str] = {}
    """Field, or name of a computed value, → formula."""
    operation: str = ""
    rule: str = ""
    """Evaluate: its outputs are computed values then, called `step.output`."""
    inputs: dict[str, str] = {}

    text: Words = {}
    """Message: `{path}` in it stands for what that leads to."""

    address: str = ""
    """Mail: formula of one, beside the people of `who`."""
    subject: Words = {}
    print: str = ""
    """Print: which, kept with the record."""
    url: str = ""
    """HTTP, webhook: `{path}` may stand behind the host."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: dict[str, str] = {}
    """`{secret}` in one stands for the secret; without that it goes as a bearer token."""
    body: dict[str, str] = {}
    """Name in the JSON → formula."""
    secret: str = ""
    """Name of a secret: what HTTP shows, what a webhook is signed with."""
    tries: int = 5
    seconds: float = 10
    takes: dict[str, TakeDef] = {}
    """From the answer, or from what a callback brings."""

    failed: dict[str, StepDef] = {}
    """Done instead where the step fails."""
    go_on: bool = False

    result: Literal["approved", "rejected"] = "approved"


class StartDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What begins an instance."""

    on: Literal["submit", "created", "changed", "date", "schedule", "event", "webhook", "flow"] = "submit"
    when: str = ""
    fields: list[str] = []
    """Changed: any of these; none: any at all."""
    event: str = ""
    date_field: str = ""
    """Date: a date or moment of the record."""
    days: int = 0
    """Date: so many days after it; below zero, before it."""
    working_days: bool = False
    """Date: the days are working days of the calendar."""
    every: Literal["hour", "day", "week", "month"] = "day"
    at: str = "09:00"
    """Date, schedule: when on that day, in the company's time; of an hour only the minutes count."""
    weekday: int = 1
    """Every week: 1 Monday to 7 Sunday."""
    day: int = 1
    """Every month: the day, or the month's last where it is shorter."""
    each: str = ""
    """Schedule: one instance for each record that fits; blank: one without a record."""
    roles: list[str] = []
    secret: str = ""
    """Webhook: name of the secret that signs it."""
    takes: dict[str, TakeDef] = {}
    """Webhook: from its body; `when` finds the record by them: `number = this.order_number`."""


class FlowDef(Definition):
    """Approvals and automations over the records of one object."""

    flow: str
    object: str = ""
    summary: list[str] = []
    """Fields of the record that people read in their work list beside its title; none: those of its list."""
    is_active: bool = True
    order: float = 0
    start: StartDef = msgspec.field(default_factory=StartDef)
    running: Literal["per_record", "parallel", "one_by_one"] = "per_record"
    withdraw: Literal["never", "before_act", "always"] = "before_act"
    urge_hours: float = 4
    same_person: SamePerson = "skip"
    calendar: str = ""
    """Code of the calendar of its working hours; blank: the company's."""
    sets: dict[str, dict[str, str]] = {}
    """started, approved, rejected, withdrawn, cancelled → what the record is given then: field → formula."""
    steps: dict[str, StepDef] = {}


ENDS = ("approved", "rejected", "withdrawn", "cancelled", "stopped")
MOMENTS = ("started", *ENDS)

Item = TypeVar("Item", StepDef, BranchDef, WhoDef, LateDef)


def sequences_of(step: StepDef) -> Iterator[tuple[str, Mapping[str, StepDef]]]:
    """The sequences that a step holds: of its branches, of its loop, and where it fails."""
    for name, branch in in_order(step.branches):
        yield f"branches.{name}.steps", branch.steps
    if step.kind == "loop":
        yield "steps", step.steps
    if step.failed:
        yield "failed", step.failed


def walk(steps: Mapping[str, StepDef], place: str = "steps") -> Iterator[tuple[str, str, StepDef]]:
    """(place, name, step) of every step of the tree, in its order."""
    for name, step in in_order(steps):
        here = f"{place}.{name}"
        yield here, name, step
        for part, inner in sequences_of(step):
            yield from walk(inner, f"{here}.{part}")


def in_order(items: Mapping[str, Item]) -> list[tuple[str, Item]]:
    return sorted(items.items(), key=lambda each: (each[1].order, each[0]))
