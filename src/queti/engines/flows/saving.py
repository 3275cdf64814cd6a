"""What follows from the events of many instances, written together: records, instances, tasks, trail, timers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import Case, evaluate, in_words, subject
from queti.engines.flows.interpreting import write
from queti.engines.flows.mailing import mail_tasks
from queti.engines.flows.outside import save_calls
from queti.engines.flows.refusals import NobodyFound
from queti.engines.flows.ringing import ring
from queti.engines.flows.running import later
from queti.engines.flows.state import NOBODY, SUBMIT, End, Enter, Leave, Note, OpenTask, SetTask, Task
from queti.kernel.definitions.flows import PEOPLE, in_order
from queti.kernel.errors import Refusal
from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from queti.engines.flows.people import Directory
    from queti.kernel.work import Work

INSTANCE, TASK, ACT, TIMER = "flow.instance", "flow.task", "flow.act", "flow.timer"
_PROVED = frozenset({"approved", "rejected", "handled", "returned", "commented"})
_MENTION_WORDS = {"en": "You are mentioned", "zh": "评论中提到了您"}
_SUBMIT_WORDS = {"en": "Submit again", "zh": "重新提交"}
Values = dict[str, Any]
Message = tuple[Case, str, Task, str]


def save(work: Work, directory: Directory, cases: Sequence[Case]) -> None:
    """Write what the cases have come to and forget their commands."""
    moved = [case for case in cases if case.commands or case.row is None]
    _set_records(work, moved)
    # Their numbers are drawn from the state, which is written with the instances.
    messages = [each for case in moved for each in _messages(case)]
    _save_instances(work, moved)
    _save_tasks(work, directory, moved, messages)
    _save_trail(work, moved)
    _save_timers(work, directory, moved)
    save_calls(work, moved)
    for case in moved:
        case.commands, case.texts, case.calls, case.proofs = [], {}, {}, {}


def _set_records(work: Work, cases: Sequence[Case]) -> None:
    """What the flow gives its record when it begins and when it ends; what can't be set is told in the trail."""
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        for moment in _moments(case):
            if case.flow.sets.get(moment) and case.record is not None:
                groups.setdefault((case.tree.hash, moment), []).append(case)
    for (_, moment), those in groups.items():
        object, sets = subject(work, those[0].tree), those[0].flow.sets[moment]
        known = {name: text for name, text in sets.items() if name in object.fields}
        changes: list[tuple[int, Values]] = []
        for case, values in zip(those, evaluate(work, those, list(known.values())), strict=True):
            if isinstance(values, Refusal):
                case.commands.append(Note("failed", detail=in_words(work, values)))
                continue
            case.commands += [Note("failed", detail=name) for name in sets if name not in known]
            changes.append((case.record or 0, dict(zip(known, values, strict=True))))
        work.change(object.name, [each for each in changes if each[1]])


def _moments(case: Case) -> list[str]:
    started = ["started"] if any(isinstance(each, Note) and each.act == "submitted" for each in case.commands) else []
    return [*started, *(each.status for each in case.commands if isinstance(each, End))]


def _save_instances(work: Work, cases: Sequence[Case]) -> None:
    new = [case for case in cases if case.row is None]
    titles = _titles(work, new)
    while new:
        ready = [case for case in new if case.parent_case is None or case.parent_case.row is not None]
        rows = [{**_first(work, case, titles), **_now(work, case)} for case in ready]
        for case, row in zip(ready, work.create(INSTANCE, rows), strict=True):
            case.row = row
        new = [case for case in new if case.row is None]
    known = [(case.row, _now(work, case)) for case in cases if case.row is not None and case.row.version]
    changes = [(row.id, values) for row, values in known if any(row.get(key) != value for key, value in values.items())]
    if changes:
        work.change(INSTANCE, changes)


def _titles(work: Work, cases: Sequence[Case]) -> Mapping[tuple[str, int | None], str]:
    wanted: dict[str, set[int]] = {}
    for case in cases:
        if case.flow.object and case.record is not None:
            wanted.setdefault(case.flow.object, set()).add(case.record)
    return {
        (object, id): label
        for object, ids in wanted.items()
        for id, label in labels_of(work, None, work.object(object), sorted(ids)).items()
    }


