"""`Idempotency-Key`: the same write sent twice is carried out once and answered twice alike.

The key is claimed in the write's own transaction (see the kernel's `idempotency`); a
second request with the key waits for the first one's commit, then gets its answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from queti.kernel import idempotency
from queti.kernel.work import Work
from queti.server.messages import Answer, Request, answer_json
from queti.server.refusals import WrongKey

if TYPE_CHECKING:
    from queti.server.door import Door

Written = tuple[int, Any]
"""Status and JSON value of the answer to a write."""


def write_once(door: Door, request: Request, act: Callable[[Work], Written]) -> Answer:
    """Perform `act`; its answer is kept under the request's idempotency key if it carries one."""
    key = _key(request)
    claim = None
    if key is not None:
        claim = idempotency.Claim(request.method, request.path, key, hashlib.sha256(request.body).digest())

    def answered(work: Work) -> Answer:
        kept = idempotency.kept(work)
        if kept is not None:
            return answer_json(kept.body, status=kept.status, headers=[(b"idempotency-replayed", b"true")])
        status, value = act(work)
        if claim is not None:
            idempotency.keep(work, status, value, ids_only(value))
        return answer_json(value, status=status)

    return door.run(request, answered, claim=claim)


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
