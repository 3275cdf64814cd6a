"""Views that people keep: `{name, body, roles}`; `roles` null for oneself, [] for everybody."""

from __future__ import annotations

from typing import Any

from queti.engines.views import kept
from queti.engines.views.first import first_view, open_first
from queti.kernel.errors import RecordNotFound
from queti.server.door import Door
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routes.records import version_of
from queti.server.routing import Route


def list_views(door: Door, request: Request) -> Answer:
    object = request.path_values["object"]

    def act(work: Any) -> Answer:
        return answer_json({"views": kept.list_views(work, object), "first": first_view(work, object)})

    return door.run(request, act, reads_only=True)


def put_first(door: Door, request: Request) -> Answer:
    """`{view}`: what the person's list opens with; empty for all records."""
    object, view = request.path_values["object"], request.json_object().get("view", "")
    if not isinstance(view, str):
        raise wrong("view", "wrong_type", "The name of a view.", "应为视图名称。")

    def act(work: Any) -> Written:
        open_first(work, object, view)
        return 200, {"first": view}

    return write_once(door, request, act)


def keep_view(door: Door, request: Request) -> Answer:
    object, (name, body, roles) = request.path_values["object"], _view(request)
    return write_once(door, request, lambda work: (201, kept.keep_view(work, object, name, body, roles)))


def change_view(door: Door, request: Request) -> Answer:
    view, (name, body, roles) = _id(request), _view(request)
    version = version_of(request.json_object().get("version"))
    return write_once(door, request, lambda work: (200, kept.change_view(work, view, version, name, body, roles)))


def remove_view(door: Door, request: Request) -> Answer:
    view, version = _id(request), version_of(request.query.get("version"))

    def act(work: Any) -> Written:
        kept.remove_view(work, view, version)
        return 200, {"removed": view}

    return write_once(door, request, act)


def _view(request: Request) -> tuple[str, dict[str, Any], list[str] | None]:
    given = request.json_object()
    name, body, roles = given.get("name", ""), given.get("body", {}), given.get("roles")
    if not isinstance(name, str) or not isinstance(body, dict):
        raise wrong("body", "wrong_type", "A name, and the view's properties.", "应为名称和视图属性。")
    if roles is not None and not (isinstance(roles, list) and all(isinstance(role, str) for role in roles)):
        raise wrong("roles", "wrong_type", "A list of roles, or null.", "应为角色列表或 null。")
    return name, body, roles


def _id(request: Request) -> int:
    text = request.path_values["view"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(what={"en": "view", "zh": "视图"}, id=text)
    return int(text)


ROUTES = [
    Route("GET", "/api/kept_views/{object}", list_views),
    Route("POST", "/api/kept_views/{object}", keep_view),
    Route("PUT", "/api/kept_views/{object}/first", put_first),
    Route("PATCH", "/api/kept_view/{view}", change_view),
    Route("DELETE", "/api/kept_view/{view}", remove_view),
]
