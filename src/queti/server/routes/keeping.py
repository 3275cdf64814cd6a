"""Drafts of records, and who looks at a record now."""

from __future__ import annotations

from typing import Any

from queti.engines import keeping, presence
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json, no_content, wrong
from queti.server.routing import Route


def show_draft(door: Door, request: Request) -> Answer:
    """`{draft: {values, labels, version, at}}`, or `{draft: null}`."""
    object, id = _place(request)
    return door.run(request, lambda work: answer_json({"draft": keeping.kept(work, object, id)}), reads_only=True)


def keep_draft(door: Door, request: Request) -> Answer:
    """`{values, labels, version}` of what was typed."""
    object, id = _place(request)
    given = request.json_object()
    return _done(door, request, lambda work: keeping.keep(work, object, id, given))


def discard_draft(door: Door, request: Request) -> Answer:
    object, id = _place(request)
    return _done(door, request, lambda work: keeping.discard(work, object, id))


def arrive(door: Door, request: Request) -> Answer:
    """`{page, writes}` → `{present: [{id, name, writes}]}`: the others who have the record open."""
    object, id = _place(request)
    given = request.json_object()
    page, writes = _page(given), bool(given.get("writes"))

    def act(work: Work) -> Answer:
        return answer_json({"present": presence.arrive(work, object, id, page, writes=writes)})

    return door.run(request, act)


def leave(door: Door, request: Request) -> Answer:
    """`{page}`."""
    page = _page(request.json_object())
    return _done(door, request, lambda work: presence.leave(work, page))


def _done(door: Door, request: Request, act: Any) -> Answer:
    door.run(request, act)
    return no_content()


def _place(request: Request) -> tuple[str, int]:
    """(object, record); a new one is 0."""
    given = request.path_values["id"]
    if given == "new":
        return request.path_values["object"], keeping.NEW
    if not given.isdigit():
        raise wrong("id", "not_an_id", "Must be a record's id, or “new”.", "必须是记录的 id 或“new”。")
    return request.path_values["object"], int(given)


def _page(given: dict[str, Any]) -> str:
    page = given.get("page")
    if not isinstance(page, str) or not 8 <= len(page) <= 64:
        raise wrong(
            "page",
            "wrong_page",
            "Must be the page's own key, of 8 to 64 characters.",
            "必须是页面自己的标识，8 到 64 个字符。",
        )
    return page


ROUTES = [
    Route("GET", "/api/records/{object}/{id}/draft", show_draft),
    Route("PUT", "/api/records/{object}/{id}/draft", keep_draft),
    Route("DELETE", "/api/records/{object}/{id}/draft", discard_draft),
    Route("POST", "/api/records/{object}/{id}/presence", arrive),
    Route("POST", "/api/presence/leave", leave, previews="allow"),
]
