"""The worker: procrastinate on a loop of its own, in a thread of the server or as `queti work`.

Its jobs are plain functions, run in threads. A job that died with its process is started
again as soon as the process's sign of life is missed.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

from queti.engines.flows.calling import AT_ONCE as CALLS_AT_ONCE
from queti.engines.flows.calling import make_calls
from queti.engines.flows.timing import pass_time
from queti.engines.flows.winding import strike, wind
from queti.engines.pictures import keep_within
from queti.jobs.cleaning import clean_platform, forget_old_keys
from queti.jobs.queue import backlog, drop_done, queue_calls, queue_timers, queue_undone
from queti.kernel.errors import Refusal
from queti.kernel.files import sweep
from queti.kernel.person import SYSTEM
from queti.kernel.writing.reactions import PASSING, run_reactions
from queti.store.database import Database
from queti.store.files import Files

if TYPE_CHECKING:
    from pathlib import Path

    from queti.kernel.platform import Platform

HEARTBEAT = 2.0
STALLED = 10.0
RETRY_AFTER = 1
"""Seconds to the first retry; each further one waits so much longer."""
RETRIES = 5
"""Then the job is over; what an event still waits for is queued again later."""
EXACT, IDLE = 1.0, 5.0
"""Seconds after which a lane looks for jobs whose moment has come; of others it is told at once."""
LANES = ("react", "clean", "flows", "calls", "calls", "calls")
"""Queues that are worked side by side; calls of one company, whose peers are slow, hold up no other's.
One job at a time in each: a worker with a free hand would look for the next job while the
lock of the running one hides it, and then sleep until its next poll."""

Run = Callable[[str, Mapping[str, Any]], None]
"""(workspace, payload): does a job of one kind."""
Report = Callable[[str, str], None]
"""(kind, outcome) of each finished job."""

log = logging.getLogger("queti.jobs")


def make_queue(
    db: Database, runs: Mapping[str, Run], report: Report, files: Files | None = None, cache: Path | None = None
) -> procrastinate.App:
    """The queue with a task for each kind of job and the scheduled clean-ups."""
    connector = procrastinate.PsycopgConnector(
        conninfo=db.dsn,
        min_size=1,
        max_size=len(LANES) + 2,
        kwargs={"options": "-c search_path=jobs", "application_name": "queti worker"},
    )
    queue = procrastinate.App(connector=connector)
    for kind, run in runs.items():
        _add_task(queue, kind, run, report)

    @queue.periodic(cron="* * * * *")
    @queue.task(name="queti.queue_undone", queue="clean", queueing_lock="queue_undone")
    def look_again(timestamp: int) -> None:  # noqa: ARG001 # pyright: ignore[reportUnusedFunction]
        queue_undone(db)

    looked_at: dict[str, int] = {}

    @queue.periodic(cron="* * * * *")
    @queue.task(name="queti.queue_timers", queue="clean", queueing_lock="queue_timers")
    def look_at_the_clock(timestamp: int) -> None:  # noqa: ARG001 # pyright: ignore[reportUnusedFunction]
        queue_timers(db, looked_at)
        queue_calls(db)

    @queue.periodic(cron="7 * * * *")
    @queue.task(name="queti.clean_keys", queue="clean", queueing_lock="clean_keys")
    def clean_keys(timestamp: int) -> None:  # noqa: ARG001 # pyright: ignore[reportUnusedFunction]
        forget_old_keys(db)

    if files is not None:

        @queue.periodic(cron="40 2 * * *")
        @queue.task(name="queti.sweep_files", queue="clean", queueing_lock="sweep_files")
        def sweep_files(timestamp: int) -> None:  # noqa: ARG001 # pyright: ignore[reportUnusedFunction]
            sweep(db, files)
            if cache is not None:
                keep_within(cache)

    @queue.periodic(cron="20 3 * * *")
    @queue.task(name="queti.clean_platform", queue="clean", queueing_lock="clean_platform")
    def clean_daily(timestamp: int) -> None:  # noqa: ARG001 # pyright: ignore[reportUnusedFunction]
        clean_platform(db)

    return queue


def _add_task(queue: procrastinate.App, kind: str, run: Run, report: Report) -> None:
    # What others made impossible for the moment is tried again soon; another failure must not hold up the rest.
    retry = procrastinate.RetryStrategy(
        max_attempts=RETRIES, wait=RETRY_AFTER, linear_wait=RETRY_AFTER, retry_exceptions=PASSING
    )

    @queue.task(name=f"queti.{kind}", queue=kind, retry=retry)
    def task(workspace: str, payload: Mapping[str, Any]) -> None:  # pyright: ignore[reportUnusedFunction]
        try:
            run(workspace, payload)
        except BaseException as problem:
            report(kind, "refused" if isinstance(problem, Refusal) else "failed")
            raise
        report(kind, "done")


class Worker:
    """Runs a queue until stopped. `start` returns once it takes jobs."""

    def __init__(
        self,
        db: Database,
        runs: Mapping[str, Run],
        report: Report | None = None,
        files: Files | None = None,
        cache: Path | None = None,
    ) -> None:
        self._queue = make_queue(db, runs, report or (lambda *_: None), files, cache)
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_now: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="queti-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(30)

    def stop(self, patience: float = 10.0) -> None:
        """Take no more jobs, finish what runs; what isn't done within `patience` is started again later."""
        self._stopping.set()
        if self._loop is not None and self._stop_now is not None:
            self._loop.call_soon_threadsafe(self._stop_now.set)
        self._thread.join(patience)

    def _run(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop, self._stop_now = asyncio.get_running_loop(), asyncio.Event()
        while not self._stopping.is_set():
            try:
                async with self._queue.open_async():
                    await self._work()
            except (psycopg.Error, ConnectorException) as problem:
                log.warning("the queue is away: %s", problem)
                await _first_of(self._stop_now.wait(), asyncio.sleep(2))

    async def _work(self) -> None:
        assert self._stop_now is not None
        lanes = [self._lane(name) for name in LANES]
        self._ready.set()
        await _first_of(*lanes, self._rescue(), self._stop_now.wait())

    def _lane(self, name: str) -> Coroutine[Any, Any, None]:
        return self._queue.run_worker_async(
            queues=[name],
            name=name,
            concurrency=1,
            fetch_job_polling_interval=EXACT if name == "flows" else IDLE,
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
            shutdown_graceful_timeout=8,
            delete_jobs="successful",
        )

    async def _rescue(self) -> None:
        """Jobs whose worker died (kill -9, lost machine) are started again."""
        jobs = self._queue.job_manager
        while True:
            for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                log.warning("job %s lost its worker and starts again", job.id)
                await jobs.retry_job(job)
            await asyncio.sleep(STALLED / 2)


async def _first_of(*acts: Coroutine[Any, Any, Any]) -> None:
    """Run until one ends; the others are cancelled and waited for, and a failure is passed on."""
    tasks = [asyncio.ensure_future(act) for act in acts]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for task in done:
        task.result()


def standard_runs(platform: Platform) -> dict[str, Run]:
    """What each kind of job does."""

    def react(workspace: str, payload: Mapping[str, Any]) -> None:
        """What the job is for, and whatever else waits: many small transactions are done as one set."""
        home = platform.workspace(workspace)
        others = set(backlog(platform.db, home)) - set(payload["events"])
        try:
            run_reactions(platform, workspace, [*payload["events"], *sorted(others)])
        finally:
            if others:
                drop_done(platform.db, home)

    def flows(workspace: str, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
        platform.run(workspace, SYSTEM, wind)
        while any(platform.run(workspace, SYSTEM, act) for act in (pass_time, strike)):
            pass

    def calls(workspace: str, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
        while make_calls(platform, workspace) == CALLS_AT_ONCE:
            pass

    return {"react": react, "flows": flows, "calls": calls}
