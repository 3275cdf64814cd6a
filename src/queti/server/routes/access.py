"""For administrators: who may do what with a record, and why."""

from __future__ import annotations

from queti.engines.access.explaining import who_may
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routes.records import place_of
from queti.server.routing import Route


def explain_access(door: Door, request: Request) -> Answer:
    """Who sees, changes and removes the record, with `field` also that field, and by which role and scope."""
    object, id = place_of(request)
    field = request.query.get("field", "")
    return door.run(request, lambda work: answer_json(who_may(work, object, id, field)), reads_only=True)


ROUTES = [Route("GET", "/api/records/{object}/{id}/access", explain_access, guard="administrator")]
