"""Counts and sums of a list, in groups or of all that fit."""

from __future__ import annotations

from typing import Any, get_args

from queti.kernel.reading.totals import Aggregate, Unit
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routing import Route


def show_totals(door: Door, request: Request) -> Answer:
    """`totals=total:sum,weight:avg`, `group=ordered_on:month` or `state`, with the list's `where` and `search`."""
    query, wanted = request.query, _wanted(request.query.get("totals", ""))
    group, _, unit = query.get("group", "").partition(":")
    if unit not in get_args(Unit):
        raise wrong("group", "unknown_choice", "One of day, month, quarter, year.", "可选：day、month、quarter、year。")
    named: Any = unit
    where, search = query.get("where", ""), query.get("search", "")
    object = request.path_values["object"]
    return door.run(
        request,
        lambda work: answer_json(
            work.as_person.totals(object, wanted, where=where, search=search, group=group, unit=named)
        ),
        reads_only=True,
    )


def _wanted(text: str) -> dict[str, Aggregate]:
    found: dict[str, Any] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, aggregate = part.partition(":")
        if aggregate not in get_args(Aggregate):
            raise wrong(
                "totals",
                "unknown_choice",
                "field:sum, avg, min, max or count.",
                "格式：字段:sum、avg、min、max 或 count。",
            )
        found[name] = aggregate
    return found


ROUTES = [Route("GET", "/api/totals/{object}", show_totals)]
