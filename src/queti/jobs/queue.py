"""Enqueuing, and what the queue says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from queti.kernel.work import Work
from queti.store.database import Database


def enqueue(work: Work, kind: str, payload: Mapping[str, Any]) -> int:
    """Queue a job in the Work's own transaction: it exists only if the Work commits. The job's id."""
    row = work.connection.execute("SELECT jobs.enqueue_work(%s, %s)", (kind, Jsonb(dict(payload)))).fetchone()
    assert row is not None
    return row[0]


def waiting(db: Database) -> Mapping[str, int]:
    """How many jobs there are in each state that needs attention."""
    with db.connection() as connection:
        rows = connection.execute(
            "SELECT status::text, count(*) FROM jobs.procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
        ).fetchall()
    return dict(rows)
