"""Flows of a record."""

from __future__ import annotations

from queti.engines.flows.about import about
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routes.records import place_of
from queti.server.routing import Route


def flows_of(door: Door, request: Request) -> Answer:
    """`{flows: [{flow, label}], instances, tasks, acts}`: all as far as the person sees them."""
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json(about(work, object, id)), reads_only=True)


ROUTES = [Route("GET", "/api/flows/of/{object}/{id}", flows_of)]
