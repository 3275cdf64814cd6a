"""`GET /api/events`: server-sent events."""

from __future__ import annotations

import re

from queti.server.door import Door, signed_in
from queti.server.messages import Answer, Request, wrong
from queti.server.routing import Route

_PLACE = re.compile(r"(\d{1,19})-(\d{1,19})\Z")


def follow(door: Door, request: Request) -> Answer:
    """What changed, for this person; from now, or behind `Last-Event-ID`."""
    session = signed_in(request)
    asked = request.header(b"last-event-id") or request.query.get("after", "")
    if asked:
        match = _PLACE.match(asked)
        if match is None or int(match[1]) >= 2**63:
            raise wrong("Last-Event-ID", "wrong_type", "An id that this stream sent.", "应为此事件流发送过的编号。")
        place = int(match[1]), int(match[2])
        place, missed = door.streams.since(session, place)
    else:
        place, missed = door.streams.now(), []
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
    return Answer(200, b"", headers, door.streams.follow(session, place, missed))


ROUTES = [Route("GET", "/api/events", follow, kind="streams")]
