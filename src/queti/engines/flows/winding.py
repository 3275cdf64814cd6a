"""Flows that begin by date or schedule: a clock for each, struck portion by portion.

A clock stands for one occasion until all whom it concerns have begun; where there are many, it keeps how far it
has come. Both are written with the instances, so that a killed worker neither loses nor doubles any.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from queti.engines.flows.clocks import dates_due, latest, occasion_after
from queti.engines.flows.driving import INSTANCE, Drive
from queti.engines.flows.halving import in_halves
from queti.engines.flows.people import Directory
from queti.engines.flows.starting import stop
from queti.kernel.definitions import FlowDef
from queti.kernel.formulas.values import local_date, start_of_day
from queti.kernel.record import Record
from queti.kernel.writing.statements import table

if TYPE_CHECKING:
    from queti.kernel.work import Work

CLOCK = "flow.clock"
PORTION = 500
Begun = tuple[int | None, str]
"""A record and the occasion for which the flow begins."""


def wind(work: Work) -> None:
    """Each flow that begins by the clock has one, set for the next occasion; what was switched off misses none."""
    if CLOCK not in work.model.objects:
        return
    wanted = {name: _terms(work, flow) for name, flow in work.model.flows.items() if _is_by_clock(flow)}
    rows = {row.flow: row for row in work.find(CLOCK)}
    next = {name: _first(work, work.model.flows[name], terms) for name, terms in wanted.items()}
    work.create(CLOCK, [{"flow": name, **next[name]} for name in wanted if name not in rows])
    changed = [(row, next[name]) for name, row in rows.items() if name in wanted and row.terms != wanted[name]]
    gone = [(row, {"terms": None, "due_at": None}) for name, row in rows.items() if name not in wanted and row.terms]
    work.change(CLOCK, [*changed, *gone])


def _is_by_clock(flow: FlowDef) -> bool:
    return flow.is_active and flow.start.on in ("date", "schedule")


def _terms(work: Work, flow: FlowDef) -> str:
    return msgspec.json.encode([work.timezone, flow.start]).decode()


def _first(work: Work, flow: FlowDef, terms: str) -> dict[str, Any]:
    due = occasion_after(flow.start, work.now, ZoneInfo(work.timezone))
    return {"terms": terms, "due_at": due, "passed_at": work.now, "after": None}


def strike(work: Work) -> bool:
    """Begin a portion of what the clock that is due first brings; False where none is due."""
    if CLOCK not in work.model.objects:
        return False
    text = f"""SELECT id FROM {table(work.object(CLOCK))} WHERE due_at <= $1::timestamptz
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"""
    rows = work.fetch(CLOCK, work.column(text, (work.now,)))
    for row in rows:
        flow = work.model.flows.get(row.flow)
        if flow is None or not _is_by_clock(flow) or row.terms != _terms(work, flow):
            wind(work)
        else:
            _strike(work, flow, row)
    return bool(rows)


def _strike(work: Work, flow: FlowDef, row: Record) -> None:
    zone = ZoneInfo(work.timezone)
    due = row.due_at if row.after else latest(flow.start, row.due_at, work.now, zone)
    begun, after = _whom(work, flow, row, due)
    directory = Directory(work)
    in_halves(work, begun, partial(_begin, work, directory, flow), partial(_give_up, work, directory, flow))
    if after:
        work.change(CLOCK, [(row, {"due_at": due, "after": after})])
    else:
        next = occasion_after(flow.start, due, zone)
        work.change(CLOCK, [(row, {"due_at": next, "passed_at": due, "after": None})])


def _whom(work: Work, flow: FlowDef, row: Record, due: datetime) -> tuple[list[Begun], int | None]:
    """A portion of those for whom the flow begins, and the record behind which more may follow."""
    start, params = flow.start, dict[str, Any](after=int(row.after or 0))
    conditions = ["id > $after", *(f"({each})" for each in (start.each, start.when) if each)]
    if start.on == "schedule" and not start.each:
        fits = not start.when or work.find("base.company", start.when, fields=["id"], limit=1)
        return ([(None, due.isoformat())] if fits else []), None
    if start.on == "date":
        bounds = _bounds(work, flow, row.passed_at, due)
        if bounds is None:
            return [], None
        params |= bounds
        conditions += [f"{start.date_field} >= $from", f"{start.date_field} < $until"]
    found = work.find(flow.object, " and ".join(conditions), params, ["id", start.date_field or "id"], "id", PORTION)
    more = found[-1].id if len(found) == PORTION else None
    if start.on == "schedule":
        return [(each.id, due.isoformat()) for each in found], more
    return _not_yet(work, flow, [(each.id, _day(work, each[start.date_field])) for each in found]), more


def _bounds(work: Work, flow: FlowDef, passed: datetime, due: datetime) -> dict[str, Any] | None:
    """Between which values of the date field the flow begins now."""
    zone = ZoneInfo(work.timezone)
    calendar = Directory(work).calendars.of(flow.calendar)
    dates = dates_due(flow.start, calendar, local_date(passed, zone), local_date(due, zone))
    if dates is None:
        return None
    first, behind = dates[0], dates[1] + timedelta(days=1)
    field = work.object(flow.object).fields[flow.start.date_field]
    if field.type.name != "moment":
        return {"from": first, "until": behind}
    return {"from": start_of_day(first, zone), "until": start_of_day(behind, zone)}


def _day(work: Work, value: Any) -> str:
    day = local_date(value, ZoneInfo(work.timezone)) if isinstance(value, datetime) else value
    return day.isoformat()


def _not_yet(work: Work, flow: FlowDef, wanted: Sequence[Begun]) -> list[Begun]:
    """Those for whom the flow hasn't begun on account of that date."""
    where, ids = "flow = $flow and record in $ids and not blank(occasion)", [record for record, _ in wanted]
    found = work.find(INSTANCE, where, {"flow": flow.flow, "ids": ids}, ["record", "occasion"]) if ids else ()
    there = {(int(row.record), row.occasion) for row in found}
    return [each for each in wanted if each not in there]


def _begin(work: Work, directory: Directory, flow: FlowDef, begun: Sequence[Begun]) -> None:
    drive = Drive(work, directory)
    cases = drive.begin(flow.flow, [record for record, _ in begun], 0)
    for case, (_, occasion) in zip(cases, begun, strict=True):
        case.texts["occasion"] = occasion
    drive.settle()


def _give_up(work: Work, directory: Directory, flow: FlowDef, begun: Begun, problem: str) -> None:
    drive = Drive(work, directory)
    [case] = stop(drive, flow, [begun[0]], problem)
    case.texts["occasion"] = begun[1]
    drive.settle()
