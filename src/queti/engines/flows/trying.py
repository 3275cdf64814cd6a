"""A flow tried out on a record: where it goes, whom it asks and what it says, while nothing of it is kept.

It runs for real, in a transaction that the caller takes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from queti.engines.flows.cases import Case, in_words
from queti.engines.flows.driving import Drive
from queti.engines.flows.returning import earlier
from queti.engines.flows.state import SUBMIT, Failed, Ran
from queti.engines.flows.state import Act as Does
from queti.engines.flows.taking import taken
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import START
from queti.kernel.people import people_of

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work

_ACT = ("id", "act", "step", "by", "to", "reason", "detail")


class TriedAct(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody does at a step; without a person, whoever is asked there first."""

    step: str
    act: str = "approve"
    person: int = 0
    to: str = ""
    reason: str = ""


class Trial(msgspec.Struct, forbid_unknown_fields=True):
    """A record that is there, or the values of one that is made for it."""

    record: int = 0
    values: dict[str, Any] = {}
    submitter: int = 0
    acts: list[TriedAct] = []
    answers: dict[str, Any] = {}
    """Step → the JSON that it gets from outside; under `start`, what a webhook brings."""


def try_flow(work: Work, flow: FlowDef, trial: Trial) -> dict[str, Any]:
    """`{state, problem, steps: [{step, outcome}], lit: ["step.branch"], open, trail}`.

    `open`: `{step, person, name, back_to}`; `trail`: `{act, step, by, to, reason, detail}`, people by their names.

    To be taken back: what it does is done. Outside nothing is: its steps get the trial's answers.
    """
    if trial.record and flow.object:
        work.as_person.look_at(flow.object, trial.record)
    if trial.submitter:
        [work.who] = people_of(work, [trial.submitter])
    work.model = replace(work.model, flows={**work.model.flows, flow.flow: flow})
    drive, case, problem = Drive(work), None, ""
    try:
        brought = taken(flow.start.takes, START, trial.answers.get(START, {}))
        [case] = drive.begin(flow.flow, [_record(work, flow, trial)], work.who.user or 0, values=brought)
        drive.settle()
        _play(drive, case, trial)
    except Refusal as refusal:
        problem = in_words(work, refusal)
    return _told(work, case, problem)


def _record(work: Work, flow: FlowDef, trial: Trial) -> int | None:
    if not flow.object or trial.record:
        return trial.record or None
    return work.create(flow.object, [trial.values])[0].id


def _play(drive: Drive, case: Case, trial: Trial) -> None:
    _answer(drive, trial.answers)
    for each in trial.acts:
        case.hear(_act(case, each))
        drive.settle()
        _answer(drive, trial.answers)


def _answer(drive: Drive, answers: Mapping[str, Any]) -> None:
    """What would be called has gone well; who waits to be called back waits until the trial says what comes."""
    while waiting := [
        (case, name)
        for case in drive.cases for name, token in case.state.tokens.items()
        if token.phase == "waiting" and case.tree.is_outside(name)
        and (name in answers or name not in case.tree.callbacks)
    ]:  # fmt: skip
        for case, name in waiting:
            case.hear(_answered(drive.work, case, name, answers))
        drive.settle()


def _answered(work: Work, case: Case, name: str, answers: Mapping[str, Any]) -> Ran | Failed:
    takes, status = case.tree.steps[name].takes if name in answers else {}, {f"{name}.status": "200"}
    try:
        return Ran(name, {**status, **taken(takes, name, answers.get(name))})
    except Refusal as problem:
        return Failed(name, in_words(work, problem), status)


def _act(case: Case, tried: TriedAct) -> Does:
    """The act on the open task that is meant; one that nobody has is refused by the flow."""
    token = case.state.tokens.get(tried.step)
    tasks = [task for task in token.tasks if task.state == "open"] if token else []
    task = next((task for task in tasks if tried.person in (0, task.person)), None)
    person = tried.person or (task.person if task else 0)
    return Does(tried.act, task.no if task else 0, person, to=tried.to, reason=tried.reason)


def _told(work: Work, case: Case | None, problem: str) -> dict[str, Any]:
    if case is None or case.row is None:
        return {"state": "failed", "problem": problem, "steps": [], "lit": [], "open": [], "trail": []}
    acts = work.find("flow.act", "instance = $id", {"id": case.row.id}, list(_ACT), "id")
    steps = {row.step: row.act for row in acts if row.step}
    failed = [token.problem for token in case.state.tokens.values() if token.problem]
    return {
        "state": "failed" if problem or failed else case.state.status,
        "problem": problem or next(iter(failed), ""),
        "steps": [{"step": step, "outcome": outcome} for step, outcome in steps.items()],
        "lit": _lit(case, acts),
        **_who(work, case, acts),
    }


def _lit(case: Case, acts: Sequence[Record]) -> list[str]:
    """The branches that were gone: all of a parallel branching, elsewhere those that were decided for."""
    lit: list[str] = []
    for row in acts:
        step = case.tree.steps.get(row.step or "")
        if row.act == "branch":
            lit += [f"{row.step}.{branch}" for branch in row.detail.split(",")]
        elif step is not None and step.kind == "branch" and step.take == "all":
            lit += [f"{row.step}.{branch}" for branch in step.branches]
    return list(dict.fromkeys(lit))


def _who(work: Work, case: Case, acts: Sequence[Record]) -> dict[str, Any]:
    """Who is asked now and where they may send it back to; who has done what."""
    asked = [
        (step, task.person)
        for step, token in case.state.tokens.items() for task in token.tasks if task.state == "open"
    ]  # fmt: skip
    ids = {person for _, person in asked} | {row.by for row in acts} | {row.to for row in acts}
    named = work.find("base.user", "id in $ids", {"ids": sorted(ids - {None})}, ["id", "name"])
    names = {row.id: row.name for row in named}
    return {
        "open": [{"step": step, "person": person, "name": names.get(person, ""), "back_to": _back_to(case, step)}
                 for step, person in asked],
        "trail": [{"act": row.act, "step": row.step, "by": names.get(row.by), "to": names.get(row.to),
                   "reason": row.reason, "detail": row.detail} for row in acts],
    }  # fmt: skip


def _back_to(case: Case, step: str) -> list[str]:
    return [] if step == SUBMIT else [SUBMIT, *earlier(case.tree, case.state, step)]
