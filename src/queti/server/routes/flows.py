"""Flows: those of a record, one tried out while it is designed, and how one has gone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from queti.engines.flows.about import about, about_instance, events_told, flows_at_work
from queti.engines.flows.listing import holders, shown_by_tasks
from queti.engines.flows.shadowing import shadow_flow
from queti.engines.flows.statistics import statistics
from queti.engines.flows.trying import Trial, try_flow
from queti.kernel.names import unknown
from queti.kernel.publishing.preview import previewed
from queti.kernel.reading.permissions import rights_of
from queti.kernel.work import Work
from queti.server.describing import Describer
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routes.drafts import draft_number
from queti.server.routes.records import id_in, place_of
from queti.server.routing import Route

MOST_DAYS = 3660
MOST_LISTED = 500


def flows_of(door: Door, request: Request) -> Answer:
    """`{flows, instances, tasks, acts}` of a record, with what the person may do with each; see `about`."""
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json(about(work, object, id)), reads_only=True)


def shown_by_task(door: Door, request: Request) -> Answer:
    """`{objects, record}`: a record as a task shows it, with the definitions of what it shows, which the person's roles
    may not have."""
    object, id = place_of(request)

    def act(work: Work) -> Answer:
        person = work.as_person
        rights = person.open(object, id) or rights_of(work.model, work.who.roles)
        described = Describer(work.model, rights, work.language).objects(object)
        return answer_json({"objects": described, "record": person.fetch(object, id)})

    return door.run(request, act, reads_only=True)


def listed(door: Door, request: Request) -> Answer:
    """`?tasks=1,2` → `{records, objects}`: what a list of these tasks shows of their records beyond the roles, with
    the definitions that the roles don't have; `?instances=1,2` → `{holders}`: who has these, since when."""
    tasks, instances = _ids(request, "tasks"), _ids(request, "instances")

    def act(work: Work) -> Answer:
        records = shown_by_tasks(work, tasks) if tasks else {}
        objects: dict[str, Any] = {}
        for name in records:
            if not work.as_person.rights.sees(name):
                rights = work.as_person.by_tasks(work.object(name), [each["id"] for each in records[name]])
                assert rights is not None
                objects |= Describer(work.model, rights, work.language).objects(name)
        return answer_json(
            {"records": records, "objects": objects, "holders": holders(work, instances) if instances else []}
        )

    return door.run(request, act, reads_only=True)


def _ids(request: Request, name: str) -> list[int]:
    ids = [text for text in request.query.get(name, "").split(",") if text]
    if len(ids) > MOST_LISTED or not all(text.isascii() and text.isdigit() and len(text) < 19 for text in ids):
        raise wrong(
            name,
            "wrong_type",
            f"At most {MOST_LISTED} numbers, like 1,2,3.",
            f"最多 {MOST_LISTED} 个编号，例如 1,2,3。",
        )
    return [int(text) for text in ids]


def instance_of(door: Door, request: Request) -> Answer:
    """`{instances, tasks, acts}` of one instance; see `about`."""
    id = id_in(request, "flow.instance")
    return door.run(request, lambda work: answer_json(about_instance(work, id)), reads_only=True)


def all_flows(door: Door, request: Request) -> Answer:
    """`{flows: [{flow, label, object, is_active}]}`: those about what the person sees."""
    return door.run(request, lambda work: answer_json({"flows": flows_at_work(work)}), reads_only=True)


def statistics_of(door: Door, request: Request) -> Answer:
    """`?days=90` → instances, steps, people and ways with their working hours; see `statistics`."""
    flow, days = request.path_values["flow"], request.whole("days", 90, 1, MOST_DAYS)
    return door.run(request, lambda work: answer_json(statistics(work, flow, days)), reads_only=True)


def events_in(door: Door, request: Request) -> Answer:
    """`{events: [{event, label}]}`: what is told of the object's records, as the draft has it."""
    number, object = draft_number(request), request.path_values["object"]

    def act(work: Work) -> Answer:
        return answer_json({"events": events_told(work, previewed(work, number).model, object)})

    return door.run(request, act, reads_only=True)


def try_out(door: Door, request: Request) -> Answer:
    """`{record | values, submitter?, acts: [{step, act, person?, to?, reason?}]}` → where the draft's flow goes and
    whom it asks: `{state, problem, steps, lit, open, trail}`. Nothing is written."""
    number, name, trial = draft_number(request), request.path_values["flow"], _trial(request)

    def act(work: Work) -> None:
        flows = previewed(work, number).model.flows
        if name not in flows:
            raise unknown({"en": "flow", "zh": "流程"}, name, flows)
        raise _TriedOut(answer_json(try_flow(work, flows[name], trial)))

    try:
        door.run(request, act)
    except _TriedOut as out:
        return out.answer
    raise AssertionError


def run_over_past(door: Door, request: Request) -> Answer:
    """`{from, until, after?}` (days, both included) → where the draft's flow would have led what was submitted then,
    beside the flow as it is; a portion, and where it ends the `after` of the next; see `shadow_flow`. Nothing is
    written."""
    number, name, given = draft_number(request), request.path_values["flow"], request.json_object()
    first, last, after = _day(given, "from"), _day(given, "until"), _after(given)

    def act(work: Work) -> Answer:
        flows = previewed(work, number).model.flows
        if name not in flows:
            raise unknown({"en": "flow", "zh": "流程"}, name, flows)
        zone = ZoneInfo(work.timezone)
        since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        return answer_json(shadow_flow(work, flows[name], since, until, after))

    return door.run(request, act, reads_only=True)


def _day(given: dict[str, Any], name: str) -> date:
    try:
        day = date.fromisoformat(given[name])
    except (KeyError, TypeError, ValueError):
        day = date.max
    if not 1900 < day.year < 9000:
        raise wrong(name, "date", "A date like 2027-01-31.", "应为日期，例如 2027-01-31。")
    return day


def _after(given: dict[str, Any]) -> int | None:
    after = given.get("after")
    if after is not None and type(after) is not int:
        raise wrong("after", "wrong_type", "The `next` of a portion.", "应为上一批返回的 next。")
    return after


class _TriedOut(Exception):
    """Carries the answer out of a Work that is taken back."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def _trial(request: Request) -> Trial:
    try:
        return msgspec.convert(request.json_object(), Trial)
    except msgspec.ValidationError as problem:
        raise wrong("", "wrong_type", str(problem), str(problem)) from None


ROUTES = [
    Route("GET", "/api/flows", all_flows),
    Route("GET", "/api/flows/listed", listed),
    Route("GET", "/api/flows/of/{object}/{id}", flows_of),
    Route("GET", "/api/flows/shown/{object}/{id}", shown_by_task),
    Route("GET", "/api/flows/instances/{id}", instance_of),
    Route("GET", "/api/flows/{flow}/statistics", statistics_of, guard="administrator"),
    Route("GET", "/api/drafts/{draft}/events/{object}", events_in, guard="administrator", previews="allow"),
    Route("POST", "/api/drafts/{draft}/flows/{flow}/try", try_out, guard="administrator", previews="allow"),
    Route(
        "POST", "/api/drafts/{draft}/flows/{flow}/shadow", run_over_past,
        guard="administrator", kind="long", previews="allow",
    ),
]  # fmt: skip
