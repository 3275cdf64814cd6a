"""Writes that may be sent twice: `Idempotency-Key`.

The first claim of a key writes its row; the same key of the same person, method and
path waits for the first one's transaction and then gets its answer. A key lives for 24
hours. The row is written in the Work's own transaction: what failed left no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from queti.kernel.errors import Refusal

if TYPE_CHECKING:
    from queti.kernel.work import Work

LARGEST_ANSWER = 64 * 1024
"""Bytes; of a larger answer only what `shorter` gives is kept."""


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key was used for another request; use a new key for each new request."""

    zh = "该 Idempotency-Key 已用于另一个请求，每个新请求请使用新的键。"
    field = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Claim:
    """The key that a request came with. The statement that its Work begins with claims it."""

    method: str
    path: str
    key: str
    body_hash: bytes

    def place(self, work: Work) -> tuple[int, str, str, str]:
        return work.who.user or 0, self.method, self.path, self.key

    def row(self, work: Work) -> tuple[Any, ...]:
        return (*self.place(work), self.body_hash)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


def kept(work: Work) -> Answer | None:
    """The answer that was kept under the Work's key, or None: then do the work and `keep` its answer.

    Raises IdempotencyKeyReused where the key came with another body.
    """
    if work.claim is None or not work.is_replay:
        return None
    [(first_hash, status, answer)] = work.rows(_STORED.format(schema=work.schema), work.claim.place(work))
    if bytes(first_hash) != work.claim.body_hash:
        raise IdempotencyKeyReused
    return Answer(status, answer)


def keep(work: Work, status: int, answer: Any, shorter: Any = None) -> None:
    """Keep the answer under the claimed key; it is written with the Work's history.

    `shorter` (the ids of what was made) is kept instead of an answer over 64 kB.
    """
    if work.claim is None:
        return
    if shorter is not None and len(msgspec.json.encode(answer)) > LARGEST_ANSWER:
        answer = shorter
    who, method, path, key = work.claim.place(work)
    work.journal.answer = {"who": who, "method": method, "path": path, "key": key, "status": status, "answer": answer}


CLAIM = """INSERT INTO {schema}.kernel_idempotency AS kept (who, method, path, key, body_hash)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (who, method, path, key) DO UPDATE
SET body_hash = excluded.body_hash, status = NULL, answer = NULL, made_at = now()
WHERE kept.made_at < now() - interval '24 hours' RETURNING 1"""
_STORED = """SELECT body_hash, status, answer FROM {schema}.kernel_idempotency
WHERE who = $1 AND method = $2 AND path = $3 AND key = $4"""
