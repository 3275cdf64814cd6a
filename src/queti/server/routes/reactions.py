"""What the worker could not do: reactions that failed, with their reasons."""

from __future__ import annotations

from queti.kernel.writing.reactions import failed_reactions
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route


def list_failed(door: Door, request: Request) -> Answer:
    """The reactions to events that failed and will be tried again, newest first."""
    return answer_json({"reactions": door.run(request, failed_reactions, reads_only=True)})


ROUTES = [Route("GET", "/api/admin/reactions", list_failed, guard="administrator")]
