"""Performing operations."""

from __future__ import annotations

from typing import Any

from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request
from queti.server.presenting import present
from queti.server.routing import Route


def perform(door: Door, request: Request) -> Answer:
    """The named inputs, or a list of them for several calls, all or nothing → `{result, changed}`."""
    name = request.path_values["operation"]
    calls = request.json_objects()

    def act(work: Work) -> Written:
        result = present(work, work.as_person.perform(name, calls))
        return 200, {"result": result, "changed": changed(work)}

    return write_once(door, request, act)


def changed(work: Work) -> list[dict[str, Any]]:
    """The records that the Work wrote, with their versions."""
    touched = sorted(work.journal.touched.items())
    return [{"object": object, "id": id, "version": version} for (object, id), version in touched]


ROUTES = [Route("POST", "/api/operations/{operation}", perform)]
