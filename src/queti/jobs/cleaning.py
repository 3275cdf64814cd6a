"""What is thrown away, and when. Each is one statement a workspace at most."""

from __future__ import annotations

from psycopg import sql

from queti.store.database import Database
from queti.store.workspaces import all_workspaces

_KEYS = "DELETE FROM {}.kernel_idempotency WHERE made_at < now() - interval '24 hours'"
_PLATFORM = (
    # Ended sessions stay visible to the administrator for a month.
    "DELETE FROM platform.session WHERE least(expires_at, revoked_at) < now() - interval '30 days'",
    "DELETE FROM platform.sign_in WHERE at < now() - interval '180 days'",
    """
    DELETE FROM jobs.procrastinate_jobs WHERE status IN ('failed', 'cancelled', 'aborted') AND id IN
        (SELECT job_id FROM jobs.procrastinate_events GROUP BY job_id HAVING max(at) < now() - interval '90 days')
    """,
)


def forget_old_keys(db: Database) -> int:
    """Idempotency keys live for 24 hours; how many went."""
    gone = 0
    for workspace in all_workspaces(db):
        with db.connection() as connection:
            gone += connection.execute(sql.SQL(_KEYS).format(sql.Identifier(workspace.schema))).rowcount
    return gone


def clean_platform(db: Database) -> None:
    """Old sessions, sign-ins and failed jobs; jobs that succeeded go at once."""
    for statement in _PLATFORM:
        with db.connection() as connection:
            connection.execute(statement)
