"""What was published: releases, their comparison, the way back; what is out of use, and what uses what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from queti.kernel.publishing import installing, releases
from queti.kernel.publishing.lineage import lineage
from queti.kernel.publishing.releases import Release, ReleaseNotFound
from queti.kernel.publishing.retired import retired
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import claim_of
from queti.server.messages import Answer, Request, answer_json
from queti.server.refusals import NoSuchAddress
from queti.server.routes.publications import publish_once
from queti.server.routing import Route
from queti.server.told import compared, names_of

_NUMBER = re.compile(r"\d{1,9}\Z")
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})\Z")


def list_releases(door: Door, request: Request) -> Answer:
    """Newest first: who published what, upon whose suggestion."""

    def act(work: Work) -> list[dict[str, Any]]:
        found = releases.list_releases(work.connection, work.workspace.schema)
        names = names_of(work, [user for each in found for user in (each.published_by, *each.proposers)])
        return [_release(each, names) for each in found]

    return answer_json({"releases": door.run(request, act, reads_only=True)})


def compare_releases(door: Door, request: Request) -> Answer:
    """`{a}..{b}`: what differs, by kind, name and property, and `told` in sentences grouped by app and definition."""
    match = _RANGE.match(request.path_values["range"])
    if match is None:
        raise NoSuchAddress(path=request.path, nearest="/api/releases/{a}..{b}")
    one, other = int(match[1]), int(match[2])

    def act(work: Work) -> Answer:
        place = work.connection, work.workspace.schema, door.platform.catalogue
        before, after = releases.differing(*place, one, other)
        return answer_json({"from": one, "to": other, **compared(work, before, after, request)})

    return door.run(request, act, reads_only=True)


def roll_back(door: Door, request: Request) -> Answer:
    """Publish the definitions of that release again; retired columns come back with their data."""
    text = request.path_values["release"]
    if not _NUMBER.match(text):
        raise ReleaseNotFound(number=text)
    later: list[int] = []
    platform, who, claim = door.platform, signed_in(request), claim_of(request)
    place = platform.db, platform.workspace(who.workspace), platform.catalogue

    def act() -> int:
        return installing.rollback(*place, int(text), who.person.user, claim=claim, later=later.append)

    return publish_once(door, request, act, later)


def _release(release: Release, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "release": release.number,
        "note": release.note,
        "apps": release.manifest["apps"],
        "published_at": release.published_at,
        "published_by": release.published_by,
        "published_by_name": names.get(release.published_by or 0, ""),
        "proposed_by": [{"id": user, "name": names.get(user, "")} for user in release.proposers],
        "rolls_back_to": release.rolls_back_to,
    }


def list_retired(door: Door, request: Request) -> Answer:
    """Fields and objects out of use, whose data is kept."""

    def act(work: Work) -> Answer:
        found = retired(work, door.platform.catalogue)
        told = [each | {"label": each["label"].get(request.language) or each["label"].get("en", "")} for each in found]
        return answer_json({"retired": told})

    return door.run(request, act, reads_only=True)


def show_lineage(door: Door, request: Request) -> Answer:
    """What uses this, and what it uses."""
    kind, name = request.path_values["kind"], request.path_values["name"]
    return door.run(request, lambda work: answer_json(lineage(work.model, kind, name)), reads_only=True)


ROUTES = [
    Route("GET", "/api/releases", list_releases, guard="administrator", previews="allow"),
    Route("GET", "/api/releases/{range}", compare_releases, guard="administrator", previews="allow"),
    Route("POST", "/api/releases/{release}/rollback", roll_back, guard="administrator", kind="long", previews="allow"),
    Route("GET", "/api/retired", list_retired, guard="administrator", previews="allow"),
    Route("GET", "/api/lineage/{kind}/{name}", show_lineage, guard="administrator", previews="allow"),
]
