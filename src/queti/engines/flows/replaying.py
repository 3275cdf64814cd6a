"""Submissions of the past led through a flow, set by set: everybody approves, each after the time that they usually
take; nothing is written and nothing outside is called.

Of one case the next thing to end comes first, so that arms beside each other take the time of the longest, and of
those of whom any one decides, the quickest decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from queti.engines.flows.asking import computed
from queti.engines.flows.cases import Case, current_tree, evaluate, in_words, subject
from queti.engines.flows.driving import decided
from queti.engines.flows.interpreting import Ask, asks
from queti.engines.flows.pace import Pace, hours_between
from queti.engines.flows.people import Directory, seats_of
from queti.engines.flows.running import moment_of, run
from queti.engines.flows.state import SUBMIT, Act, Event, Failed, Note, Ran, Start, State
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import USER, compiled, rows_of, uses_of
from queti.kernel.formulas import FormulaError
from queti.kernel.formulas.types import Path
from queti.kernel.reading.rewinding import followed_at, held_at, is_told

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

MOST_ROUNDS = 500
NOBODY = ("nobody", "nobody_found")
_ASKED = ("approve", "handle")
_LOOKS = frozenset({"compute", "find", "loop", "evaluate"})
"""Kinds of steps that only read: they run as they are."""
_SUBMITTER = "submitter"


@dataclass(slots=True)
class Submission:
    instance: int | None
    record: int | None
    submitter: int
    at: datetime
    chosen: dict[str, list[int]] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Way:
    """Where one submission goes, and in how many working hours."""

    begins: bool = True
    steps: list[str] = field(default_factory=list[str])
    lit: list[str] = field(default_factory=list[str])
    nobody: list[str] = field(default_factory=list[str])
    approvals: int = 0
    hours: float = 0
    problem: str = ""

    def told(self) -> dict[str, Any]:
        names = ("begins", "steps", "lit", "nobody", "approvals", "hours", "problem")
        return {name: getattr(self, name) for name in names}


def ways(work: Work, flow: FlowDef, past: Sequence[Submission], pace: Pace) -> list[Way]:
    """By this flow, in a model that has it."""
    model = work.model
    work.model = replace(model, flows={**model.flows, flow.flow: flow})
    mark = work.journal.mark()
    try:
        return _Walks(work, flow, past, pace).ways()
    finally:
        work.journal.back_to(mark)
        work.model = model


# -- as it was then


def as_now(work: Work, flow: FlowDef) -> list[str]:
    """Paths of its formulas whose values of then nothing tells."""
    subject = work.model.objects.get(flow.object)
    return sorted(".".join(path) for path in _paths(work, flow) if not _is_told(work, subject, path))


def _paths(work: Work, flow: FlowDef) -> set[Path]:
    """What its formulas read of its record and of who submitted; what steps computed is known anyway."""
    found: set[Path] = set()
    for use in uses_of(work.model, flow):
        if use.sort != "formula" or use.is_find:
            continue
        try:
            paths, _ = compiled(work.model, flow, use.value)
        except FormulaError:
            continue
        found |= set(paths)
    own = work.model.objects.get(flow.object)
    known = {*(own.fields if own else ()), *(own.reverse if own else ()), *rows_of(work.model, flow)}
    return {path for path in found if path[0] in known or (path[0] == _SUBMITTER and len(path) > 1)}


def _is_told(work: Work, subject: Object | None, path: Path) -> bool:
    if subject is None or path[0] not in subject.fields:
        return path[0] == _SUBMITTER and is_told(work, work.object(USER), path[1:])
    return is_told(work, subject, path)


class _Walks:
    def __init__(self, work: Work, flow: FlowDef, past: Sequence[Submission], pace: Pace) -> None:
        self.work, self.flow, self.pace = work, flow, pace
        self.directory = Directory(work)
        self.tree = current_tree(work.model, flow.flow)
        self.cases = [
            Case(self.tree, State(submitter=each.submitter, chosen=each.chosen), each.record) for each in past
        ]
        self.clocks = {case: _Clock(each.at) for case, each in zip(self.cases, past, strict=True)}
        self._remember(past)

    def _remember(self, past: Sequence[Submission]) -> None:
        """What records, what their links lead to, and who submitted held then."""
        object = subject(self.work, self.tree)
        told = [path for path in _paths(self.work, self.flow) if self.flow.object and _is_told(self.work, object, path)]
        own = [path for path in told if path[0] in object.fields]
        dated = list(zip(self.cases, past, strict=True))
        records = [(case, each.record, each.at) for case, each in dated if each.record is not None]
        self._set_past(records, object, "", own)
        if behind := [path[1:] for path in told if path[0] not in object.fields]:
            submitters = [(case, each.submitter, each.at) for case, each in dated]
            self._set_past(submitters, self.work.object(USER), f"{_SUBMITTER}.", behind)

    def _set_past(
        self, wanted: Sequence[tuple[Case, int, datetime]], object: Object, before: str, paths: Sequence[Path]
    ) -> None:
        dated = [(record, at) for _, record, at in wanted]
        held = held_at(self.work, object, dated)
        led = followed_at(self.work, object, dated, [path for path in paths if before or len(path) > 1])
        for (case, *_), own, further in zip(wanted, held, led, strict=True):
            values = {**own, **further}
            case.past = {**case.past, **{f"{before}{name}": value for name, value in values.items()}}

    # -- where they go

    def ways(self) -> list[Way]:
        begun = self._begun()
        for case in begun:
            case.hear(Start(case.state.submitter, case.state.chosen))
        for _ in range(MOST_ROUNDS):
            if not self._answer(begun) and not self._pass_time(begun):
                break
        live = set(begun)
        return [self._way(case) if case in live else Way(begins=False) for case in self.cases]

    def _begun(self) -> list[Case]:
        """Those whose records the flow would have begun for."""
        start = self.flow.start
        if not start.when or start.on == "webhook" or not self.cases:
            return self.cases
        found = evaluate(self.work, self.cases, [start.when])
        return [case for case, holds in zip(self.cases, found, strict=True)
                if isinstance(holds, Refusal) or holds[0] is True]  # fmt: skip

    def _answer(self, cases: Iterable[Case]) -> bool:
        groups: dict[tuple[str, Ask], list[Case]] = {}
        for case in cases:
            for step, ask in asks(case.state):
                groups.setdefault((step, ask), []).append(case)
        for (step, ask), those in groups.items():
            for case, event in zip(those, self._events(those, step, ask), strict=True):
                case.hear(event)
        return bool(groups)

    def _events(self, cases: list[Case], name: str, ask: Ask) -> Sequence[Event]:
        step = self.tree.steps[name]
        match ask:
            case "people":
                return seats_of(self.work, self.directory, cases, name)
            case "deciding":
                return decided(self.work, cases, name)
            case "running" if step.kind in _LOOKS:
                return run(self.work, self.directory, cases, name)
            case "running" if step.kind == "wait":
                return self._waits(cases, name)
            case "running" if step.kind == "flow":
                return [self._takes(case, name, self.pace.flows.get(step.flow, 0) if step.waits else 0)
                        for case in cases]  # fmt: skip
            case "running":
                return [Ran(name) for _ in cases]

    def _waits(self, cases: Sequence[Case], name: str) -> Sequence[Event]:
        """Those for a time; when values, events and answers come, nothing tells: they are there at once."""
        step = self.tree.steps[name]
        if step.wait_for == "hours" and not step.working_hours:
            return [self._until(case, name, self.clocks[case].at + timedelta(hours=step.hours)) for case in cases]
        if step.wait_for == "hours":
            return [self._takes(case, name, step.hours) for case in cases]
        if step.wait_for != "until":
            return [Ran(name) for _ in cases]
        try:
            moments = computed(self.work, cases, [step.until])
        except Refusal as problem:
            return [Failed(name, in_words(self.work, problem)) for _ in cases]
        return [
            self._until(case, name, moment_of(self.work, each[0])) for case, each in zip(cases, moments, strict=True)
        ]

    def _takes(self, case: Case, name: str, hours: float) -> Event:
        return self._until(case, name, self.pace.calendar.after(self.clocks[case].at, hours) if hours else None)

    def _until(self, case: Case, name: str, moment: datetime | None) -> Event:
        """The step is waited for; over at once where that moment has passed."""
        is_ahead = moment is not None and moment > self.clocks[case].at
        if is_ahead and moment is not None:
            self.clocks[case].ends[name, 0] = moment
        return Ran(name, {} if is_ahead else self._said(name), waits=is_ahead)

    def _said(self, name: str) -> dict[str, Any]:
        return {name: "approved"} if self.tree.steps[name].kind == "flow" else {}

    def _pass_time(self, cases: Iterable[Case]) -> bool:
        """For each case what ends next, until something is to be known again."""
        is_any = False
        for case in cases:
            while not asks(case.state) and (found := self._next(case)) is not None:
                case.hear(found)
                is_any = True
        return is_any

    def _next(self, case: Case) -> Event | None:
        clock, under_way = self.clocks[case], dict(_under_way(case))
        for (name, number), person in under_way.items():
            if (name, number) not in clock.ends:
                hours = self.pace.of_task(name, person)
                clock.ends[name, number] = self.pace.calendar.after(clock.at, hours) if hours else clock.at
        if not under_way:
            return None
        name, number = min(under_way, key=clock.ends.__getitem__)
        clock.at = clock.ends.pop((name, number))
        if not number:
            return Ran(name, self._said(name))
        kind = "handle" if self.tree.steps[name].kind == "handle" else "approve"
        return Act(kind, number, under_way[name, number])

    def _way(self, case: Case) -> Way:
        way, steps, clock = Way(), self.tree.steps, self.clocks[case]
        for note in (each for each in case.commands if isinstance(each, Note)):
            kind = steps[note.step].kind if note.step in steps else ""
            if note.act == "branch":
                way.lit += [f"{note.step}.{branch}" for branch in note.detail.split(",")]
            if note.act in ("entered", "passed") and kind in _ASKED:
                way.steps.append(note.step)
            if note.detail in NOBODY:
                way.nobody.append(note.step)
            if note.act == "failed":
                way.problem = note.detail
            way.approvals += note.act in ("approved", "handled")
        way.steps, way.lit = list(dict.fromkeys(way.steps)), list(dict.fromkeys(way.lit))
        way.hours = round(hours_between(self.pace.calendar, clock.begun, clock.at), 1)
        return way


@dataclass(slots=True)
class _Clock:
    """What time it is in a case; when its tasks, and steps (as task 0), will be over."""

    begun: datetime
    at: datetime = field(init=False)
    ends: dict[tuple[str, int], datetime] = field(default_factory=dict[tuple[str, int], datetime])

    def __post_init__(self) -> None:
        self.at = self.begun


def _under_way(case: Case) -> Iterable[tuple[tuple[str, int], int]]:
    """((step, task), person) of what waits for somebody; (step, 0) of what waits for its time."""
    for name, token in case.state.tokens.items():
        if token.phase == "waiting":
            yield (name, 0), 0
        elif token.phase == "open" and name != SUBMIT:
            yield from (((name, task.no), task.person) for task in token.tasks if task.state == "open")