def _first(work: Work, case: Case, titles: Mapping[tuple[str, int | None], str]) -> Values:
    flow = case.flow
    words = flow.label.get(work.company.get("language") or "en") or flow.label.get("en") or flow.flow
    parent = case.parent_case
    return {
        "title": titles.get((flow.object, case.record)) or words,
        "flow": flow.flow,
        "object": flow.object,
        "record": case.record,
        "submitter": case.state.submitter or None,
        "started_at": work.now,
        "parent": parent.row.id if parent and parent.row else None,
        "parent_step": case.parent_step,
        "occasion": case.texts.get("occasion"),
        "address": case.state.nonce or None,
    }


def _now(work: Work, case: Case) -> Values:
    state = case.state
    problems = [case.texts["problem"]] if "problem" in case.texts else []
    problems += [_problem(work, case, name) for name, token in state.tokens.items() if token.phase == "failed"]
    is_over = state.status not in ("new", "running")
    ended = case.row.get("ended_at") if case.row else None
    return {
        "state": "queued" if state.status == "new" else "failed" if problems and not is_over else state.status,
        "at_step": ", ".join(state.tokens) or None,
        "problem": problems[0] if problems else None,
        "round": state.round,
        "definition": case.tree.hash,
        "ended_at": (ended or work.now) if is_over else None,
        "holds": write(state),
    }


def _problem(work: Work, case: Case, step: str) -> str:
    problem = case.state.tokens[step].problem
    return in_words(work, NobodyFound(step=case.tree.label(step))) if problem == NOBODY else problem


# -- tasks


def _save_tasks(work: Work, directory: Directory, cases: Sequence[Case], messages: Sequence[Message]) -> None:
    made = [
        {**_task(work, directory, case, step, task), "kind": "message", "text": text}
        for case, step, task, text in messages
    ]
    changed: dict[tuple[int, int], Values] = {}
    for case in cases:
        opened, set = _tasks(case)
        made += [_task(work, directory, case, step, task) for step, task in opened.values()]
        for no, (_, task, by) in set.items():
            changed[_id(case), no] = {**_progress(work, task), "done_by": by or None, **_NEW, **_said(case, no)}
    if made:
        mail_tasks(work, work.create(TASK, made))
    if changed:
        rows = work.find(
            TASK, "instance in $ids and number in $numbers",
            {"ids": sorted({id for id, _ in changed}), "numbers": sorted({no for _, no in changed})},
            lock=True,
        )  # fmt: skip
        known = [row for row in rows if (row.instance, int(row.number)) in changed]
        after = work.change(TASK, [(row.id, changed[row.instance, int(row.number)]) for row in known])
        mail_tasks(work, [now for row, now in zip(known, after, strict=True) if now.waits_for != row.waits_for])


def _tasks(case: Case) -> tuple[dict[int, tuple[str, Task]], dict[int, tuple[str, Task, int]]]:
    """Those that are new, and those that were there and have changed; each as it is in the end."""
    opened: dict[int, tuple[str, Task]] = {}
    changed: dict[int, tuple[str, Task, int]] = {}
    for command in case.commands:
        match command:
            case OpenTask():
                opened[command.task.no] = command.step, command.task
            case SetTask() if command.task.no in opened:
                opened[command.task.no] = command.step, command.task
            case SetTask():
                by = command.by or changed.get(command.task.no, ("", None, 0))[2]
                changed[command.task.no] = command.step, command.task, by
            case _:
                pass
    return opened, changed


def _task(work: Work, directory: Directory, case: Case, name: str, task: Task) -> Values:
    step = case.tree.steps.get(name)
    label = step.label if step else _SUBMIT_WORDS if name == SUBMIT else _MENTION_WORDS
    due = later(directory, case, step.due_hours, working=step.working_hours) if step and step.due_hours else None
    assert case.row is not None
    return {
        "title": case.row.title,
        "instance": case.row.id,
        "number": task.no,
        "flow": case.flow.flow,
        "object": case.flow.object,
        "record": case.record,
        "step": name,
        "step_en": label.get("en") or name,
        "step_zh": label.get("zh") or label.get("en") or name,
        "kind": step.kind if step else "handle",
        "weight": str(task.weight),
        "due_at": due,
        **_progress(work, task),
    }


