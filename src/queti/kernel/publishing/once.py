"""Publishing under an `Idempotency-Key`: sent twice it is done once, and answered twice alike.

Publications of a workspace follow each other, so the second finds what the first kept in its own transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.writing.idempotency import Claim, IdempotencyKeyReused

if TYPE_CHECKING:
    from queti.kernel.publishing.publish import Proposal, Propose, Publication


class DoneBefore(Exception):
    """`answer`: `{release}`, or `{publication}` of one that goes on beside the work."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self.answer = answer


def once(claim: Claim | None, who: int | None, propose: Propose) -> Propose:
    """Propose unless that was published under the claimed key: DoneBefore, IdempotencyKeyReused."""
    if claim is None:
        return propose

    def proposed(publication: Publication) -> Proposal | None:
        _refuse_done(publication.connection, publication.workspace.schema, claim, who)
        proposal = propose(publication)
        return proposal and replace(proposal, claim=claim)

    return proposed


def keep_answer(connection: Connection[Any], schema: str, proposal: Proposal, answer: dict[str, Any]) -> None:
    """In the publication's transaction."""
    if proposal.claim is None:
        return
    execute(
        connection,
        f"INSERT INTO {quoted(schema)}.kernel_idempotency AS kept (who, method, path, key, body_hash, status, answer)"
        " VALUES (%s, %s, %s, %s, %s, 200, %s) ON CONFLICT (who, method, path, key) DO UPDATE"
        " SET body_hash = excluded.body_hash, status = 200, answer = excluded.answer, made_at = now()",
        [*_place(proposal.claim, proposal.who), proposal.claim.body_hash, Jsonb(answer)],
    )


def _refuse_done(connection: Connection[Any], schema: str, claim: Claim, who: int | None) -> None:
    found = execute(
        connection,
        f"SELECT body_hash, answer FROM {quoted(schema)}.kernel_idempotency"
        " WHERE (who, method, path, key) = (%s, %s, %s, %s) AND made_at > now() - interval '24 hours'",
        _place(claim, who),
    ).fetchone()
    if found is None:
        return
    if bytes(found[0]) != claim.body_hash:
        raise IdempotencyKeyReused
    raise DoneBefore(found[1])


def _place(claim: Claim, who: int | None) -> list[Any]:
    return [who or 0, claim.method, claim.path, claim.key]
