"""What steps do by themselves: records made, changed and found, operations performed, values computed, waits begun.

Each kind takes all cases that stand at one step together, and answers what became of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from queti.engines.flows import outside
from queti.engines.flows.asking import computed, filled, in_company_words
from queti.engines.flows.cases import Case, RecordGone, in_words, subject
from queti.engines.flows.people import Directory, named
from queti.engines.flows.state import Failed, Ran
from queti.kernel.definitions import StepDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import rows_of, target_of
from queti.kernel.reading.each import find_each
from queti.kernel.rules.answers import Answer
from queti.kernel.rules.deciding import Case as Asked
from queti.kernel.rules.remembering import decide_and_keep

if TYPE_CHECKING:
    from queti.kernel.work import Work

Outcome = Ran | Failed
Run = Callable[["Work", Directory, Sequence[Case], str, StepDef], list[Outcome]]
_THIS = re.compile(r"\bthis\.([a-z_][\w.]*)")


def run(work: Work, directory: Directory, cases: Sequence[Case], name: str) -> list[Outcome]:
    """What became of the step for each case; one that fails takes nothing of the others with it."""
    step = cases[0].tree.steps[name]
    try:
        with work.attempt():
            return _RUNS[step.kind](work, directory, cases, name, step)
    except Refusal as problem:
        if len(cases) == 1:
            return [Failed(name, in_words(work, problem))]
    middle = len(cases) // 2
    return [*run(work, directory, cases[:middle], name), *run(work, directory, cases[middle:], name)]


def values_of(work: Work, cases: Sequence[Case], step: StepDef) -> list[dict[str, Any]]:
    """What the step sets, for each case."""
    return [dict(zip(step.set, each, strict=True)) for each in computed(work, cases, list(step.set.values()))]


def _create(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    made = work.create(step.object, values_of(work, cases, step))
    return [Ran(name, {name: record.id}) for record in made]


def targets(work: Work, cases: Sequence[Case], step: StepDef) -> list[list[int]]:
    """The records meant: the flow's own, one that it leads to, or those that a step has found."""
    if step.found:
        return [list(case.state.values.get(step.found, ())) for case in cases]
    if not step.record:
        return [[case.record] if case.record is not None else [] for case in cases]
    return [[id for id in each if id is not None] for each in computed(work, cases, [step.record])]


def _object(work: Work, cases: Sequence[Case], step: StepDef) -> str:
    if step.found:
        return cases[0].tree.steps[step.found].object
    found = target_of(work.model, cases[0].flow, step)
    if found is None:
        raise RecordGone
    return found.name


