"""`GET /api/regions`: the names of China's divisions by their codes; the same for everybody."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache

from queti.kernel import regions
from queti.server.door import Door
from queti.server.messages import Answer, Header, Request, encode_json
from queti.server.routing import Route


def show_regions(_door: Door, request: Request) -> Answer:
    packed, tag = _packed()
    headers: list[Header] = [
        (b"content-type", b"application/json"),
        (b"etag", tag),
        (b"cache-control", b"public, max-age=86400"),
        (b"vary", b"accept-encoding"),
    ]
    if request.headers.get(b"if-none-match", b"").removeprefix(b"W/") == tag:
        return Answer(304, b"", headers)
    if b"gzip" in request.headers.get(b"accept-encoding", b""):
        return Answer(200, packed, [*headers, (b"content-encoding", b"gzip")])
    return Answer(200, gzip.decompress(packed), headers)


@lru_cache(maxsize=1)
def _packed() -> tuple[bytes, bytes]:
    body = encode_json({"regions": regions.names()})
    return gzip.compress(body, 9, mtime=0), b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'


ROUTES = [Route("GET", "/api/regions", show_regions, guard="open")]
