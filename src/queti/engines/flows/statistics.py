"""How a flow has gone lately: its instances by state; the working hours of its steps, people and ways; what was
sent back, and what came late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from queti.engines.flows.hours import Calendar, Calendars
from queti.kernel.names import unknown

if TYPE_CHECKING:
    from queti.kernel.work import Work

MOST = 20_000
"""Tasks and instances whose hours are counted, the newest."""
MOST_PEOPLE, MOST_WAYS = 50, 10
_BEGUN = "instance.flow = $1 AND instance.started_at >= $2::timestamptz - make_interval(days => $3)"
_STATES = f"SELECT state, count(*) FROM {{instances}} instance WHERE {_BEGUN} GROUP BY state"
_BACK = f"""
SELECT step, count(*) FROM {{acts}} act JOIN {{instances}} instance ON instance.id = act.instance
 WHERE act.act = 'sent_back' AND {_BEGUN} GROUP BY step"""
_STEPS = f"""
SELECT step, count(*), count(*) FILTER (WHERE task.state = 'open'),
       count(*) FILTER (WHERE coalesce(task.done_at, $2::timestamptz) > task.due_at)
  FROM {{tasks}} task JOIN {{instances}} instance ON instance.id = task.instance
 WHERE {_BEGUN} GROUP BY step"""
_TASKS = f"""
SELECT step, coalesce(task.done_by, task.assignee), task.created_at, task.done_at
  FROM {{tasks}} task JOIN {{instances}} instance ON instance.id = task.instance
 WHERE task.kind IN ('approve', 'handle') AND task.state = 'done' AND {_BEGUN} ORDER BY task.id DESC LIMIT {MOST}"""
_OPEN = f"""
SELECT waits_for, count(*) FROM {{tasks}} task JOIN {{instances}} instance ON instance.id = task.instance
 WHERE task.kind IN ('approve', 'handle') AND task.waits_for IS NOT NULL AND {_BEGUN} GROUP BY 1"""
_WAYS = f"""
SELECT (SELECT array_agg(act.step ORDER BY act.id) FROM {{acts}} act
         WHERE act.instance = instance.id AND act.act = 'entered'), started_at, ended_at
  FROM {{instances}} instance
 WHERE ended_at IS NOT NULL AND {_BEGUN} ORDER BY id DESC LIMIT {MOST}"""
Hours = dict[Any, list[float]]


def statistics(work: Work, flow: str, days: int) -> dict[str, Any]:
    """`{instances, by_state, hours, steps, people, ways}` of those begun in so many days; hours are working hours.

    `steps`: step → `{tasks, open, late, hours, longest, sent_back}`. `people`: `{person, name, tasks, open, hours}`,
    the slowest first. `ways`: `{steps, instances, hours}` of those that have ended, the slowest first. `hours` is the
    middle one, `longest` the 90th of 100.
    """
    if flow not in work.model.flows:
        raise unknown({"en": "flow", "zh": "流程"}, flow, work.model.flows)
    names = {f"{name}s": work.object(f"flow.{name}").table for name in ("instance", "task", "act")}

    def asked(text: str) -> list[tuple[Any, ...]]:
        return work.rows(text.format(**names), (flow, work.now, days))

    calendar = Calendars(work).of(work.model.flows[flow].calendar)
    by_step, by_person = _of_tasks(calendar, asked(_TASKS))
    ways, whole = _of_ways(calendar, asked(_WAYS))
    by_state = dict(asked(_STATES))
    return {
        "instances": sum(by_state.values()),
        "by_state": by_state,
        "hours": _middle(whole),
        "steps": _steps(asked(_STEPS), dict(asked(_BACK)), by_step),
        "people": _people(work, by_person, dict(asked(_OPEN))),
        "ways": ways,
    }


def _hours(calendar: Calendar, begin: datetime, end: datetime) -> float:
    return calendar.between(begin, end).total_seconds() / 3600


def _of_tasks(calendar: Calendar, rows: Iterable[tuple[Any, ...]]) -> tuple[Hours, Hours]:
    by_step: Hours = {}
    by_person: Hours = {}
    for step, person, begin, end in rows:
        hours = _hours(calendar, begin, end)
        by_step.setdefault(step, []).append(hours)
        by_person.setdefault(person, []).append(hours)
    return by_step, by_person


def _of_ways(calendar: Calendar, rows: Iterable[tuple[Any, ...]]) -> tuple[list[dict[str, Any]], list[float]]:
    ways: Hours = {}
    for steps, begin, end in rows:
        ways.setdefault(tuple(steps or ()), []).append(_hours(calendar, begin, end))
    told = [{"steps": list(way), "instances": len(hours), "hours": _middle(hours)} for way, hours in ways.items()]
    told.sort(key=_slowness, reverse=True)
    return told[:MOST_WAYS], [each for hours in ways.values() for each in hours]


def _steps(rows: Iterable[tuple[Any, ...]], sent_back: dict[str, int], hours: Hours) -> dict[str, dict[str, Any]]:
    return {
        step: {
            "tasks": tasks, "open": open, "late": late, "hours": _middle(hours.get(step, ())),
            "longest": _longest(hours.get(step, ())), "sent_back": sent_back.get(step, 0),
        }
        for step, tasks, open, late in rows
    }  # fmt: skip


def _people(work: Work, hours: Hours, open: dict[int, int]) -> list[dict[str, Any]]:
    done = Counter({person: len(each) for person, each in hours.items()})
    ids = sorted({*hours, *open})
    names = {row.id: row.name for row in work.find("base.user", "id in $ids", {"ids": ids}, ["id", "name"])}
    told = [
        {"person": id, "name": names.get(id, ""), "tasks": done[id], "open": open.get(id, 0),
         "hours": _middle(hours.get(id, ()))} for id in ids
    ]  # fmt: skip
    told.sort(key=_slowness, reverse=True)
    return told[:MOST_PEOPLE]


def _slowness(each: Mapping[str, Any]) -> float:
    return each["hours"] or 0


def _middle(hours: Sequence[float]) -> float | None:
    return round(median(hours), 1) if hours else None


def _longest(hours: Sequence[float]) -> float | None:
    return round(sorted(hours)[len(hours) * 9 // 10], 1) if hours else None
