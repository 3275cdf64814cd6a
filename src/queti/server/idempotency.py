"""`Idempotency-Key`: the same write sent twice is carried out once and answered twice alike.

The key is claimed in the write's own transaction (see the kernel's `idempotency`); a
second request with the key waits for the first one's commit, then gets its answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from queti.kernel.work import Work
from queti.kernel.writing import idempotency
from queti.server.messages import Answer, Request, answer_json
from queti.server.refusals import WrongKey

if TYPE_CHECKING:
    from queti.server.door import Door

Written = tuple[int, Any]
"""Status and JSON value of the answer to a write."""


def write_once(
    door: Door, request: Request, act: Callable[[Work], Written], finish: Callable[[Any, bool], Any] | None = None
) -> Answer:
    """Perform `act`; its answer is kept under the request's idempotency key if it carries one.

    `finish(value, is_replayed)` adds to the answer what must not be kept.
    """
    claim = claim_of(request)
    status, value, is_replayed = door.run(request, lambda work: _written(work, act), claim=claim)
    if finish is not None:
        value = finish(value, is_replayed)
    return answer_json(value, status=status, headers=[(b"idempotency-replayed", b"true")] if is_replayed else ())


def _written(work: Work, act: Callable[[Work], Written]) -> tuple[int, Any, bool]:
    kept = idempotency.kept(work)
    if kept is not None:
        return kept.status, kept.body, True
    status, value = act(work)
    if work.claim is not None:
        idempotency.keep(work, status, value, ids_only(value))
    return status, value, False


def claim_of(request: Request) -> idempotency.Claim | None:
    """The request's key, with what tells it from another request: all that was sent."""
    key = _key(request)
    if key is None:
        return None
    digest = hashlib.sha256(b"%d?%b" % (len(request.raw_query), request.raw_query))
    digest.update(request.body)
    for name, value in sorted(request.upload.items()):
        for part in value if isinstance(value, list) else [value]:
            digest.update(f"{name}={part.filename if isinstance(part, UploadFile) else part}\0".encode())
            if isinstance(part, UploadFile):
                digest.update(part.file.read())
                part.file.seek(0)
    return idempotency.Claim(request.method, request.path, key, digest.digest())


def _key(request: Request) -> str | None:
    raw = request.headers.get(b"idempotency-key")
    if raw is None:
        return None
    key = raw.decode("latin-1").strip().strip('"')
    if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise WrongKey
    return key


def ids_only(value: Any) -> Any:
    """What is kept of a large answer: which records it was about."""
    if isinstance(value, list):
        return [ids_only(inner) for inner in value if isinstance(inner, (dict, list))]
    if not isinstance(value, dict):
        return None
    if "id" in value:
        return {name: value[name] for name in ("object", "id", "version") if name in value}
    return {name: ids_only(inner) for name, inner in value.items() if isinstance(inner, (dict, list))}
