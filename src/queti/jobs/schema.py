"""The schema `jobs`: procrastinate's tables, and the one function by which workspaces enqueue."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from psycopg import Connection

from queti.store.database import Database
from queti.store.platform import prepare_platform

KINDS = ("react", "flows", "calls")
"""Kinds of job that a workspace may enqueue; jobs of one kind and workspace run one after another."""

# Whoever calls: the workspace is the one whose role the transaction has entered, and the
# caller can't name another. `current_setting('role')` is the caller's even in here.
_ENQUEUE = """
CREATE OR REPLACE FUNCTION jobs.enqueue_work(kind text, payload jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
DECLARE
    home text;
    job bigint;
BEGIN
    SELECT name INTO home FROM platform.workspace WHERE role = current_setting('role');
    IF home IS NULL THEN
        RAISE EXCEPTION 'jobs are enqueued from inside a workspace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF kind <> ALL (%(kinds)s::text[]) THEN
        RAISE EXCEPTION 'there is no kind of job named %%', kind USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, lock, args)
    VALUES (kind, 'queti.' || kind, kind || ':' || home, jsonb_build_object('workspace', home, 'payload', payload))
    RETURNING id INTO job;
    RETURN job;
END
$$
"""
# At a moment, once a second: it holds up no job of the kind that comes before, so its lock is another.
_ENQUEUE_AT = """
CREATE OR REPLACE FUNCTION jobs.enqueue_at(kind text, moments timestamptz[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
DECLARE
    home text;
BEGIN
    SELECT name INTO home FROM platform.workspace WHERE role = current_setting('role');
    IF home IS NULL OR kind <> ALL (%(kinds)s::text[]) THEN
        RAISE EXCEPTION 'jobs are enqueued from inside a workspace, by their kinds'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    SELECT DISTINCT kind, 'queti.' || kind, kind || ' at:' || home,
        kind || ':' || home || ':' || extract(epoch FROM second),
        jsonb_build_object('workspace', home, 'payload', '{}'::jsonb), second
    FROM (SELECT date_trunc('second', moment) + interval '1 second' AS second FROM unnest(moments) AS moment) AS each
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING;
END
$$
"""
# Workspaces come and go; the function itself refuses everybody who is in none.
_GRANTS = """
GRANT USAGE ON SCHEMA jobs TO PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.enqueue_work(text, jsonb) TO PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.enqueue_at(text, timestamptz[]) TO PUBLIC;
"""


def prepare_database(db: Database) -> None:
    """Everything beside the workspaces: whatever writes into one may have a reaction for the queue."""
    prepare_platform(db)
    prepare_jobs(db)


def prepare_jobs(db: Database) -> None:
    """Make or bring up to date the schema `jobs`. Any number of processes may call it at once."""
    with db.connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('queti.jobs', 0))")
        connection.execute("CREATE SCHEMA IF NOT EXISTS jobs")
        connection.execute("SET LOCAL search_path = jobs")
        connection.execute("CREATE TABLE IF NOT EXISTS jobs.migration (name text PRIMARY KEY)")
        _bring_up_to_date(connection)
        kinds = "ARRAY[" + ", ".join(f"'{kind}'" for kind in KINDS) + "]"
        connection.execute((_ENQUEUE % {"kinds": kinds}).encode())
        connection.execute((_ENQUEUE_AT % {"kinds": kinds}).encode())
        connection.execute(_GRANTS)


def _bring_up_to_date(connection: Connection[Any]) -> None:
    """The queue's schema as a whole at first, afterwards the migrations that a newer version brings."""
    folder = _sql_folder()
    files = sorted((folder / "migrations").glob("*.sql"))
    done = {name for (name,) in connection.execute("SELECT name FROM jobs.migration")}
    if not done:
        connection.execute((folder / "schema.sql").read_bytes())
        # A procedure's names are looked up when it runs, by whatever search path is set then.
        connection.execute(_PIN_SEARCH_PATH)
    for file in files:
        if file.name in done:
            continue
        if done:
            connection.execute(file.read_bytes())
        connection.execute("INSERT INTO jobs.migration (name) VALUES (%s)", [file.name])
    if done and any(file.name not in done for file in files):
        connection.execute(_PIN_SEARCH_PATH)


def _sql_folder() -> Path:
    """Where the queue keeps its SQL; importing it would cost a start a third of a second."""
    found = find_spec("procrastinate")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "sql"


_PIN_SEARCH_PATH = """
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN
        SELECT oid FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace AND proname LIKE 'procrastinate%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', routine);
    END LOOP;
END
$$
"""
