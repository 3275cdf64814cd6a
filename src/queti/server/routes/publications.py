"""Publications that prepare large tables beside the work: how far they are, rest, go on, come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from queti.kernel.publishing import phases
from queti.kernel.publishing.once import DoneBefore
from queti.kernel.publishing.phases import Phased, PublicationNotFound
from queti.server.door import Door, signed_in
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route
from queti.store.workspaces import Workspace

_NUMBER = re.compile(r"\d{1,9}\Z")


def list_publications(door: Door, request: Request) -> Answer:
    """The last ones, newest first."""
    with door.platform.db.connection() as connection:
        found = phases.recent(connection, _workspace(door, request))
    return answer_json({"publications": [shown(each, request) for each in found]})


def show_publication(door: Door, request: Request) -> Answer:
    with door.platform.db.connection() as connection:
        return answer_json(shown(phases.find(connection, _workspace(door, request), _publication(request)), request))


def pause(door: Door, request: Request) -> Answer:
    """It rests after the batch under way."""
    found = phases.pause(door.platform.db, _workspace(door, request), _publication(request))
    return answer_json(shown(found, request))


def resume(door: Door, request: Request) -> Answer:
    found = phases.resume(door.platform.db, _workspace(door, request), _publication(request))
    go_on_beside(door, request, found.id)
    return answer_json(shown(found, request), status=202)


def cancel(door: Door, request: Request) -> Answer:
    """Everything is as before it began."""
    workspace, number = _workspace(door, request), _publication(request)
    return answer_json(shown(phases.cancel(door.platform.db, workspace, door.platform.catalogue, number), request))


def begun(door: Door, request: Request, number: int) -> Answer:
    """The answer to publishing that goes on beside the work: 202 and the publication."""
    go_on_beside(door, request, number)
    return shown_begun(door, request, number)


def shown_begun(door: Door, request: Request, number: int) -> Answer:
    with door.platform.db.connection() as connection:
        found = phases.find(connection, _workspace(door, request), number)
    return answer_json({"publication": shown(found, request)}, status=202)


def go_on_beside(door: Door, request: Request, number: int) -> None:
    """A release may have changed roles, and with them what the people signed in may do."""
    name = signed_in(request).workspace
    platform = door.platform
    phases.carry_on_beside(
        platform.db, platform.workspace(name), platform.catalogue, number, lambda: door.sessions.read_again(name)
    )


def shown(phased: Phased, request: Request) -> dict[str, Any]:
    """As JSON. `left_seconds` is what the pace so far lets expect, None while it rests or has just begun."""
    return {
        "publication": phased.id,
        "state": phased.state,
        "done": phased.done,
        "rows": phased.rows,
        "left_seconds": _left(phased),
        "problem": phased.problem and {"code": phased.problem["code"], "detail": phased.problem[request.language]},
        "draft": phased.draft,
        "release": phased.release,
        "by": phased.by,
        "began_at": phased.began_at,
        "finished_at": phased.finished_at,
    }


def _left(phased: Phased) -> int | None:
    if phased.state != "filling" or not phased.done:
        return None
    passed = (datetime.now(UTC) - phased.began_at).total_seconds()
    return round(passed * max(0, phased.rows - phased.done) / phased.done)


def _publication(request: Request) -> int:
    text = request.path_values["publication"]
    if not _NUMBER.match(text):
        raise PublicationNotFound(publication=text)
    return int(text)


def publish_once(door: Door, request: Request, act: Callable[[], int], later: Sequence[int]) -> Answer:
    """Sent again under its Idempotency-Key it is answered as before."""
    try:
        return _published(door, request, act(), later)
    except DoneBefore as done:
        publication = done.answer.get("publication")
        answer = shown_begun(door, request, publication) if publication else answer_json(done.answer)
        answer.headers.append((b"idempotency-replayed", b"true"))
        return answer


def _published(door: Door, request: Request, number: int, later: Sequence[int]) -> Answer:
    if later:
        return begun(door, request, later[0])
    # A release may have changed roles, and with them what the people signed in may do.
    door.sessions.read_again(signed_in(request).workspace)
    return answer_json({"release": number})


def _workspace(door: Door, request: Request) -> Workspace:
    return door.platform.workspace(signed_in(request).workspace)


_PLACE = "/api/publications/{publication}"
ROUTES = [
    Route("GET", "/api/publications", list_publications, guard="administrator"),
    Route("GET", _PLACE, show_publication, guard="administrator"),
    Route("POST", f"{_PLACE}/pause", pause, guard="administrator", previews="allow"),
    Route("POST", f"{_PLACE}/resume", resume, guard="administrator", previews="allow"),
    Route("POST", f"{_PLACE}/cancel", cancel, guard="administrator", kind="long", previews="allow"),
]
