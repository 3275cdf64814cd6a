"""`GET /api/home`: what waits for this person, and the figures of their roles."""

from __future__ import annotations

from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route


def show_home(door: Door, request: Request) -> Answer:
    return door.run(request, lambda work: answer_json(work.as_person.home()), reads_only=True)


ROUTES = [Route("GET", "/api/home", show_home)]
