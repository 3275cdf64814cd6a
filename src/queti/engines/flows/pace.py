"""How long people have taken so far: working hours from being asked to having decided, and of flows as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from queti.engines.flows.hours import Calendar, Calendars

if TYPE_CHECKING:
    from queti.kernel.definitions import FlowDef
    from queti.kernel.work import Work

MOST = 5000
"""Tasks, and instances, that are measured: the newest."""
_TASKS = f"""
SELECT CASE WHEN instance.flow = $1 THEN step ELSE '' END, coalesce(task.done_by, task.assignee),
       task.created_at, task.done_at
  FROM {{tasks}} task JOIN {{instances}} instance ON instance.id = task.instance
 WHERE task.kind IN ('approve', 'handle') AND task.state = 'done' AND task.done_at IS NOT NULL
 ORDER BY task.id DESC LIMIT {MOST}"""
_FLOWS = f"""
SELECT flow, started_at, ended_at FROM {{instances}} instance WHERE ended_at IS NOT NULL AND state = 'approved'
 ORDER BY id DESC LIMIT {MOST}"""
_ANY = ("", 0)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Pace:
    """The middle of what was measured: by (step, person), (step, 0), ("", person), and ("", 0) of all; by flow."""

    calendar: Calendar
    tasks: Mapping[tuple[str, int], float]
    flows: Mapping[str, float]
    measured: int
    """Tasks."""

    @classmethod
    def of(cls, work: Work, flow: FlowDef) -> Pace:
        calendar = Calendars(work).of(flow.calendar)
        names = {f"{name}s": work.object(f"flow.{name}").table for name in ("instance", "task")}
        tasks: dict[tuple[str, int], list[float]] = {}
        rows = work.rows(_TASKS.format(**names), (flow.flow,))
        for step, person, begin, end in rows:
            hours = hours_between(calendar, begin, end)
            for key in {(step, person or 0), (step, 0), ("", person or 0), _ANY}:
                tasks.setdefault(key, []).append(hours)
        flows: dict[str, list[float]] = {}
        for name, begin, end in work.rows(_FLOWS.format(**names), ()):
            flows.setdefault(name, []).append(hours_between(calendar, begin, end))
        return cls(calendar, _middles(tasks), _middles(flows), len(rows))

    def of_task(self, step: str, person: int) -> float:
        """Of this person at this step; else of the person anywhere, of anybody at the step, of anybody. 0: unknown."""
        keys = ((step, person), ("", person), (step, 0), _ANY)
        return next((self.tasks[key] for key in keys if key in self.tasks), 0)


def hours_between(calendar: Calendar, begin: datetime, end: datetime) -> float:
    return calendar.between(begin, end).total_seconds() / 3600


def _middles(measured: Mapping[Key, list[float]]) -> dict[Key, float]:
    return {key: median(hours) for key, hours in measured.items()}
