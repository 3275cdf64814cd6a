"""Drafts → check → plan → publish; releases, their comparison, the way back; lineage."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn

from queti.kernel.publishing import drafts, installing, releases
from queti.kernel.publishing.drafts import Draft, DraftNotFound
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.lineage import lineage
from queti.kernel.publishing.merge import Choice
from queti.kernel.publishing.releases import Release, ReleaseNotFound
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, no_content, wrong
from queti.server.refusals import NoSuchAddress
from queti.server.routing import Route
from queti.server.threads import Kind
from queti.store.workspaces import Workspace

_NUMBER = re.compile(r"\d{1,9}\Z")
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})\Z")


# --- drafts -----------------------------------------------------------------------------


def create_draft(door: Door, request: Request) -> Answer:
    """`{from, note}`: a draft upon that release, the newest without one."""
    given = request.json_object()
    base, note = given.get("from"), given.get("note", "")
    if base is not None and (not isinstance(base, int) or isinstance(base, bool) or base < 1):
        raise wrong("from", "wrong_type", "The number of a release.", "应为发布版本号。")
    if not isinstance(note, str):
        raise wrong("note", "wrong_type", "A text.", "应为文本。")

    def act(work: Work) -> Written:
        return 201, _shown(drafts.create_draft(work, base, note))

    return write_once(door, request, act)


def list_drafts(door: Door, request: Request) -> Answer:
    def act(work: Work) -> Answer:
        return answer_json({"drafts": [_shown(draft) for draft in drafts.list_drafts(work)]})

    return door.run(request, act, reads_only=True)


def show_draft(door: Door, request: Request) -> Answer:
    number = _draft(request)
    return door.run(request, lambda work: answer_json(_shown(drafts.find_draft(work, number))), reads_only=True)


def put_definition(door: Door, request: Request) -> Answer:
    """One definition of the draft, as the YAML's JSON form."""
    number, body = _draft(request), request.json_object()
    kind, name = request.path_values["kind"], request.path_values["name"]
    return door.run(request, lambda work: answer_json(_shown(drafts.put_definition(work, number, kind, name, body))))


def remove_definition(door: Door, request: Request) -> Answer:
    number = _draft(request)
    kind, name = request.path_values["kind"], request.path_values["name"]
    door.run(request, lambda work: drafts.remove_definition(work, number, kind, name))
    return no_content()


def check_draft(door: Door, request: Request) -> Answer:
    """All findings; errors stand in the way of publishing."""
    found = drafts.check_draft(*_place(door, request), _draft(request))
    errors = sum(finding.severity == "error" for finding in found)
    return answer_json({"findings": [_finding(each, request) for each in found], "errors": errors})


def plan_draft(door: Door, request: Request) -> Answer:
    """What publishing would do to the database."""
    return answer_json({"steps": drafts.plan_draft(*_place(door, request), _draft(request)).shown()})


def publish_draft(door: Door, request: Request) -> Answer:
    """`{note, choices: [{kind, name, property, take}]}` → the new release's number."""
    given = request.json_object()
    number = drafts.publish_draft(
        *_place(door, request),
        _draft(request),
        signed_in(request).person.user,
        note=given.get("note") if isinstance(given.get("note"), str) else None,
        choices=_choices(given.get("choices", [])),
    )
    return _published(door, request, number)


def _published(door: Door, request: Request, number: int) -> Answer:
    # A release may have changed roles, and with them what the people signed in may do.
    door.sessions.read_again(signed_in(request).workspace)
    return answer_json({"release": number})


def _choices(given: Any) -> dict[tuple[str, str, str], Choice]:
    choices: dict[tuple[str, str, str], Choice] = {}
    for entry in given if isinstance(given, list) else _refuse_choices():
        match entry:
            case {"kind": str(kind), "name": str(name), "property": str(place), "take": "ours" | "theirs" as take}:
                choices[kind, name, place] = take
            case _:
                _refuse_choices()
    return choices


def _refuse_choices() -> NoReturn:
    raise wrong(
        "choices",
        "wrong_type",
        'A list of {kind, name, property, take}, take is "ours" or "theirs".',
        '应为 {kind, name, property, take} 的列表，take 为 "ours" 或 "theirs"。',
    )