_NEW: Values = {"draft": None, "seen_at": None}
"""What was prepared for a task, and that it was opened, goes once it changes."""


def _progress(work: Work, task: Task) -> Values:
    return {
        "assignee": task.person,
        "on_behalf_of": task.on_behalf_of or None,
        "waits_for": task.person if task.state == "open" else None,
        "state": task.state,
        "result": task.result or None,
        "done_at": work.now if task.state == "done" else None,
    }


def _said(case: Case, no: int) -> Values:
    reasons = [each.reason for each in case.commands if isinstance(each, Note) and each.task == no and each.reason]
    return {"reason": reasons[-1]} if reasons else {}


def _messages(case: Case) -> list[Message]:
    """Messages are tasks that are only read: case, step, task and text of each."""
    made: list[Message] = []
    for key, text in case.texts.items():
        sort, _, name = key.partition(" ")
        for person in filter(None, case.texts.get(f"people {name}", "").split(",") if sort == "message" else ()):
            case.state.tasks += 1
            made.append((case, name, Task(case.state.tasks, int(person)), text))
    return made


# -- trail


def _save_trail(work: Work, cases: Sequence[Case]) -> None:
    rows = [
        {
            "instance": _id(case), "act": note.act, "step": note.step or None, "by": note.by or None,
            "to": note.to or None, "at": work.now, "reason": note.reason or None, "task": note.task or None,
            "detail": note.detail or None, **(case.proofs.get(note.task, {}) if note.act in _PROVED else {}),
        }
        for case in cases for note in case.commands if isinstance(note, Note)
    ]  # fmt: skip
    if rows:
        work.create(ACT, rows)


# -- timers


def _save_timers(work: Work, directory: Directory, cases: Sequence[Case]) -> None:
    """Steps that were left need no timer any more; those begun get one for each stage."""
    made: list[Values] = []
    over: list[tuple[int, str]] = []
    for case in cases:
        entered = dict.fromkeys(each.step for each in case.commands if isinstance(each, Enter))
        if case.row is not None:
            left = (each.step for each in case.commands if isinstance(each, Leave))
            over += [(case.row.id, step) for step in left if _has_timers(case, step)]
        for name in entered:
            if name in case.state.tokens and name != SUBMIT:
                made += _stages(directory, case, name)
    if over:
        ids, steps = sorted({id for id, _ in over}), sorted({step for _, step in over})
        rows = work.find(TIMER, "instance in $ids and step in $steps and not blank(due_at) and blank(done_at)",
                         {"ids": ids, "steps": steps}, ["id", "instance", "step"])  # fmt: skip
        work.change(TIMER, [(row.id, {"done_at": work.now, "due_at": None}) for row in rows
                            if (row.instance, row.step) in over])  # fmt: skip
    if made:
        work.create(TIMER, made)
        ring(work, (each["due_at"] for each in made))


def _has_timers(case: Case, name: str) -> bool:
    step = case.tree.steps.get(name)
    return step is not None and (step.kind not in PEOPLE or bool(step.late))


def _stages(directory: Directory, case: Case, name: str) -> list[Values]:
    step = case.tree.steps[name]
    stages: list[tuple[str, datetime]] = []
    if step.due_hours:
        stages = [
            (stage, later(directory, case, step.due_hours + late.after_hours, working=step.working_hours))
            for stage, late in in_order(step.late)
        ]
    if due := case.texts.get(f"due {name}"):
        stages.append(("", datetime.fromisoformat(due)))
    return [{"instance": _id(case), "step": name, "stage": stage or None, "due_at": due_at} for stage, due_at in stages]


def _id(case: Case) -> int:
    assert case.row is not None
    return case.row.id
