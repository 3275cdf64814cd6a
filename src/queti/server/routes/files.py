"""Files: uploaded first, then named by the value of a field, and read through that field."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from shutil import disk_usage
from typing import Any
from urllib.parse import quote

from queti.engines.pictures import TYPE, thumbnail
from queti.kernel.errors import RecordNotFound
from queti.kernel.files import Kept, note, shown_file
from queti.server.door import Door, signed_in
from queti.server.messages import Answer, Header, Request, answer_json, wrong
from queti.server.refusals import DoorRefusal
from queti.server.routing import Route
from queti.store.errors import StoreProblem
from queti.store.files import FileLost, StorageAway
from queti.store.media import LyingType, media_type
from queti.store.scanning import Infected, ScannerAway, scan

INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"})
"""Types that a browser may show by itself; all others are only ever saved."""
POLICY = b"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
LONGEST_NAME = 200
LEAST_FREE = 1024**3
"""Bytes that uploads leave free on the disk, for the database and all else."""


class FileRefused(DoorRefusal):
    """The file was not taken. {reason}"""

    zh = "文件未被接收。{reason}"
    status = 422


class UploadsClosed(DoorRefusal):
    """No files can be taken at the moment. {reason}"""

    zh = "暂时不能上传文件。{reason}"
    kind = "busy"
    status = 503


class DiskFull(DoorRefusal):
    """The server's disk is almost full, so no files are taken. Ask your administrator to make room."""

    zh = "服务器磁盘空间不足，暂不接收文件，请联系管理员清理。"
    kind = "busy"
    status = 507


class ContentLost(DoorRefusal):
    """The file can't be shown. {reason}"""

    zh = "文件无法显示。{reason}"
    kind = "not_found"
    status = 404


def upload(door: Door, request: Request) -> Answer:
    """The body is the file, `name` what it is called; the answer is what a field may hold."""

    def noted(digest: str, size: int, name: str, type: str) -> dict[str, Any]:
        return door.run(request, lambda work: note(work, digest, size, name, type))

    return answer_json(take(door, request, signed_in(request).workspace, noted), status=201)


def take(door: Door, request: Request, workspace: str, noted: Callable[[str, int, str, str], dict[str, Any]]) -> Any:
    """Look at what has arrived, have it noted, and keep it; what `noted` answers of digest, size, name and type."""
    arriving = request.arriving
    assert arriving is not None
    if disk_usage(arriving.path.parent).free < LEAST_FREE:
        raise DiskFull
    name = _file_name(request.query.get("name", ""))
    if not arriving.size:
        raise wrong("body", "required", "The file is empty.", "文件为空。")
    source = arriving.finish()
    try:
        type = media_type(arriving.head, name)
        scan(door.settings.scanner, source, name)
    except (LyingType, Infected) as problem:
        raise FileRefused(reason=_both(problem)) from problem
    except ScannerAway as problem:
        raise UploadsClosed(reason=_both(problem)) from problem
    digest, size = arriving.digest, arriving.size
    value = noted(digest, size, name, type)
    try:
        door.platform.files.keep(door.platform.workspace(workspace).schema, digest, source)
    except StorageAway as problem:
        raise UploadsClosed(reason=_both(problem)) from problem
    return value


def download(door: Door, request: Request) -> Answer:
    """The file as the field shows it; `size` asks for a small picture, `download` for saving it."""
    given = request.path_values
    path = [given["field"]] if "line" not in given else [given["field"], given["line"], given["inner"]]
    record, file = _number(given["id"]), _number(given["file"])
    kept = door.run(request, lambda work: shown_file(work, given["object"], record, path, file), reads_only=True)
    side = request.whole("size", 320, 1, 4096) if "size" in request.query else 0
    return answer_file(door, request, kept, side)


def answer_file(door: Door, request: Request, kept: Kept, side: int = 0) -> Answer:
    """The content with headers under which a browser can do no harm with it."""
    folder = door.platform.workspace(signed_in(request).workspace).schema

    def read() -> Iterator[bytes]:
        try:
            return door.platform.files.read(folder, kept.digest)
        except FileLost as problem:
            raise ContentLost(reason=_both(problem)) from problem

    tag = b'"' + hashlib.sha256(f"{kept.digest}/{side}".encode()).hexdigest()[:32].encode() + b'"'
    headers: list[Header] = [
        (b"etag", tag),
        (b"cache-control", b"private, no-cache"),
        (b"content-security-policy", POLICY),
        (b"content-disposition", _disposition(kept, saved="download" in request.query)),
    ]
    if request.headers.get(b"if-none-match", b"").removeprefix(b"W/") == tag:
        return Answer(304, b"", headers)
    if side and kept.type.startswith("image/"):
        small = thumbnail(door.platform.home.cache, kept.digest, side, read)
        return Answer(200, small, [*headers, (b"content-type", TYPE.encode())])
    headers.append((b"content-type", kept.type.encode() if kept.type in INLINE else b"application/octet-stream"))
    headers.append((b"content-length", str(kept.size).encode()))
    return Answer(200, b"", headers, read())


def _disposition(kept: Kept, *, saved: bool) -> bytes:
    how = "inline" if kept.type in INLINE and not saved else "attachment"
    return f"{how}; filename*=UTF-8''{quote(kept.name, safe='')}".encode()


def _file_name(given: str) -> str:
    """The last part of whatever path was given, without what can't stand in a name."""
    plain = given.replace("\\", "/").rpartition("/")[2].strip()
    name = "".join(letter for letter in plain if letter.isprintable()).strip(". ")
    if not name:
        raise wrong("name", "required", "Give the file's name.", "请提供文件名。")
    return name if len(name) <= LONGEST_NAME else name[-LONGEST_NAME:]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(what={"en": "file", "zh": "文件"}, id=text)
    return int(text)


def _both(problem: StoreProblem) -> dict[str, str]:
    return {"en": problem.says("en"), "zh": problem.says("zh")}


_FILE = "/api/records/{object}/{id}/files/{field}/{file}"
ROUTES = [
    Route("POST", "/api/files", upload, arrives=True),
    Route("GET", _FILE, download),
    Route("GET", "/api/records/{object}/{id}/files/{field}/{line}/{inner}/{file}", download),
]