def _draft(request: Request) -> int:
    text = request.path_values["draft"]
    if not _NUMBER.match(text):
        raise DraftNotFound(draft=text)
    return int(text)


def _shown(draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft.id,
        "base": draft.base,
        "changes": draft.changes,
        "note": draft.note,
        "created_by": draft.created_by,
        "created_at": draft.created_at,
        "version": draft.version,
        "published_as": draft.published_as,
    }


def _finding(finding: Finding, request: Request) -> dict[str, Any]:
    is_zh = request.language == "zh"
    return {
        "kind": finding.kind,
        "name": finding.name,
        "place": finding.place,
        "position": finding.position,
        "severity": finding.severity,
        "detail": finding.zh if is_zh else finding.en,
        "fix": finding.fix.get(request.language) or finding.fix.get("en", ""),
    }


# --- releases ---------------------------------------------------------------------------


def list_releases(door: Door, request: Request) -> Answer:
    def act(work: Work) -> list[dict[str, Any]]:
        return [_release(each) for each in releases.list_releases(work.connection, work.workspace.schema)]

    return answer_json({"releases": door.run(request, act, reads_only=True)})


def compare_releases(door: Door, request: Request) -> Answer:
    """`{a}..{b}`: what differs, by kind, name and property."""
    match = _RANGE.match(request.path_values["range"])
    if match is None:
        raise NoSuchAddress(path=request.path, nearest="/api/releases/{a}..{b}")
    one, other = int(match[1]), int(match[2])

    def act(work: Work) -> Answer:
        found = releases.compare_releases(work.connection, work.workspace.schema, door.platform.catalogue, one, other)
        return answer_json({"from": one, "to": other, "differences": found})

    return door.run(request, act, reads_only=True)


def roll_back(door: Door, request: Request) -> Answer:
    """Publish the definitions of that release again; retired columns come back with their data."""
    text = request.path_values["release"]
    if not _NUMBER.match(text):
        raise ReleaseNotFound(number=text)
    number = installing.rollback(*_place(door, request), int(text), signed_in(request).person.user)
    return _published(door, request, number)


def _release(release: Release) -> dict[str, Any]:
    return {
        "release": release.number,
        "note": release.note,
        "apps": release.manifest["apps"],
        "published_at": release.published_at,
        "published_by": release.published_by,
        "rolls_back_to": release.rolls_back_to,
    }


def show_lineage(door: Door, request: Request) -> Answer:
    """What uses this, and what it uses."""
    kind, name = request.path_values["kind"], request.path_values["name"]
    return door.run(request, lambda work: answer_json(lineage(work.model, kind, name)), reads_only=True)


def _place(door: Door, request: Request) -> tuple[Any, Workspace, Any]:
    platform = door.platform
    return platform.db, platform.workspace(signed_in(request).workspace), platform.catalogue


def _admin(method: str, template: str, act: Callable[[Door, Request], Answer], *, kind: Kind = "quick") -> Route:
    return Route(method, template, act, guard="administrator", kind=kind)


_DRAFT = "/api/drafts/{draft}"
ROUTES = [
    _admin("POST", "/api/drafts", create_draft),
    _admin("GET", "/api/drafts", list_drafts),
    _admin("GET", _DRAFT, show_draft),
    _admin("PUT", f"{_DRAFT}/{{kind}}/{{name}}", put_definition),
    _admin("DELETE", f"{_DRAFT}/{{kind}}/{{name}}", remove_definition),
    _admin("POST", f"{_DRAFT}/check", check_draft, kind="long"),
    _admin("POST", f"{_DRAFT}/plan", plan_draft, kind="long"),
    _admin("POST", f"{_DRAFT}/publish", publish_draft, kind="long"),
    _admin("GET", "/api/releases", list_releases),
    _admin("GET", "/api/releases/{range}", compare_releases),
    _admin("POST", "/api/releases/{release}/rollback", roll_back, kind="long"),
    _admin("GET", "/api/lineage/{kind}/{name}", show_lineage),
]
