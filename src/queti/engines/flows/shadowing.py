"""A drawn flow over the submissions of the past, beside the flow as it is: what would have gone elsewhere, found
nobody, or asked more people. Everybody approves; nothing is written and nothing outside is called.

Records are read as they were at submission where their own history tells; what lies behind links, lists, and who
holds which post are as they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import Case, current_tree, evaluate, subject
from queti.engines.flows.driving import INSTANCE, decided
from queti.engines.flows.interpreting import Ask, asks, read
from queti.engines.flows.people import Directory, seats_of
from queti.engines.flows.running import run
from queti.engines.flows.state import SUBMIT, Act, Event, Note, Ran, Start, State
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import compiled, uses_of
from queti.kernel.formulas import FormulaError
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.rewinding import held_at

if TYPE_CHECKING:
    from queti.kernel.work import Work

MOST = 2000
"""Submissions looked at, the newest."""
MOST_TOLD = 200
MOST_ROUNDS = 500
_ASKED = ("approve", "handle")
_LOOKS = frozenset({"compute", "find", "loop", "evaluate"})
"""Kinds of steps that only read: they run as they are."""
_NOBODY = ("nobody", "nobody_found")


@dataclass(slots=True)
class Submission:
    instance: int | None
    record: int | None
    submitter: int
    at: datetime
    chosen: dict[str, list[int]] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Way:
    """Where one submission goes."""

    begins: bool = True
    steps: list[str] = field(default_factory=list[str])
    lit: list[str] = field(default_factory=list[str])
    nobody: list[str] = field(default_factory=list[str])
    approvals: int = 0
    problem: str = ""

    def told(self) -> dict[str, Any]:
        names = ("begins", "steps", "lit", "nobody", "approvals", "problem")
        return {name: getattr(self, name) for name in names}


def shadow_flow(work: Work, flow: FlowDef, since: datetime, until: datetime) -> dict[str, Any]:
    """`{over, of, looked_at, counts, branches, approvals, as_now, submissions}` of those begun from then until then.

    `over`: `instances` of the flow, or, where it has none, `records` made then. `counts`: kind of difference → how
    many. `branches`: `step.branch` → before and after. `as_now`: paths that are read as they are today.
    """
    over, total, past = _submissions(work, flow, since, until)
    before = work.model.flows.get(flow.flow)
    ways = _ways(work, flow, past)
    others: Sequence[Way | None] = _ways(work, before, past) if before is not None else [None] * len(past)
    titles = _titles(work, flow, past)
    told: list[dict[str, Any]] = [
        {**_named(each, titles), "before": was and was.told(), "after": now.told(), "differs": _differs(was, now)}
        for each, was, now in zip(past, others, ways, strict=True)
    ]
    changed = [each for each in told if each["differs"]]
    return {
        "over": over,
        "of": total,
        "looked_at": len(past),
        "counts": dict(Counter(kind for each in changed for kind in each["differs"])),
        "branches": _branches(filter(None, others), ways),
        "approvals": {
            "before": sum(each.approvals for each in others if each),
            "after": sum(e.approvals for e in ways),
        },
        "as_now": _as_now(work, flow),
        "submissions": changed[:MOST_TOLD],
    }


def _titles(work: Work, flow: FlowDef, past: Sequence[Submission]) -> dict[int, str]:
    """Of the records that the person sees."""
    ids = [each.record for each in past if each.record is not None]
    return labels_of(work, work.as_person.sight, work.object(flow.object), ids) if flow.object else {}


def _named(each: Submission, titles: Mapping[int, str]) -> dict[str, Any]:
    title = titles.get(each.record or 0, "")
    return {"instance": each.instance, "record": each.record, "title": title, "at": each.at}


# -- which


def _submissions(work: Work, flow: FlowDef, since: datetime, until: datetime) -> tuple[str, int, list[Submission]]:
    where, span = "flow = $flow and started_at >= $since and started_at < $until", {"since": since, "until": until}
    params = {"flow": flow.flow, **span}
    if total := work.count(INSTANCE, where, params):
        names = ["id", "record", "submitter", "started_at", "holds"]
        rows = work.find(INSTANCE, where, params, names, "-id", MOST)
        return "instances", total, [
            Submission(row.id, None if row.record is None else int(row.record), row.submitter or 0, row.started_at,
                       read(row.holds).chosen) for row in rows
        ]  # fmt: skip
    if not flow.object:
        return "instances", 0, []
    where = "created_at >= $since and created_at < $until"
    rows = work.find(flow.object, where, span, ["id", "created_at", "created_by"], "-id", MOST)
    found = [Submission(None, row.id, row.created_by or 0, row.created_at) for row in rows]
    return "records", work.count(flow.object, where, span), found


def _as_now(work: Work, flow: FlowDef) -> list[str]:
    """Paths of its formulas that lead beyond the record's own fields."""
    found: set[str] = set()
    for use in uses_of(work.model, flow):
        if use.sort != "formula" or use.is_find:
            continue
        try:
            paths, _ = compiled(work.model, flow, use.value)
        except FormulaError:
            continue
        found |= {".".join(path) for path in paths if len(path) > 1}
    return sorted(found)


