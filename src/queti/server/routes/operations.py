"""Performing operations."""

from __future__ import annotations

from typing import Any

import msgspec

from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, wrong
from queti.server.presenting import present
from queti.server.refusals import NotForPrograms, NotTheirPassword
from queti.server.routing import Route


def perform(door: Door, request: Request) -> Answer:
    """The named inputs, or a list of them for several calls, all or nothing → `{result, changed}`."""
    return _perform(door, request, is_confirmed=False)


def perform_confirmed(door: Door, request: Request) -> Answer:
    """`{password, inputs}`: the same for what asks people to prove by their password that it is them."""
    session = signed_in(request)
    if session.token:
        raise NotForPrograms
    given = request.json_object()
    password = given.get("password")
    if not isinstance(password, str) or not 0 < len(password) <= 1000:
        raise wrong("password", "required", "Your password is required.", "请输入密码。")
    if not door.sessions.is_theirs(session, password, request):
        raise NotTheirPassword
    # What is kept of the request under its key tells nothing of the password.
    request.body = msgspec.json.encode(given.get("inputs"))
    return _perform(door, request, is_confirmed=True)


def _perform(door: Door, request: Request, *, is_confirmed: bool) -> Answer:
    name = request.path_values["operation"]
    calls = request.json_objects()

    def act(work: Work) -> Written:
        work.is_confirmed = is_confirmed
        result = present(work, work.as_person.perform(name, calls))
        return 200, {"result": result, "changed": changed(work)}

    return write_once(door, request, act)


def changed(work: Work) -> list[dict[str, Any]]:
    """The records that the Work wrote, with their versions."""
    touched = sorted(work.journal.touched.items())
    return [{"object": object, "id": id, "version": version} for (object, id), version in touched]


ROUTES = [
    Route("POST", "/api/operations/{operation}", perform),
    Route("POST", "/api/operations/{operation}/confirmed", perform_confirmed, kind="passwords"),
]
