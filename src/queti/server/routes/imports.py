"""Imports: a file in, mapping and report out, then run or undo."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from starlette.datastructures import UploadFile

from queti.engines.imports import service
from queti.kernel.definitions import ImportDef
from queti.kernel.names import unknown
from queti.server.door import Door, signed_in
from queti.server.idempotency import claim_of
from queti.server.memory import give_back
from queti.server.messages import Answer, Header, Request, answer_json, decode_json, wrong
from queti.server.routing import Handler, Route

MAPPING = {"en": "mapping", "zh": "导入映射"}


def start(door: Door, request: Request) -> Answer:
    """Upload the file or files, with `target`, or `import` (a kept mapping), or `mapping` (JSON)."""
    files = [(file.filename or "file", file.file) for file in request.upload.get("files", ()) if file.filename]
    if not files:
        raise wrong("file", "required", "Choose a file.", "请选择文件。")
    mapping = _mapping(door, request)
    target = str(request.upload.get("target", ""))
    if mapping is None and not target:
        raise wrong("target", "required", "Name an object or an operation.", "请指明业务对象或操作。")
    return answer_json(service.start(_import_door(door, request), files, target=target, mapping=mapping), status=201)


def _mapping(door: Door, request: Request) -> ImportDef | None:
    """The mapping that the upload names or brings."""
    kept, own = request.upload.get("import", ""), request.upload.get("mapping", "")
    if kept:
        session = signed_in(request)
        imports = door.platform.model(door.platform.workspace(session.workspace)).imports
        if kept not in imports:
            raise unknown(MAPPING, str(kept), imports)
        return imports[str(kept)]
    if isinstance(own, UploadFile):
        own = own.file.read()
    return _read_mapping(decode_json(own.encode() if isinstance(own, str) else own)) if own else None


def _read_mapping(body: Any) -> ImportDef:
    try:
        return msgspec.convert(body, ImportDef)
    except msgspec.ValidationError as error:
        raise wrong("mapping", "shape", f"{error}.", f"映射格式不正确：{error}。") from error


def _import_door(door: Door, request: Request) -> service.Door:
    session = signed_in(request)
    return service.Door(
        door.platform,
        session.workspace,
        session.person,
        request.language,
        claim_of(request),
        beside=True,
    )


def remap(door: Door, request: Request) -> Answer:
    """Take another mapping `{mapping}` and check again."""
    body = request.json_object().get("mapping")
    mapping = _read_mapping({"import": "own", **body} if isinstance(body, dict) else body)
    return answer_json(service.remap(_import_door(door, request), _number(request), mapping))


def run(door: Door, request: Request) -> Answer:
    """Carry it out, or on: `{take: "all"}` refuses when a row is bad, `"good"` takes the good ones."""
    take = request.json_object().get("take", "all")
    if take not in ("all", "good"):
        raise wrong("take", "choice", "Must be “all” or “good”.", "只能是“all”或“good”。")
    return answer_json(service.run(_import_door(door, request), _number(request), take))


def show(door: Door, request: Request) -> Answer:
    return answer_json(service.state(_import_door(door, request), _number(request)))


def undo(door: Door, request: Request) -> Answer:
    """`{keep_changed: true}` leaves those that were changed since."""
    keep = request.json_object().get("keep_changed", False) is True
    return answer_json(service.undo(_import_door(door, request), _number(request), keep_changed=keep))


def cancel(door: Door, request: Request) -> Answer:
    """What is under way ends; nothing of it stays."""
    return answer_json(service.cancel(_import_door(door, request), _number(request)))


def pause(door: Door, request: Request) -> Answer:
    """What is done stays; `run` goes on with the rest."""
    return answer_json(service.pause(_import_door(door, request), _number(request)))


def report(door: Door, request: Request) -> Answer:
    """The rows that can't be taken, as xlsx: mend them there and import that file."""
    name, content = service.problem_book(_import_door(door, request), _number(request))
    return _book(name, content)


def template(door: Door, request: Request) -> Answer:
    """An empty spreadsheet for this object or operation, as xlsx."""
    target = request.path_values["target"]
    name, content = service.template(_import_door(door, request), target)
    return _book(name, content)


def _book(name: str, content: bytes) -> Answer:
    headers: list[Header] = [
        (b"content-type", b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"content-disposition", f"attachment; filename*=UTF-8''{quote(name)}".encode()),
    ]
    return Answer(200, content, headers)


def _number(request: Request) -> int:
    text = request.path_values["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise unknown(service.IMPORT, text, ())
    return int(text)


def _large(act: Handler) -> Handler:
    """A file's rows are in memory while `act` works on them, and no longer."""

    def acted(door: Door, request: Request) -> Answer:
        try:
            return act(door, request)
        finally:
            give_back()

    return acted


ROUTES = [
    Route("POST", "/api/imports", _large(start), upload=True, kind="long"),
    Route("GET", "/api/imports/{id}", show, previews="refuse"),
    Route("PUT", "/api/imports/{id}", _large(remap), kind="long"),
    Route("POST", "/api/imports/{id}/run", _large(run), kind="long"),
    Route("POST", "/api/imports/{id}/undo", undo, kind="long"),
    Route("POST", "/api/imports/{id}/cancel", cancel),
    Route("POST", "/api/imports/{id}/pause", pause),
    Route("GET", "/api/imports/{id}/report", report, kind="long", previews="refuse"),
    Route("GET", "/api/templates/{target}", template),
]
