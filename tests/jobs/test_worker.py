"""The queue: who may enqueue, in which order jobs run, what survives a dead worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from queti.jobs import worker as worker_module
from queti.jobs.cleaning import clean_platform, forget_old_keys
from queti.jobs.queue import waiting
from queti.jobs.schema import prepare_jobs
from queti.jobs.worker import Worker, standard_runs
from queti.kernel.errors import NotAllowed
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.store.database import Database
from queti.store.workspaces import Workspace, create_workspace
from tests.fixtures.database import Databases
from tests.fixtures.patience import eventually
from tests.server.kiosk import WORKSPACE, kiosk_catalogue, make_kiosk, order


@pytest.fixture
def jobs(database: Database) -> Database:
    prepare_jobs(database)
    return database


@pytest.fixture
def home(jobs: Database) -> Workspace:
    return create_workspace(jobs, "test", {"en": "Test"})


def put(db: Database, home: Workspace, *payloads: Mapping[str, Any], kind: str = "react") -> None:
    with db.connection() as connection:
        connection.execute("SELECT set_config('role', %s, true)", (home.role,))
        for payload in payloads:
            connection.execute("SELECT jobs.enqueue_work(%s, %s)", (kind, Jsonb(payload)))


@contextmanager
def working(db: Database, run: Any, outcomes: list[str] | None = None) -> Iterator[Worker]:
    noted = outcomes if outcomes is not None else []
    worker = Worker(db, {"react": run}, lambda _kind, outcome: noted.append(outcome))
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


class TestEnqueuing:
    def test_takes_the_workspace_from_the_role(self, jobs: Database, home: Workspace) -> None:
        put(jobs, home, {"workspace": "other", "events": [1]})
        with jobs.connection() as connection:
            [(args,)] = connection.execute("SELECT args FROM jobs.procrastinate_jobs").fetchall()
        assert args["workspace"] == "test"

    def test_outside_of_workspaces_is_refused(self, jobs: Database) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), jobs.connection() as connection:
            connection.execute("SELECT jobs.enqueue_work('react', '{}')")

    def test_of_an_unknown_kind_is_refused(self, jobs: Database, home: Workspace) -> None:
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            put(jobs, home, {}, kind="anything")

    def test_workspaces_reach_nothing_else_of_the_queue(self, jobs: Database, home: Workspace) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), jobs.connection() as connection:
            connection.execute("SELECT set_config('role', %s, true)", (home.role,))
            connection.execute("SELECT * FROM jobs.procrastinate_jobs")

    def test_goes_with_its_transaction(self, jobs: Database, home: Workspace) -> None:
        with jobs.connection() as connection:
            connection.execute("SELECT set_config('role', %s, true)", (home.role,))
            connection.execute("SELECT jobs.enqueue_work('react', '{}')")
            connection.rollback()
        assert waiting(jobs) == {}

    def test_the_schema_is_prepared_any_number_of_times(self, jobs: Database) -> None:
        prepare_jobs(jobs)
        prepare_jobs(jobs)


class TestWorker:
    def test_jobs_of_a_workspace_run_one_after_another(self, jobs: Database, home: Workspace) -> None:
        done: list[int] = []
        put(jobs, home, *({"n": n} for n in range(20)))
        with working(jobs, lambda _workspace, payload: done.append(payload["n"])):
            eventually(lambda: len(done) == 20, "twenty jobs")
            put(jobs, home, {"n": 20})
            eventually(lambda: len(done) == 21, "one that came later")
            eventually(lambda: waiting(jobs) == {}, "an empty queue")
        assert done == list(range(21))

    def test_a_refused_one_does_not_hold_up_the_next(self, jobs: Database, home: Workspace) -> None:
        outcomes: list[str] = []

        def run(_workspace: str, payload: Mapping[str, Any]) -> None:
            if payload["n"] == 1:
                raise NotAllowed(act="do", what="that")

        put(jobs, home, {"n": 1}, {"n": 2})
        with working(jobs, run, outcomes):
            eventually(lambda: len(outcomes) == 2, "two jobs")
            eventually(lambda: waiting(jobs) == {"failed": 1}, "the record of the refused one")
        assert outcomes == ["refused", "done"]

    def test_a_lost_connection_is_tried_again(
        self, jobs: Database, home: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker_module, "RETRY_AFTER", 0)
        outcomes: list[str] = []

        def run(_workspace: str, _payload: Mapping[str, Any]) -> None:
            if not outcomes:
                raise psycopg.OperationalError("gone")

        put(jobs, home, {})
        with working(jobs, run, outcomes):
            eventually(lambda: outcomes == ["failed", "done"], "the second try")

    def test_what_a_dead_worker_left_is_started_again(
        self, jobs: Database, home: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker_module, "STALLED", 0.4)
        monkeypatch.setattr(worker_module, "HEARTBEAT", 0.1)
        done: list[int] = []
        put(jobs, home, {"n": 1})
        with jobs.connection() as connection:
            connection.execute(
                "INSERT INTO jobs.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h')"
            )
            connection.execute(
                "UPDATE jobs.procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT id FROM jobs.procrastinate_workers)"
            )
        with working(jobs, lambda _workspace, payload: done.append(payload["n"])):
            eventually(lambda: done == [1], "the job of the dead worker")


def test_slow_calls_of_one_company_hold_up_no_other(jobs: Database, home: Workspace) -> None:
    other, gone = create_workspace(jobs, "other", {"en": "Other"}), threading.Event()
    done: list[str] = []

    def run(workspace: str, _payload: Mapping[str, Any]) -> None:
        if workspace == "test":
            gone.wait(60)
        done.append(workspace)

    put(jobs, home, {}, {}, kind="calls")
    put(jobs, other, {}, kind="calls")
    worker = Worker(jobs, {"calls": run})
    worker.start()
    try:
        eventually(lambda: done == ["other"], "the other's calls")
        gone.set()
        eventually(lambda: done == ["other", "test", "test"], "the slow ones")
    finally:
        worker.stop()


class TestReactions:
    def test_run_after_the_commit_and_once(self, databases: Databases) -> None:
        with databases.fresh(databases.template("kiosk", make_kiosk)) as database:
            platform = Platform(database, kiosk_catalogue())

            def close(work: Any) -> int:
                [made] = work.create("kiosk.order", [order("J-1")])
                work.perform("kiosk.close_order", {"order": made.id})
                return made.id

            id = platform.run(WORKSPACE, SYSTEM, close)

            def noted() -> Any:
                find = lambda work: work.fetch("kiosk.order", [id])[0]["secret"]  # noqa: E731
                return platform.run(WORKSPACE, SYSTEM, find, reads_only=True)

            assert noted() is None
            runs = standard_runs(platform)
            worker = Worker(database, runs)
            worker.start()
            eventually(lambda: noted() == "reacted", "the reaction")
            worker.stop()
            with database.connection() as connection:
                [(event,)] = connection.execute('SELECT id FROM "w_kiosk".kernel_event').fetchall()
            runs["react"](WORKSPACE, {"events": [event]})
            [record] = platform.run(WORKSPACE, SYSTEM, lambda work: work.fetch("kiosk.order", [id]))
            assert record.version == 3

    def test_of_many_small_transactions_are_done_by_one_job(self, databases: Databases) -> None:
        with databases.fresh(databases.template("kiosk", make_kiosk)) as database:
            platform = Platform(database, kiosk_catalogue())

            def close(work: Any, number: int) -> None:
                [made] = work.create("kiosk.order", [order(f"J-{number}")])
                work.perform("kiosk.close_order", {"order": made.id})

            for number in range(5):
                platform.run(WORKSPACE, SYSTEM, lambda work, number=number: close(work, number))
            with database.connection() as connection:
                jobs = connection.execute("SELECT id, args FROM jobs.procrastinate_jobs ORDER BY id").fetchall()
                connection.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing' WHERE id = %s", [jobs[0][0]])
            standard_runs(platform)["react"](WORKSPACE, jobs[0][1]["payload"])
            with database.connection() as connection:
                [(left,)] = connection.execute('SELECT count(*) FROM "w_kiosk".kernel_reaction WHERE done_at IS NULL')
                states = connection.execute("SELECT status::text FROM jobs.procrastinate_jobs").fetchall()
            assert (len(jobs), left, states) == (5, 0, [("doing",)])


class TestCleaning:
    def test_old_keys_go_and_young_ones_stay(self, jobs: Database, home: Workspace) -> None:
        with jobs.connection() as connection:
            connection.execute(
                f'INSERT INTO "{home.schema}".kernel_idempotency (who, method, path, key, body_hash, made_at)'
                " VALUES (1, 'POST', '/', 'old', '', now() - interval '25 h'), (1, 'POST', '/', 'young', '', now())"
            )
        assert forget_old_keys(jobs) == 1
        assert forget_old_keys(jobs) == 0

    def test_ended_sessions_and_finished_jobs_go(self, jobs: Database, home: Workspace) -> None:
        clean_platform(jobs)
        with jobs.connection() as connection:
            connection.execute(
                "INSERT INTO platform.account (workspace, login, user_id) VALUES ('test', 'a', 1);"
                "INSERT INTO platform.session (token_hash, account_id, expires_at, revoked_at)"
                " SELECT n::text::bytea, id, now() + interval '1 d', now() - make_interval(days => n)"
                " FROM platform.account, (VALUES (1), (40)) AS days (n)"
            )
        clean_platform(jobs)
        with jobs.connection() as connection:
            assert connection.execute("SELECT count(*) FROM platform.session").fetchone() == (1,)
