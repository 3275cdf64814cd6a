"""The built screen, served from memory: hashed files for ever, the page itself never cached."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from queti.server.door import Door
from queti.server.headers import PAGE_POLICY
from queti.server.messages import Answer, Header, Request
from queti.server.refusals import NoSuchAddress
from queti.server.routing import Route

FOR_EVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"
PACKED = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2",
          ".webmanifest": "application/manifest+json", ".json": "application/json", ".html": "text/html"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file of the screen, ready to send."""

    body: bytes
    packed: bytes | None
    headers: tuple[Header, ...]
    tag: bytes


class Files:
    """Files of one folder, read once each; a changed file is read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._known: dict[str, tuple[int, File]] = {}

    def find(self, path: str) -> File | None:
        """Nothing outside of the folder is ever found."""
        file = (self.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.folder) or not file.is_file():
            return None
        changed = file.stat().st_mtime_ns
        known = self._known.get(path)
        if known is None or known[0] != changed:
            known = self._known[path] = (changed, _read(file, path))
        return known[1]


def _read(file: Path, path: str) -> File:
    body = file.read_bytes()
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    text = kind.startswith(PACKED)
    packed = gzip.compress(body, 9, mtime=0) if text and len(body) > 1000 else None
    headers: list[Header] = [
        (b"content-type", f"{kind}; charset=utf-8".encode() if text else kind.encode()),
        (b"cache-control", FOR_EVER if path.startswith("/assets/") else ASK_AGAIN),
        (b"content-security-policy", PAGE_POLICY),
    ]
    tag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    return File(body, packed, tuple(headers), tag)


def send_file(request: Request, file: File) -> Answer:
    headers: list[Header] = [*file.headers, (b"etag", file.tag), (b"vary", b"accept-encoding")]
    if request.headers.get(b"if-none-match") in (file.tag, b"W/" + file.tag):
        return Answer(304, b"", headers)
    if file.packed is not None and b"gzip" in request.headers.get(b"accept-encoding", b""):
        return Answer(200, file.packed, [*headers, (b"content-encoding", b"gzip")])
    return Answer(200, file.body, headers)


def screen_folder() -> Path:
    """Where the build puts the screen."""
    return Path(str(resources.files("queti.server"))) / "ui"


_screen = Files(screen_folder())
_pages = Files(Path(str(resources.files("queti.server"))) / "pages")


def show_screen(_door: Door, request: Request) -> Answer:
    """A file of the screen; any other page address is the screen itself, which finds its own way."""
    file = _screen.find(request.path)
    if file is None and Path(request.path).suffix not in _TYPES:  # names of pages have dots: oms.sales_order
        file = _screen.find("/index.html") or _pages.find("/not_built.html")
    if file is None:
        raise NoSuchAddress(path=request.path, nearest="")
    return send_file(request, file)


def show_reference(_door: Door, request: Request) -> Answer:
    """The API reference: a small page of our own that reads `/api/openapi.json`."""
    name = request.path.removeprefix("/docs").lstrip("/") or "docs.html"
    file = _pages.find(name)
    if file is None:
        raise NoSuchAddress(path=request.path, nearest="")
    return send_file(request, file)


ROUTES = [
    Route("GET", "/docs", show_reference, guard="open"),
    Route("GET", "/docs/{file}", show_reference, guard="open"),
]
SCREEN = Route("GET", "/{path:path}", show_screen, guard="open")
