"""Health and figures for operators."""

from __future__ import annotations

import hmac

from queti.server.door import Door
from queti.server.headers import is_local
from queti.server.messages import Answer, Request, answer_json
from queti.server.refusals import NotAdministrator, ServerBusy
from queti.server.routing import Route


def health(_door: Door, _request: Request) -> Answer:
    """The process lives."""
    return answer_json({"status": "alive"})


def ready(door: Door, _request: Request) -> Answer:
    """The process takes work: it is not stopping and the database answers."""
    if not door.is_ready:
        raise ServerBusy
    with door.platform.db.connection() as connection:
        connection.execute("SELECT 1")
    return answer_json({"status": "ready"})


def metrics(door: Door, request: Request) -> Answer:
    """From this machine, or with the operator's token."""
    token = door.settings.metrics_token
    shown = request.header(b"authorization").removeprefix("Bearer ")
    if not (is_local(request) or (token and hmac.compare_digest(token.encode(), shown.encode()))):
        raise NotAdministrator
    return Answer(200, door.metrics.text(), [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")])


ROUTES = [
    Route("GET", "/healthz", health, guard="open"),
    Route("GET", "/readyz", ready, guard="open"),
    Route("GET", "/metrics", metrics, guard="open"),
]
