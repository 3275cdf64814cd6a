"""Reactions by the worker: none is lost, none holds up another, none happens twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from queti.jobs import worker as worker_module
from queti.jobs.queue import queue_undone, waiting
from queti.jobs.worker import Worker, standard_runs
from queti.kernel.definitions import AppDef, RoleDef
from queti.kernel.errors import NotAllowed
from queti.kernel.events import Event, reacts_to
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Busy, Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.publish import repair
from queti.kernel.work import Work
from queti.kernel.writing.reactions import failed_reactions, run_reactions
from queti.store.database import Database
from tests.fixtures.database import Databases
from tests.fixtures.patience import eventually
from tests.server.kiosk import BASE, KIOSK, ROLES, WORKSPACE, close_order, make_kiosk, order, serving

MOUSE = "kiosk.mouse"


@dataclass
class Counter:
    """The kiosk's orders are closed, and two reactions hear of it: `cat` always works, `mouse` does as told."""

    db: Database
    platform: Platform = field(init=False)
    fails: Callable[[Work, list[Event]], None] = lambda work, events: None
    """Runs within `mouse` before anything is written."""

    def __post_init__(self) -> None:
        @reacts_to("kiosk.order_closed")
        def mouse(work: Work, events: list[Event]) -> None:
            self.fails(work, events)
            work.change("kiosk.order", [(event.record, {"secret": "eek"}) for event in events])

        @reacts_to("kiosk.order_closed")
        def cat(work: Work, events: list[Event]) -> None:
            work.change("kiosk.order", [(event.record, {"owner": None}) for event in events])

        roles = [msgspec.convert({"label": {"en": role["role"]}, **role}, RoleDef) for role in ROLES]
        told = msgspec.convert({"app": "kiosk", "needs": ["base"]}, AppDef)
        kiosk = App.of(told, [*KIOSK, *roles], [close_order], [mouse, cat])
        self.platform = Platform(self.db, Catalogue([App.of(AppDef(app="base"), BASE), kiosk]))

    def run(self, act: Callable[[Work], Any], who: Person = SYSTEM) -> Any:
        return self.platform.run(WORKSPACE, who, act)

    def close(self, *numbers: str, who: Person = SYSTEM) -> list[int]:
        """The events of these orders, made and closed in one Work."""

        def act(work: Work) -> None:
            owner = work.find("base.user", sort="-id", limit=1)[0].id
            made = work.create("kiosk.order", [order(number, owner=owner) for number in numbers])
            work.perform("kiosk.close_order", {"order": [each.id for each in made]})

        self.run(act, who)
        return self.sql("SELECT id FROM {s}.kernel_event ORDER BY id DESC LIMIT %s", len(numbers))[::-1]

    def sql(self, text: str, *values: Any) -> list[Any]:
        with self.db.connection() as connection:
            cursor = connection.execute(text.format(s='"w_kiosk"'), values)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []

    def secrets(self) -> dict[str, Any]:
        found = self.run(lambda work: work.find("kiosk.order"))
        return {each.number: each.secret for each in found}

    def owners(self) -> list[Any]:
        return [each.owner for each in self.run(lambda work: work.find("kiosk.order"))]


@pytest.fixture
def counter(databases: Databases) -> Iterator[Counter]:
    with databases.fresh(databases.template("kiosk", make_kiosk)) as database:
        yield Counter(database)


def squeal(_work: Work, _events: list[Event]) -> None:
    raise ZeroDivisionError


def nothing(_work: Work, _events: list[Event]) -> None:
    """Goes well."""


class TestFailing:
    def test_holds_up_no_other_reaction(self, counter: Counter) -> None:
        counter.fails = squeal
        events = counter.close("A")
        with pytest.raises(ZeroDivisionError):
            run_reactions(counter.platform, WORKSPACE, events)
        assert counter.owners() == [None]
        assert counter.secrets() == {"A": None}

    def test_for_one_event_is_done_for_the_others(self, counter: Counter) -> None:
        events = counter.close("A", "B", "C", "D")

        def only_b(_work: Work, told: list[Event]) -> None:
            if events[1] in [event.id for event in told]:
                raise NotAllowed(act="squeak", what="here")

        counter.fails = only_b
        with pytest.raises(NotAllowed):
            run_reactions(counter.platform, WORKSPACE, events)
        assert counter.secrets() == {"A": "eek", "B": None, "C": "eek", "D": "eek"}

    def test_is_shown_with_its_reason(self, counter: Counter) -> None:
        def refuse(_work: Work, _events: list[Event]) -> None:
            raise NotAllowed(act="squeak", what="here")

        counter.fails = refuse
        with pytest.raises(NotAllowed):
            run_reactions(counter.platform, WORKSPACE, counter.close("A"))
        [failed] = counter.run(failed_reactions)
        assert (failed["reaction"], failed["tries"], failed["problem"]["code"]) == (MOUSE, 1, "not_allowed")
        counter.fails = nothing
        run_reactions(counter.platform, WORKSPACE, [failed["event"]])
        assert counter.run(failed_reactions) == []

    def test_happens_once_when_it_goes_well_at_last(self, counter: Counter) -> None:
        counter.fails = squeal
        events = counter.close("A")
        with pytest.raises(ZeroDivisionError):
            run_reactions(counter.platform, WORKSPACE, events)
        counter.fails = nothing
        assert [run_reactions(counter.platform, WORKSPACE, events) for _ in range(2)] == [1, 0]

    def test_goes_before_later_events_of_the_record(self, counter: Counter) -> None:
        counter.fails = squeal
        first = counter.close("A")
        with pytest.raises(ZeroDivisionError):
            run_reactions(counter.platform, WORKSPACE, first)
        seen: list[int] = []
        counter.fails = lambda _work, events: seen.extend(event.id for event in events)
        counter.run(lambda work: work.tell("kiosk.order_closed", work.find("kiosk.order")))
        second = counter.sql("SELECT max(id) FROM {s}.kernel_event")
        run_reactions(counter.platform, WORKSPACE, second)
        assert seen == []
        run_reactions(counter.platform, WORKSPACE, first + second)
        assert seen == first + second


