"""Flows whose instances run in order: for each record, or strictly one by one.

Who can't begin yet is an instance that waits in line. A line is held by a lock until the commit, so that nobody
joins it unseen while its last instance ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case

if TYPE_CHECKING:
    from queti.kernel.work import Work

INSTANCE = "flow.instance"
Key = tuple[str, int]
_LOCKS = 64
"""Locks that the records of one flow share."""


@dataclass(slots=True)
class Line:
    """Instances that run, and those that wait in their order; those not at hand by their ids."""

    running: list[Case | int] = field(default_factory=list[Case | int])
    waiting: deque[Case | int] = field(default_factory=deque[Case | int])


class Lines:
    """The lines that one Work has to do with, each read once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._lines: dict[Key, Line] = {}

    def join(self, cases: Sequence[Case]) -> list[Case]:
        """Those that may begin at once; the others wait until who is before them has ended."""
        self._look([_key(case) for case in cases if is_in_line(case)])
        return [case for case in cases if not is_in_line(case) or self._is_first(case)]

    def _is_first(self, case: Case) -> bool:
        line = self._lines[_key(case)]
        is_free = not line.running and not line.waiting
        (line.running if is_free else line.waiting).append(case)
        return is_free

    def follow(self, ended: Sequence[Case]) -> list[Case | int]:
        """Who begins after these, as they are at hand or by their ids."""
        self._look([_key(case) for case in ended])
        found: list[Case | int] = []
        for case in ended:
            line = self._lines[_key(case)]
            before = len(line.running)
            line.running = [each for each in line.running if each is not case and each != (case.row and case.row.id)]
            if before and not line.running and line.waiting:
                line.running.append(line.waiting.popleft())
                found += line.running
        return found

    def _look(self, keys: Sequence[Key]) -> None:
        new = sorted({key for key in keys if key not in self._lines})
        if not new:
            return
        locks = sorted({f"{self.work.schema} {flow} {record % _LOCKS}" for flow, record in new})
        text = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name"
        self.work.execute(text, (locks,))
        self._lines |= {key: Line() for key in new}
        params = {"flows": sorted({flow for flow, _ in new}), "records": sorted({record for _, record in new})}
        where = _THERE if 0 in params["records"] else f"{_THERE} and record in $records"
        for row in self.work.find(INSTANCE, where, params, _FIELDS, "id"):
            own = (row.flow, int(row.record or 0))
            for key in {own, (row.flow, 0)} & set(new):
                line = self._lines[key]
                (line.running if row.state == "running" else line.waiting).append(row.id)


_THERE = 'flow in $flows and (state = "running" or state = "queued") and blank(parent)'
_FIELDS = ("id", "flow", "record", "state")


def is_in_line(case: Case) -> bool:
    """A record is created once, and submitting refuses a second instance: there is nobody to wait for."""
    flow = case.flow
    if flow.start.on == "flow" or case.parent or case.parent_case:
        return False
    return flow.running == "one_by_one" or (
        flow.running == "per_record" and flow.start.on not in ("created", "submit") and case.record is not None
    )


def _key(case: Case) -> Key:
    return case.flow.flow, (case.record or 0) if case.flow.running == "per_record" else 0
