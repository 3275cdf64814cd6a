"""Flows that begin, or go on, by what has happened to records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case, RecordGone, current_tree, evaluate, in_words
from queti.engines.flows.driving import INSTANCE, MOST_PASSES, Drive
from queti.engines.flows.state import Order, Ran, State
from queti.kernel.definitions import FlowDef, StepDef
from queti.kernel.definitions.flows import walk
from queti.kernel.errors import Refusal
from queti.kernel.events import Event
from queti.kernel.publishing.listening import begins_by, heard

if TYPE_CHECKING:
    from queti.kernel.work import Work

_LOOP = "loop: "


def begin_by(work: Work, events: Sequence[Event]) -> None:
    """The flows that these events of one name begin, in the order of the flows; set by set."""
    drive = Drive(work)
    for flow in sorted(work.model.flows.values(), key=lambda each: (each.order, each.flow)):
        if flow.is_active and begins_by(flow) == events[0].name:
            _begin(work, drive, flow, events)
    drive.settle()


def _begin(work: Work, drive: Drive, flow: FlowDef, events: Sequence[Event]) -> None:
    wanted = set(flow.start.fields)
    records = [
        event.record for event in events
        if event.object == flow.object and (not wanted or wanted & set(event.data.get("fields", ())))
    ]  # fmt: skip
    for those in _rounds(records) if flow.running == "parallel" else [records]:
        fitting = fits(work, flow, those)
        if work.chain.count(flow.flow) >= MOST_PASSES:
            stop(drive, flow, fitting, _LOOP + " → ".join([*work.chain, flow.flow]))
        elif fitting:
            drive.begin(flow.flow, fitting, work.who.user or 0)
            drive.settle()


def _rounds(records: Sequence[int]) -> list[list[int]]:
    """All records once; then again those to which more has happened. Where there are lines, they do that."""
    rounds: list[list[int]] = []
    times: Counter[int] = Counter()
    for record in records:
        times[record] += 1
        if times[record] > len(rounds):
            rounds.append([])
        rounds[times[record] - 1].append(record)
    return rounds


def fits(work: Work, flow: FlowDef, records: Sequence[int]) -> list[int]:
    """Those of the records that meet the flow's condition, in their order."""
    where = f"id in $ids and ({flow.start.when})" if flow.start.when else "id in $ids"
    found = {row.id for row in work.find(flow.object, where, {"ids": list(records)}, ["id"])} if records else set[int]()
    return [id for id in records if id in found]


def stop(drive: Drive, flow: FlowDef, records: Sequence[int | None], problem: str) -> list[Case]:
    """The flow doesn't begin: one stopped instance a record shows why."""
    tree = current_tree(drive.work.model, flow.flow)
    stopped = [Case(tree, State(status="stopped"), record, texts={"problem": problem}) for record in records]
    drive.cases += stopped
    return stopped


def go_on_by(work: Work, events: Sequence[Event]) -> None:
    """Instances that wait for these events, or for a value that may have come true."""
    name = events[0].name
    flows = [flow.flow for flow in work.model.flows.values() if (name in heard(flow) and begins_by(flow) != name)
             or any(step.kind == "wait" for _, _, step in walk(flow.steps))]  # fmt: skip
    records, told = sorted({event.record for event in events}), {(event.object, event.record) for event in events}
    running = 'flow in $flows and record in $records and state = "running"'
    found = work.find(INSTANCE, running, {"flows": flows, "records": records}, ["id", "object", "record"])
    drive = Drive(work)
    waiting: dict[tuple[str, str], list[Case]] = {}
    for case in drive.take(row.id for row in found if (row["object"], int(row.record)) in told):
        for step in _waits(case, name):
            waiting.setdefault((case.tree.hash, step), []).append(case)
    for (_, step), cases in waiting.items():
        for case in _whose_time_has_come(work, cases, step):
            case.hear(Ran(step))
    drive.settle()


def _waits(case: Case, event: str) -> list[str]:
    """Where the case waits for the event, or for a value."""
    waiting = (name for name, token in case.state.tokens.items() if token.phase == "waiting")
    return [name for name in waiting if name in case.tree.steps and _waits_for(case.tree.steps[name], event)]


def _waits_for(step: StepDef, event: str) -> bool:
    return step.kind == "wait" and (step.wait_for == "value" or (step.wait_for, step.event) == ("event", event))


def _whose_time_has_come(work: Work, cases: Sequence[Case], name: str) -> list[Case]:
    step = cases[0].tree.steps[name]
    if step.wait_for == "event":
        return list(cases)
    found = evaluate(work, cases, [step.when])
    return [
        case for case, values in zip(cases, found, strict=True) if not isinstance(values, Refusal) and values[0] is True
    ]


def stop_where_gone(work: Work, events: Sequence[Event]) -> None:
    """Instances about records in the trash end there; who has them to do is free of them."""
    object, records = events[0].object, sorted({event.record for event in events})
    alive = {row.id for row in work.find(object, "id in $ids", {"ids": records}, ["id"])}
    gone = [record for record in records if record not in alive]
    open = 'object = $object and record in $records and state in ("queued", "running", "failed")'
    drive = Drive(work)
    for case in drive.take(row.id for row in work.find(INSTANCE, open, {"object": object, "records": gone}, ["id"])):
        if case.state.status in ("new", "running"):
            case.texts["problem"] = in_words(work, RecordGone())
            case.hear(Order("stop", work.who.user or 0, reason=case.texts["problem"]))
    drive.settle()