class TestSomebodyWhoLeft:
    def test_stays_the_one_who_did_it(self, counter: Counter) -> None:
        [bo] = counter.run(lambda work: work.find("base.user", 'login = "bo"'))
        events = counter.close("A", who=Person(user=bo.id, login="bo", name="Bo", roles=("boss",)))
        counter.run(lambda work: work.trash("base.user", [bo.id]))
        assert run_reactions(counter.platform, WORKSPACE, events) == 2
        assert counter.secrets() == {"A": "eek"}
        assert counter.sql("SELECT DISTINCT changed_by FROM {s}.kiosk_order") == [bo.id]


class TestLaterOn:
    def test_what_is_busy_is_tried_again(self, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker_module, "RETRY_AFTER", 0)
        left = [Busy, Busy]

        def busy(_work: Work, _events: list[Event]) -> None:
            if left:
                raise left.pop()

        counter.fails = busy
        counter.close("A")
        worker = Worker(counter.db, standard_runs(counter.platform))
        worker.start()
        try:
            eventually(lambda: counter.secrets() == {"A": "eek"}, "the third try")
        finally:
            worker.stop()

    def test_what_lost_its_job_is_queued_again(self, counter: Counter) -> None:
        events = counter.close("A")
        counter.sql("DELETE FROM jobs.procrastinate_jobs")
        assert queue_undone(counter.db) == 0, "its job may be on the way"
        counter.sql("UPDATE {s}.kernel_event SET at = at - interval '61 s'")
        assert [queue_undone(counter.db) for _ in range(2)] == [1, 0]
        assert waiting(counter.db) == {"todo": 1}
        assert counter.sql("SELECT args->'payload'->'events' FROM jobs.procrastinate_jobs") == [events]

    def test_what_failed_is_queued_again_ever_more_seldom(self, counter: Counter) -> None:
        counter.fails = squeal
        events = counter.close("A")
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                run_reactions(counter.platform, WORKSPACE, events)
        counter.sql("DELETE FROM jobs.procrastinate_jobs")
        counter.sql("UPDATE {s}.kernel_reaction SET tried_at = now() - interval '7 min'")
        assert queue_undone(counter.db) == 0
        counter.sql("UPDATE {s}.kernel_reaction SET tried_at = now() - interval '9 min'")
        assert queue_undone(counter.db) == 1

    def test_what_is_done_is_not_queued(self, counter: Counter) -> None:
        run_reactions(counter.platform, WORKSPACE, counter.close("A"))
        counter.sql("DELETE FROM jobs.procrastinate_jobs")
        counter.sql("UPDATE {s}.kernel_event SET at = at - interval '1 d'")
        assert queue_undone(counter.db) == 0


class TestTheAdministrator:
    def test_sees_what_failed(self, counter: Counter, tmp_path: Path) -> None:
        counter.fails = squeal
        with pytest.raises(ZeroDivisionError):
            run_reactions(counter.platform, WORKSPACE, counter.close("A"))
        with serving(counter.db, tmp_path) as kiosk:
            answer = kiosk.signed_in("bo").get("/api/admin/reactions")
            assert [each["reaction"] for each in answer.json()["reactions"]] == [MOUSE]
            assert kiosk.signed_in("cleo").get("/api/admin/reactions").status_code == 403


class TestAnEarlierVersion:
    def test_is_brought_up_to_date_at_the_start(self, counter: Counter) -> None:
        counter.sql("ALTER TABLE {s}.kernel_reaction DROP tries, DROP tried_at, DROP problem, DROP done_at")
        counter.sql("ALTER TABLE {s}.kernel_reaction ADD done_at timestamptz NOT NULL DEFAULT now()")
        repair(counter.db, counter.platform.workspace(WORKSPACE), counter.platform.catalogue)
        assert run_reactions(counter.platform, WORKSPACE, counter.close("A")) == 2
