"""`GET /api/definitions` and `GET /api/openapi.json`: made once for a release, a set of roles and a language."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from queti.kernel.work import Work
from queti.server.describing import describe
from queti.server.door import Door, signed_in
from queti.server.messages import Answer, Header, Request, encode_json
from queti.server.openapi import openapi_of
from queti.server.previews import preview_of
from queti.server.routes.session import about, told_of
from queti.server.routing import Route

KEPT = 64
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    body: bytes
    tag: str


class Shelf:
    """Finished JSON by key, the least used thrown out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Any]) -> Kept:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        body = encode_json(make())
        kept = Kept(body, hashlib.sha256(body).hexdigest()[:24])
        with self._lock:
            self._kept[key] = kept
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


_shelf = Shelf()


def show_definitions(door: Door, request: Request) -> Answer:
    def act(work: Work) -> tuple[Kept, dict[str, Any]]:
        model, roles = work.model, work.who.roles
        shelf = Shelf() if preview_of(request) else _shelf  # a draft's next version has the same release
        kept = shelf.get(_key(door, work, "definitions"), lambda: describe(model, roles, work.language))
        return kept, told_of(work)

    kept, told = door.run(request, act, reads_only=True)
    me = encode_json(about(signed_in(request), told))
    tag = f'"{kept.tag}-{hashlib.sha256(me).hexdigest()[:12]}"'.encode()
    return _cached(request, tag, lambda: b'{"me":' + me + b"," + kept.body[1:])


def show_openapi(door: Door, request: Request) -> Answer:
    def act(work: Work) -> Kept:
        model, roles = work.model, work.who.roles
        routes = door.routes.all

        def make() -> Any:
            return openapi_of(describe(model, roles, work.language), routes, administers=work.who.administers)

        return _shelf.get(_key(door, work, "openapi"), make)

    kept = door.run(request, act, reads_only=True)
    return _cached(request, f'"{kept.tag}"'.encode(), lambda: kept.body)


def _key(door: Door, work: Work, what: str) -> Key:
    roles = tuple(sorted(work.who.roles))
    return what, id(door), work.workspace.name, work.model.number, roles, work.who.administers, work.language


def _cached(request: Request, tag: bytes, body: Callable[[], bytes]) -> Answer:
    headers: list[Header] = [
        (b"content-type", b"application/json"),
        (b"etag", tag),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept-language, accept-encoding, authorization, cookie"),
    ]
    if request.headers.get(b"if-none-match", b"").removeprefix(b"W/") == tag:
        return Answer(304, b"", headers)
    if b"gzip" in request.headers.get(b"accept-encoding", b""):
        return Answer(200, gzip.compress(body(), 5), [*headers, (b"content-encoding", b"gzip")])
    return Answer(200, body(), headers)


ROUTES = [
    Route("GET", "/api/definitions", show_definitions),
    Route("GET", "/api/openapi.json", show_openapi),
]
