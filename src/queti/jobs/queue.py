"""Enqueuing, and what the queue says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace, all_workspaces

AT_ONCE = 1000
"""Events that one job looks at again."""
LONGEST_PAUSE = 1440
"""Minutes between two tries of what fails again and again; they double from one."""

SOON = timedelta(seconds=70)
"""What comes due before the next look at the clock, which is each minute."""


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


def queue_undone(db: Database) -> int:
    """Queue the reactions once more that were lost with their job, failed, or came with a backup; how many jobs."""
    return sum(_queue_undone(db, workspace) for workspace in all_workspaces(db))


def _queue_undone(db: Database, workspace: Workspace) -> int:
    with db.connection() as connection:
        values = {"lock": f"react:{workspace.name}", "longest": LONGEST_PAUSE, "limit": AT_ONCE}
        found = connection.execute(sql.SQL(_UNDONE).format(sql.Identifier(workspace.schema)), values).fetchall()
        if not found:
            return 0
        connection.execute("SELECT set_config('role', %s, true)", [workspace.role])
        events = sorted({event for (event,) in found})
        connection.execute("SELECT jobs.enqueue_work('react', %s)", [Jsonb({"events": events})])
        return 1


def backlog(db: Database, workspace: Workspace) -> list[int]:
    """Events that wait, so that one job does at once what many small transactions have left; oldest first."""
    with db.connection() as connection:
        found = connection.execute(sql.SQL(_BACKLOG).format(sql.Identifier(workspace.schema)), [AT_ONCE])
        return [event for (event,) in found]


def drop_done(db: Database, workspace: Workspace) -> int:
    """Take away the jobs whose reactions another job has done; how many."""
    with db.connection() as connection:
        values = {"lock": f"react:{workspace.name}", "limit": AT_ONCE}
        return connection.execute(sql.SQL(_DROP).format(sql.Identifier(workspace.schema)), values).rowcount


def queue_timers(db: Database, looked_at: dict[str, int] | None = None) -> int:
    """Queue a job for each workspace in which a flow's timer or clock is due, or whose release hasn't been looked
    at for flows that begin by the clock; how many. `looked_at` keeps the releases by workspace."""
    return sum(_queue_timers(db, workspace, looked_at) for workspace in all_workspaces(db))


def _queue_timers(db: Database, workspace: Workspace, looked_at: dict[str, int] | None) -> int:
    with db.connection() as connection:
        found = connection.execute(_HAS_CLOCKS, [f'"{workspace.schema}".flow_clock']).fetchone()
        if found is None or found[0] is None:
            return 0
        known = -1 if looked_at is None else looked_at.get(workspace.name, 0)
        _ring_soon(connection, workspace)
        values = {"lock": f"flows:{workspace.name}", "known": known}
        due = connection.execute(sql.SQL(_DUE).format(sql.Identifier(workspace.schema)), values).fetchone()
        if due is None:
            return 0
        if looked_at is not None:
            looked_at[workspace.name] = due[0]
        connection.execute("SELECT set_config('role', %s, true)", [workspace.role])
        connection.execute("SELECT jobs.enqueue_work('flows', '{}')")
        return 1


def _ring_soon(connection: Connection[Any], workspace: Workspace) -> None:
    """What is due before the next look has a job of its own, at its second."""
    [[moments]] = connection.execute(sql.SQL(_SOON).format(sql.Identifier(workspace.schema)), [SOON, SOON]).fetchall()
    if moments:
        connection.execute("SELECT set_config('role', %s, true)", [workspace.role])
        connection.execute("SELECT jobs.enqueue_at('flows', %s)", [moments])
        connection.execute("RESET ROLE")


def queue_calls(db: Database) -> int:
    """Queue a job for each workspace in which a call to the outside is due; how many."""
    return sum(_queue_calls(db, workspace) for workspace in all_workspaces(db))


def _queue_calls(db: Database, workspace: Workspace) -> int:
    with db.connection() as connection:
        found = connection.execute(_HAS_CLOCKS, [f'"{workspace.schema}".flow_call']).fetchone()
        if found is None or found[0] is None:
            return 0
        values = {"lock": f"calls:{workspace.name}"}
        if not connection.execute(sql.SQL(_CALLS).format(sql.Identifier(workspace.schema)), values).fetchone():
            return 0
        connection.execute("SELECT set_config('role', %s, true)", [workspace.role])
        connection.execute("SELECT jobs.enqueue_work('calls', '{}')")
        return 1


_CALLS = """
SELECT 1 WHERE EXISTS (SELECT FROM {0}.flow_call WHERE due_at <= now())
AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing'))
"""
_SOON = """
SELECT array_agg(DISTINCT due_at) FROM (
    SELECT due_at FROM {0}.flow_timer WHERE due_at > now() AND due_at <= now() + %s
    UNION ALL SELECT due_at FROM {0}.flow_clock WHERE due_at > now() AND due_at <= now() + %s) AS soon
"""
_HAS_CLOCKS = "SELECT to_regclass(%s)"
_DUE = """
SELECT number FROM (SELECT max(number) AS number FROM {0}.kernel_release) AS newest
WHERE (EXISTS (SELECT FROM {0}.flow_timer WHERE due_at <= now())
    OR EXISTS (SELECT FROM {0}.flow_clock WHERE due_at <= now())
    OR (%(known)s >= 0 AND number <> %(known)s))
AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing'))
"""

_BACKLOG = """
SELECT event_id FROM {}.kernel_reaction WHERE done_at IS NULL AND tries = 0
GROUP BY event_id ORDER BY event_id LIMIT %s
"""
_DROP = """
DELETE FROM jobs.procrastinate_jobs WHERE id IN (
    SELECT job.id FROM jobs.procrastinate_jobs AS job
    WHERE job.lock = %(lock)s AND job.status = 'todo' AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(job.args #> '{{payload,events}}') AS event
        JOIN {}.kernel_reaction AS r ON r.event_id = event::bigint AND r.done_at IS NULL)
    ORDER BY job.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""

# While a job of the workspace waits or runs it may be the one that does them.
_UNDONE = """
SELECT r.event_id FROM {0}.kernel_reaction AS r JOIN {0}.kernel_event AS e ON e.id = r.event_id
WHERE r.done_at IS NULL
AND coalesce(r.tried_at, e.at) < now()
    - make_interval(mins => least(power(2, least(r.tries, 20)), %(longest)s)::integer)
AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing'))
ORDER BY r.event_id LIMIT %(limit)s
"""