def _change(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    given = zip(targets(work, cases, step), values_of(work, cases, step), strict=True)
    work.change(_object(work, cases, step), [(id, values) for ids, values in given for id in ids])
    return [Ran(name) for _ in cases]


def _remove(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    ids = dict.fromkeys(id for each in targets(work, cases, step) for id in each)
    work.trash(_object(work, cases, step), list(ids))
    return [Ran(name) for _ in cases]


def _find(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    paths = list(dict.fromkeys(_THIS.findall(step.where)))
    where = _THIS.sub(lambda part: "$this_" + part[1].replace(".", "_"), step.where)
    names = ["this_" + path.replace(".", "_") for path in paths]
    given = [dict(zip(names, each, strict=True)) for each in computed(work, cases, paths)]
    found = find_each(work, work.object(step.object), where, given, step.sort, step.limit)
    return [Ran(name, {name: ids}, pure=True) for ids in found]


def _perform(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    operation = work.model.operation(step.operation)
    over = _object(work, cases, step)
    slot = next((key for key, entry in operation.inputs.items() if entry.type == "link" and entry.to == over), "")
    inputs = computed(work, cases, list(step.inputs.values()))
    calls: list[dict[str, Any]] = []
    for ids, given in zip(targets(work, cases, step), inputs, strict=True):
        written = {key: value for key, value in zip(step.inputs, given, strict=True) if value is not None}
        named_already = not slot or slot in written
        calls += [written] if named_already else [{slot: id, **written} for id in ids]
    if calls:
        work.perform(step.operation, calls)
    return [Ran(name) for _ in cases]


def _compute(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    return [Ran(name, _plain(values), pure=True) for values in values_of(work, cases, step)]


def _evaluate(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    """What the rule answers; the trail tells its version and the rows that fired."""
    given = computed(work, cases, list(step.inputs.values()))
    is_about = bool(work.model.rules[step.rule].on)
    records = targets(work, cases, step) if is_about else [[None] for _ in cases]
    asked = [
        Asked(next(iter(ids), None), dict(zip(step.inputs, each, strict=True)))
        for ids, each in zip(records, given, strict=True)
    ]
    return [_answered(name, step, answer) for answer in decide_and_keep(work, step.rule, asked)]


def _answered(name: str, step: StepDef, answer: Answer) -> Outcome:
    outcome = answer.outcome if isinstance(answer.outcome, dict) else {}
    detail = {"rule": step.rule, "version": answer.version, "rows": answer.rows}
    values = _plain({f"{name}.{output}": value for output, value in outcome.items()})
    return Ran(name, values, detail=msgspec.json.encode(detail).decode(), pure=True)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in values.items()}


def _loop(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    over = subject(work, cases[0].tree).name
    rows = work.fetch(over, [case.record or 0 for case in cases], ["id", f"{step.over}.id"])
    lists = [[line["id"] for line in row[step.over]] for row in rows]
    if step.where:
        among = sorted({id for each in lists for id in each})
        object = rows_of(work.model, cases[0].flow)[name].name
        fitting = {row.id for row in work.find(object, f"id in $ids and ({step.where})", {"ids": among}, ["id"])}
        lists = [[id for id in each if id in fitting] for each in lists]
    return [Ran(name, rows=each) for each in lists]


def _wait(work: Work, directory: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    """Begun where it isn't over at once."""
    match step.wait_for:
        case "hours":
            due = later(directory, cases[0], step.hours, working=step.working_hours)
            return [_until(work, case, name, due) for case in cases]
        case "until":
            moments = computed(work, cases, [step.until])
            due = [moment_of(work, moment) for [moment] in moments]
            return [_until(work, case, name, each) for case, each in zip(cases, due, strict=True)]
        case "value":
            holds = computed(work, cases, [step.when])
            return [Ran(name, waits=each[0] is not True) for each in holds]
        case "callback":
            due = later(directory, cases[0], step.hours, working=step.working_hours) if step.hours else None
            return outside.wait_for_call(work, cases, name, due)
        case _:
            return [Ran(name, waits=True) for _ in cases]


def _until(work: Work, case: Case, name: str, due: datetime | None) -> Outcome:
    if due is None or due <= work.now:
        return Ran(name)
    case.texts[f"due {name}"] = due.isoformat()
    return Ran(name, waits=True)


def moment_of(work: Work, value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(9), ZoneInfo(work.timezone))
    return value


def later(directory: Directory, case: Case, hours: float, *, working: bool) -> datetime:
    """So many hours from now; working ones by the flow's calendar."""
    now = directory.work.now
    return directory.calendars.of(case.flow.calendar).after(now, hours) if working else now + timedelta(hours=hours)


def _message(work: Work, directory: Directory, cases: Sequence[Case], name: str, step: StepDef) -> list[Outcome]:
    """Into the inbox of these people, in words that hold what the braces name."""
    text = in_company_words(work, step.text)
    people = named(work, directory, cases, name, step.who)
    active = directory.active(seat.person for seats in people for seat in seats)
    for case, said, seats in zip(cases, filled(work, cases, text), people, strict=True):
        case.tell(name, said, (seat.person for seat in seats if seat.person in active))
    return [Ran(name) for _ in cases]


_RUNS: dict[str, Run] = {
    "create": _create,
    "change": _change,
    "remove": _remove,
    "find": _find,
    "perform": _perform,
    "compute": _compute,
    "evaluate": _evaluate,
    "loop": _loop,
    "wait": _wait,
    "message": _message,
    "mail": outside.call_mail,
    "http": outside.call_http,
    "webhook": outside.call_http,
    "print": outside.call_print,
}
