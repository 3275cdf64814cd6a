"""kill -9 of a worker amid starts, waits and clocks: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queti.engines.flows import timing, winding
from queti.engines.flows.timing import pass_time
from queti.engines.flows.winding import strike, wind
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.writing import reactions
from queti.kernel.writing.reactions import run_reactions
from queti.store.database import Database
from tests.engines.flows.conftest import PLACE, Company, catalogue_of
from tests.fixtures.patience import eventually
from tests.fixtures.processes import spawn

MANY = 300
PORTION = 10
COPY = {"kind": "create", "object": "own.request", "set": {"name": '"copy of " & name'}}
WAIT = {"kind": "wait", "wait_for": "hours", "hours": 1, "working_hours": False}
FLOWS: dict[str, Any] = {
    "starts": {"start": {"on": "created", "when": "not starts_with(name, 'copy')"}, "steps": {"copy": COPY}},
    "waits": {"start": {"on": "event", "event": "own.waited"}, "steps": {"wait": WAIT, "copy": COPY}},
    "clocks": {
        "start": {"on": "schedule", "every": "hour", "each": "not starts_with(name, 'copy')"},
        "steps": {"copy": COPY},
    },
}


def work(dsn: str, kind: str, flows: dict[str, Any]) -> None:
    """What a worker does, in small portions, until all is done."""
    reactions.AT_ONCE = timing.AT_ONCE = winding.PORTION = PORTION  # type: ignore[misc]
    database = Database(dsn, size=2)
    _ACTS[kind](Platform(database, catalogue_of(flows)), database)
    database.close()


def _react(platform: Platform, database: Database) -> None:
    schema = platform.workspace(PLACE).schema
    with database.connection() as connection:
        text = f'SELECT event_id FROM "{schema}".kernel_reaction WHERE done_at IS NULL ORDER BY 1'
        events = [event for (event,) in connection.execute(text).fetchall()]
    run_reactions(platform, PLACE, events)


def _later(act: Callable[..., Any]) -> Callable[[Platform, Database], None]:
    def again(platform: Platform, _: Database) -> None:
        later = datetime.now(UTC) + timedelta(hours=1.5)
        while platform.run(PLACE, SYSTEM, act, now=later):
            pass

    return again


_ACTS = {"starts": _react, "waits": _later(pass_time), "clocks": _later(strike)}


def has_work(place: Company, kind: str) -> None:
    def make(work: Any) -> None:
        made = work.create("own.request", [{"name": str(each)} for each in range(MANY)])
        if kind == "waits":
            work.tell("own.waited", made)
        wind(work)

    place.run(make)
    if kind == "waits":
        place.works()


@pytest.mark.parametrize("kind", ["starts", "waits", "clocks"])
def test_a_worker_killed_amid_its_work(company: Callable[..., Company], kind: str) -> None:
    flows = {kind: FLOWS[kind]}
    place = company(**flows)
    has_work(place, kind)

    def done() -> list[str]:
        return place.run(lambda work: [row.name for row in work.find("own.request", "starts_with(name, 'copy')")])

    given = (place.database.dsn, kind, flows)
    for at_least in (30, 100):
        worker = spawn(work, *given)
        eventually(lambda at_least=at_least: len(done()) >= at_least, "some of the work")
        worker.kill()
        worker.join()
    assert len(done()) < MANY
    last = spawn(work, *given)
    last.join()
    assert last.exitcode == 0
    assert Counter(done()) == {f"copy of {each}": 1 for each in range(MANY)}
    assert Counter(row.state for row in place.instances()) == {"approved": MANY}
