"""A drawn flow over the submissions of the past, beside the flow as it is: what would have gone elsewhere, waited
longer, found nobody, or asked more people. Nothing is written and nothing outside is called.

Records, and what their links lead to, are read as they were at submission where the history tells; what lies in
lists, and who holds which post, are as they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.engines.flows.driving import INSTANCE
from queti.engines.flows.interpreting import read
from queti.engines.flows.pace import Pace
from queti.engines.flows.replaying import NOBODY, Submission, Way, as_now, ways
from queti.kernel.definitions import FlowDef
from queti.kernel.people import USER
from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from queti.kernel.work import Work

AT_ONCE = 2000
"""Submissions of one portion, the newest first."""
MOST_TOLD = 200
_LONGER = 0.1
"""Working hours from which on a difference counts."""


def shadow_flow(
    work: Work, flow: FlowDef, since: datetime, until: datetime, after: int | None = None
) -> dict[str, Any]:
    """`{over, of, looked_at, next, counts, branches, approvals, hours, nobody, as_now, submissions}` of a portion of
    those begun from then until then; `next`, where there is more, is the `after` of the next portion.

    `over`: `instances` of the flow, or, where it has none, `records` made then. `counts`: kind of difference → how
    many. `branches`: `step.branch` → before and after. `hours`: working hours of all together, and how many tasks they
    were `measured` by. `nobody`: for whom a step finds nobody now. `as_now`: paths that are read as they are today.
    """
    over, total, past = _submissions(work, flow, since, until, after)
    before, pace = work.model.flows.get(flow.flow), Pace.of(work, flow)
    now = ways(work, flow, past, pace)
    was: Sequence[Way | None] = ways(work, before, past, pace) if before is not None else [None] * len(past)
    people = _names(work, past)
    titles = _titles(work, flow, past)
    told: list[dict[str, Any]] = [
        {
            **_named(each, titles, people),
            "before": old and old.told(),
            "after": new.told(),
            "differs": _differs(old, new),
        }
        for each, old, new in zip(past, was, now, strict=True)
    ]
    changed = [each for each in told if each["differs"]]
    return {
        "over": over,
        "of": total,
        "looked_at": len(past),
        "next": (past[-1].instance or past[-1].record) if len(past) == AT_ONCE else None,
        "counts": dict(Counter(kind for each in changed for kind in each["differs"])),
        "branches": _branches(filter(None, was), now),
        "approvals": {"before": sum(each.approvals for each in was if each), "after": sum(e.approvals for e in now)},
        "hours": {"before": _hours(was), "after": _hours(now), "measured": pace.measured},
        "nobody": _found_nobody(past, was, now, people),
        "as_now": as_now(work, flow),
        "submissions": changed[:MOST_TOLD],
    }


def _titles(work: Work, flow: FlowDef, past: Sequence[Submission]) -> dict[int, str]:
    """Of the records that the person sees."""
    ids = [each.record for each in past if each.record is not None]
    return labels_of(work, work.as_person.sight, work.object(flow.object), ids) if flow.object else {}


def _names(work: Work, past: Sequence[Submission]) -> Mapping[int, str]:
    return labels_of(work, None, work.object(USER), {each.submitter for each in past if each.submitter})


def _named(each: Submission, titles: Mapping[int, str], people: Mapping[int, str]) -> dict[str, Any]:
    title, submitter = titles.get(each.record or 0, ""), people.get(each.submitter, "")
    return {"instance": each.instance, "record": each.record, "title": title, "submitter": submitter, "at": each.at}


# -- which


def _submissions(
    work: Work, flow: FlowDef, since: datetime, until: datetime, after: int | None
) -> tuple[str, int, list[Submission]]:
    begun, span = "flow = $flow and started_at >= $since and started_at < $until", {"since": since, "until": until}
    of_flow = {"flow": flow.flow, **span}
    if total := work.count(INSTANCE, begun, of_flow):
        where, params = _before(begun, of_flow, after)
        names = ["id", "record", "submitter", "started_at", "holds"]
        rows = work.find(INSTANCE, where, params, names, "-id", AT_ONCE)
        return "instances", total, [
            Submission(row.id, None if row.record is None else int(row.record), row.submitter or 0, row.started_at,
                       read(row.holds).chosen) for row in rows
        ]  # fmt: skip
    if not flow.object:
        return "instances", 0, []
    made = "created_at >= $since and created_at < $until"
    where, params = _before(made, span, after)
    rows = work.find(flow.object, where, params, ["id", "created_at", "created_by"], "-id", AT_ONCE)
    found = [Submission(None, row.id, row.created_by or 0, row.created_at) for row in rows]
    return "records", work.count(flow.object, made, span), found


def _before(where: str, params: Mapping[str, Any], after: int | None) -> tuple[str, dict[str, Any]]:
    return (where, {**params}) if after is None else (f"{where} and id < $after", {**params, "after": after})


# -- what differs


def _hours(those: Iterable[Way | None]) -> float:
    return round(sum(way.hours for way in those if way), 1)


def _found_nobody(
    past: Sequence[Submission], was: Sequence[Way | None], now: Sequence[Way], people: Mapping[int, str]
) -> list[dict[str, Any]]:
    """`{step, person, name, submissions}`: at which step nobody is found any more for what whom submitted."""
    counts = Counter(
        (step, each.submitter)
        for each, old, new in zip(past, was, now, strict=True)
        for step in dict.fromkeys(new.nobody) if old is None or step not in old.nobody
    )  # fmt: skip
    return [
        {"step": step, "person": person, "name": people.get(person, ""), "submissions": count}
        for (step, person), count in counts.most_common()
    ]


def _differs(was: Way | None, now: Way) -> list[str]:
    old = was or Way(begins=False)
    kinds = {
        "begins": now.begins and not old.begins and was is not None,
        "begins_not": old.begins and not now.begins,
        "elsewhere": was is not None and old.begins and now.begins and (old.steps, old.lit) != (now.steps, now.lit),
        "nobody": bool(set(now.nobody) - set(old.nobody)),
        "longer": was is not None and old.begins and now.begins and now.hours - old.hours >= _LONGER,
        "more": was is not None and now.approvals > old.approvals,
        "fewer": was is not None and now.approvals < old.approvals,
        "fails": bool(now.problem) and not old.problem and now.problem not in NOBODY,
    }
    return [kind for kind, holds in kinds.items() if holds]


def _branches(before: Iterable[Way], after: Iterable[Way]) -> dict[str, dict[str, int]]:
    was, now = (Counter(branch for way in ways for branch in way.lit) for ways in (before, after))
    return {branch: {"before": was[branch], "after": now[branch]} for branch in sorted({*was, *now})}
