"""Records: list, read, create, change, move to the trash, history, acts, timeline."""

from __future__ import annotations

from typing import Any, Literal

from queti.kernel.errors import RecordNotFound
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routing import Route

MOST_ROWS = 1000


def list_records(door: Door, request: Request) -> Answer:
    query = request.query
    limit = request.whole("limit", 50, 1, MOST_ROWS)
    count = _count(query.get("count", ""))
    fields = tuple(name.strip() for name in query.get("fields", "").split(",") if name.strip())

    def act(work: Work) -> Answer:
        page = work.as_person.query(
            request.path_values["object"],
            where=query.get("where", ""),
            sort=query.get("sort", ""),
            fields=fields,
            limit=limit,
            after=query.get("after") or None,
            count=count,
            search=query.get("search", ""),
            trash=query.get("trash", "") in ("true", "1"),
        )
        return answer_json({"records": page.records, "next": page.next, "count": page.count})

    return door.run(request, act, reads_only=True)


def create_records(door: Door, request: Request) -> Answer:
    """One record or a list of them, all or nothing."""
    given = request.json_objects()
    rows = given if isinstance(given, list) else [given]

    def act(work: Work) -> Written:
        return 201, {"records": work.as_person.create(request.path_values["object"], rows)}

    return write_once(door, request, act)


def show_record(door: Door, request: Request) -> Answer:
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json(work.as_person.fetch(object, id)), reads_only=True)


def change_record(door: Door, request: Request) -> Answer:
    """The fields to change and the `version` that they were read at; of a line, its record's."""
    object, id = place_of(request)
    given = request.json_object()
    expect = {id: version_of(given.pop("version", None))}

    def act(work: Work) -> Written:
        return 200, work.as_person.change(object, [(id, given)], expect=expect)[0]

    return write_once(door, request, act)


def change_records(door: Door, request: Request) -> Answer:
    """`[{id, version, …}]`: each with the fields that change and the version that it was read at; all or nothing."""
    object, rows = request.path_values["object"], request.json_objects()
    changes = [_change_of(row, place) for place, row in enumerate(rows if isinstance(rows, list) else [rows])]
    expect = {id: version for id, version, _ in changes}

    def act(work: Work) -> Written:
        changed = work.as_person.change(object, [(id, given) for id, _, given in changes], expect=expect)
        return 200, {"records": changed}

    return write_once(door, request, act)


def _change_of(row: dict[str, Any], place: int) -> tuple[int, int, dict[str, Any]]:
    given = dict(row)
    id, version = given.pop("id", None), given.pop("version", None)
    if type(id) is not int:
        raise wrong(f"[{place}].id", "required", "Give the id of the record.", "请提供记录的 id。")
    return id, version_of(version, f"[{place}].version"), given


def trash_record(door: Door, request: Request) -> Answer:
    object, id = place_of(request)
    given = request.query.get("version") if "version" in request.query else request.json_object().get("version")
    expect = {id: version_of(given)}

    def act(work: Work) -> Written:
        work.as_person.trash(object, [id], expect=expect)
        return 200, {"trashed": {"object": object, "id": id}}

    return write_once(door, request, act)


def restore_record(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Written:
        return 200, work.as_person.restore(object, [id])[0]

    return write_once(door, request, act)


def show_history(door: Door, request: Request) -> Answer:
    object, id = place_of(request)
    limit = request.whole("limit", 100, 1, 200)
    after = request.query.get("after") or None

    def act(work: Work) -> Answer:
        return answer_json(work.as_person.history(object, id, limit=limit, after=after))

    return door.run(request, act, reads_only=True)


def show_acts(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Answer:
        person = work.as_person
        acts, taken = person.acts(object, id), person.taken(object, id)
        return answer_json({"acts": acts, "taken": taken, "may": person.allowed(object, id)})

    return door.run(request, act, reads_only=True)


def show_timeline(door: Door, request: Request) -> Answer:
    object, id = place_of(request)
    limit = request.whole("limit", 50, 1, 200)
    after = request.query.get("after") or None

    def act(work: Work) -> Answer:
        return answer_json(work.as_person.timeline(object, id, limit=limit, after=after))

    return door.run(request, act, reads_only=True)


def reveal_field(door: Door, request: Request) -> Answer:
    """What an encrypted field holds; the history tells who asked."""
    object, id = place_of(request)
    field = request.path_values["field"]
    return door.run(request, lambda work: answer_json({"value": work.as_person.reveal(object, id, field)}))


def place_of(request: Request) -> tuple[str, int]:
    object = request.path_values["object"]
    return object, id_in(request, object)


def id_in(request: Request, object: str) -> int:
    """The id in the address; what is none is no record of the object."""
    text = request.path_values["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(what=object, id=text)
    return int(text)


def version_of(value: Any, place: str = "version") -> int:
    if value is None:
        raise wrong(place, "required", "Give the version that was read.", "请提供读取时的版本号。")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(place, "wrong_type", "The version is a whole number.", "版本号应为整数。")
    return value


def _count(text: str) -> bool | Literal["all"]:
    if text not in ("", "true", "false", "all"):
        raise wrong("count", "unknown_choice", "One of true, false, all.", "可选：true、false、all。")
    return "all" if text == "all" else text == "true"


_RECORD = "/api/records/{object}/{id}"
ROUTES = [
    Route("GET", "/api/records/{object}", list_records),
    Route("POST", "/api/records/{object}", create_records),
    Route("PATCH", "/api/records/{object}", change_records),
    Route("GET", _RECORD, show_record),
    Route("PATCH", _RECORD, change_record),
    Route("DELETE", _RECORD, trash_record),
    Route("POST", f"{_RECORD}/restore", restore_record),
    Route("GET", f"{_RECORD}/history", show_history),
    Route("POST", f"{_RECORD}/reveal/{{field}}", reveal_field),
    Route("GET", f"{_RECORD}/acts", show_acts),
    Route("GET", f"{_RECORD}/timeline", show_timeline),
]