# -- where they go


def _ways(work: Work, flow: FlowDef, past: Sequence[Submission]) -> list[Way]:
    """By this flow, in a model that has it; set by set."""
    model = work.model
    work.model = replace(model, flows={**model.flows, flow.flow: flow})
    mark = work.journal.mark()
    try:
        return _Walks(work, flow, past).ways()
    finally:
        work.journal.back_to(mark)
        work.model = model


class _Walks:
    def __init__(self, work: Work, flow: FlowDef, past: Sequence[Submission]) -> None:
        self.work, self.flow = work, flow
        self.directory = Directory(work)
        self.tree = current_tree(work.model, flow.flow)
        self.cases = [
            Case(self.tree, State(submitter=each.submitter, chosen=each.chosen), each.record) for each in past
        ]
        dated = [(each.record, each.at) for each in past if each.record is not None]
        held = iter(held_at(work, subject(work, self.tree), dated))
        for case in self.cases:
            case.past = next(held) if case.record is not None else {}

    def ways(self) -> list[Way]:
        begun = self._begun()
        for case in begun:
            case.hear(Start(case.state.submitter, case.state.chosen))
        for _ in range(MOST_ROUNDS):
            if not self._answer(begun) and not self._approve(begun):
                break
        live = set(map(id, begun))
        return [_way(case) if id(case) in live else Way(begins=False) for case in self.cases]

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
            case "running":
                said = {name: "approved"} if step.kind == "flow" else {}
                return [Ran(name, said) for _ in cases]

    def _approve(self, cases: Iterable[Case]) -> bool:
        """Everybody who is asked says yes."""
        is_any = False
        for case in cases:
            while (asked := _asked(case)) is not None:
                name, number, person = asked
                kind = "handle" if self.tree.steps[name].kind == "handle" else "approve"
                case.hear(Act(kind, number, person))
                is_any = True
        return is_any


def _asked(case: Case) -> tuple[str, int, int] | None:
    return next(
        ((name, task.no, task.person) for name, token in case.state.tokens.items()
         for task in token.tasks if token.phase == "open" and task.state == "open" and name != SUBMIT), None,
    )  # fmt: skip


def _way(case: Case) -> Way:
    way, steps = Way(), case.tree.steps
    for note in (each for each in case.commands if isinstance(each, Note)):
        kind = steps[note.step].kind if note.step in steps else ""
        if note.act == "branch":
            way.lit += [f"{note.step}.{branch}" for branch in note.detail.split(",")]
        if note.act in ("entered", "passed") and kind in _ASKED:
            way.steps.append(note.step)
        if note.detail in _NOBODY:
            way.nobody.append(note.step)
        if note.act == "failed":
            way.problem = note.detail
        way.approvals += note.act in ("approved", "handled")
    way.steps, way.lit = list(dict.fromkeys(way.steps)), list(dict.fromkeys(way.lit))
    return way


# -- what differs


def _differs(was: Way | None, now: Way) -> list[str]:
    old = was or Way(begins=False)
    kinds = {
        "begins": now.begins and not old.begins and was is not None,
        "begins_not": old.begins and not now.begins,
        "elsewhere": was is not None and old.begins and now.begins and (old.steps, old.lit) != (now.steps, now.lit),
        "nobody": bool(set(now.nobody) - set(old.nobody)),
        "more": was is not None and now.approvals > old.approvals,
        "fewer": was is not None and now.approvals < old.approvals,
        "fails": bool(now.problem) and not old.problem and now.problem not in _NOBODY,
    }
    return [kind for kind, holds in kinds.items() if holds]


def _branches(before: Iterable[Way], after: Iterable[Way]) -> dict[str, dict[str, int]]:
    was, now = (Counter(branch for way in ways for branch in way.lit) for ways in (before, after))
    return {branch: {"before": was[branch], "after": now[branch]} for branch in sorted({*was, *now})}
