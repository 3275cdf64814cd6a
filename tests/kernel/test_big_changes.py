"""Formulas and types change where there are many rows, while everybody goes on working."""

from __future__ import annotations

import os
import signal
import threading
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import Refusal
from queti.kernel.model import Model
from queti.kernel.platform import SYSTEM, Platform
from queti.kernel.publishing import phases
from queti.kernel.publishing import publish as publishing
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.filling import fills_for
from queti.kernel.publishing.installing import install_apps, rollback
from queti.kernel.publishing.releases import current_model, forget_models, list_releases
from queti.kernel.reading.permissions import rights_of
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.fixtures.processes import spawn
from tests.kernel.shop import LINE, ORDER, PARTY, catalogue, install, with_fields, words
from tests.kernel.test_publishing import add_orders, busy, columns, run

DEARER = with_fields(ORDER, total={"type": "money", "formula": "sum(lines.amount) * 2 + freight"})
"""Its total is another, and so is what each party owes."""
DEARER_TOTALS = "SELECT sum(total) FROM w_test.shop_order"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phases, "fill_next", _few)


_fill_next = phases.fill_next


def _few(connection: Any, model: Model, fill: Any, after: int) -> tuple[int, int]:
    return _fill_next(connection, model, fill, after, 7)


def publish_large(database: Database, workspace: Workspace, known: Catalogue, **named: Any) -> Model:
    """As if every table had many rows."""
    return install_apps(database, workspace, known, ["shop"], large=0, **named)


def begin(database: Database, workspace: Workspace, known: Catalogue) -> int:
    """Expanded; nothing is filled yet."""
    begun: list[int] = []
    publish_large(database, workspace, known, later=begun.append)
    return begun[0]


def column(model: Model, object: str, field: str) -> str:
    return model.storage[object]["columns"][field][0]


def assert_right(database: Database, model: Model) -> None:
    """Every stored total and debt is what computing it from scratch gives."""
    total, owed = column(model, "shop.order", "total"), column(model, "shop.party", "owed")
    wrong = run(
        database,
        f"SELECT o.id, o.{total} FROM w_test.shop_order o WHERE o.{total} IS DISTINCT FROM coalesce((SELECT"
        ' sum(amount) FROM w_test.shop_order_line WHERE "order" = o.id), 0) * 2 + o.freight',
    )
    assert wrong == []
    wrong = run(
        database,
        f"SELECT p.id FROM w_test.shop_party p WHERE p.{owed} IS DISTINCT FROM coalesce((SELECT sum({total})"
        " FROM w_test.shop_order WHERE party = p.id AND trashed_at IS NULL), 0)",
    )
    assert wrong == []


class TestBesideTheWork:
    def test_a_formula_changes_while_others_write_what_it_is_made_of(
        self, database: Database, workspace: Workspace
    ) -> None:
        known, _ = install(database, workspace)
        add_orders(database, 60)
        platform, numbers = Platform(database, known), iter(range(10**6))
        lock = threading.Lock()

        def write(work: Work) -> None:
            with lock:
                number = next(numbers)
            lines = [{"quantity": 1 + number % 3, "price": 10}]
            work.create("shop.order", [{"number": f"N{number}", "party": 1, "freight": 1, "lines": lines}])
            line = work.find("shop.order_line", "id = $id", {"id": 1 + number % 60})[0]
            work.change("shop.order_line", [(line, {"quantity": number % 9})])

        with busy(lambda: platform.run("test", SYSTEM, write)) as problems:
            model = publish_large(database, workspace, catalogue(order=DEARER))
        assert problems == []
        forget_models(database, workspace, known)
        assert_right(database, model)
        assert column(model, "shop.order", "total") == "total__2"

    def test_from_the_beginning_old_and_new_are_both_true(self, database: Database, workspace: Workspace) -> None:
        _, first = install(database, workspace)
        add_orders(database, 20)
        begin(database, workspace, catalogue(order=DEARER))
        elsewhere = Platform(database, catalogue())
        lines = [{"quantity": "2", "price": "5.00"}]
        [order] = elsewhere.run(
            "test", SYSTEM, lambda work: work.create("shop.order", [{"number": "N", "party": 1, "lines": lines}])
        )
        both = "SELECT total, total__2 FROM w_test.shop_order WHERE id = %s"
        assert run(database, both, order.id) == [(Decimal(10), Decimal(20))]
        assert column(first, "shop.order", "total") == "total"

    def test_nobody_sees_what_is_in_the_making(self, database: Database, workspace: Workspace) -> None:
        role = {"role": "clerk", "label": words("Clerk"), "objects": {"order": {"see": True, "change": True}}}
        known, _ = install(database, workspace, role=role)
        add_orders(database, 20)
        begin(database, workspace, catalogue(order=with_fields(DEARER, weight={"type": "number"}), role=role))
        forget_models(database, workspace, known)
        model = current_model(database, workspace, known)
        seen = rights_of(model, tuple(model.roles)).of("shop.order").fields
        assert {"total", "freight"} <= seen
        assert not {"total__next", "weight"} & seen
        assert {"total__next", "weight"} <= model.object("shop.order").fields.keys()
        with database.connection() as connection:
            assert [release.number for release in list_releases(connection, "w_test")] == [1]

    def test_what_uses_a_new_field_and_a_new_object(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 20)
        order = with_fields(
            ORDER,
            discount={"type": "percent", "required": True, "default": 0},
            total={"type": "money", "formula": "(sum(lines.amount) + freight) * (1 - discount / 100)"},
            crates={"type": "number", "formula": "count(boxes) + 1"},
        )
        crate = {
            "object": "crate",
            "label": words("Crate"),
            "fields": {"order": {"type": "link", "to": "order", "reverse": "boxes"}},
        }
        new = catalogue(order=order, crate=crate)
        model = publish_large(database, workspace, new)
        shown = f"{column(model, 'shop.order', 'total')}, {column(model, 'shop.order', 'crates')}, discount"
        assert run(database, f"SELECT {shown} FROM w_test.shop_order WHERE id = 3") == [(33, 1, 0)]
        platform = Platform(database, new)
        platform.run("test", SYSTEM, lambda work: work.create("shop.crate", [{"order": 3}]))
        assert platform.run("test", SYSTEM, lambda work: work.fetch("shop.order", [3])[0].crates) == 2

    def test_a_type_is_converted_with_all_that_uses_it(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 20)
        new = catalogue(order=with_fields(ORDER, freight={"type": "money", "decimals": 4}))
        model = publish_large(database, workspace, new)
        freight = column(model, "shop.order", "freight")
        assert freight != "freight"
        assert run(database, f"SELECT {freight} FROM w_test.shop_order ORDER BY id")[2] == (Decimal("3.0000"),)
        platform = Platform(database, new)
        platform.run("test", SYSTEM, lambda work: work.change("shop.order", [(3, {"freight": "5.1234"})]))
        assert run(database, f"SELECT {freight} FROM w_test.shop_order WHERE id = 3") == [(Decimal("5.1234"),)]

    def test_a_choice_gets_another_name_beside_the_work(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 30)
        run(database, "UPDATE w_test.shop_party SET region = 'north'")
        run(database, "UPDATE w_test.shop_order SET region = 'north'")
        choices = {"upper": {"formerly": ["north"]}, "south": {}}
        party = with_fields(PARTY, region={"type": "choice", "choices": choices})
        new = catalogue(party=party, role=None)
        number = begin(database, workspace, new)
        platform = Platform(database, catalogue())
        platform.run("test", SYSTEM, lambda work: work.create("shop.party", [{"name": "Late", "region": "north"}]))
        ended = phases.carry_on(database, workspace, new, number)
        assert ended.state == "done"
        model = current_model(database, workspace, new, ended.release)
        for object in ("shop.party", "shop.order"):
            values = run(
                database, f"SELECT DISTINCT {column(model, object, 'region')} FROM w_test.{object.replace('.', '_')}"
            )
            assert values == [("upper",)], object
        assert run(database, "SELECT DISTINCT region FROM w_test.shop_party") == [("north",)]

    def test_a_rollback_of_it_goes_the_same_way(self, database: Database, workspace: Workspace) -> None:
        _, first = install(database, workspace)
        add_orders(database, 20)
        new = catalogue(order=DEARER)
        publish_large(database, workspace, new)
        run(database, "UPDATE w_test.shop_order_line SET amount = 100")
        number = rollback(database, workspace, new, first.number)
        back = current_model(database, workspace, new, number)
        assert column(back, "shop.order", "total") == "total"
        assert run(database, "SELECT total FROM w_test.shop_order WHERE id = 1") == [(101,)]


class TestRestingAndGoingBack:
    def test_a_pause_rests_and_lets_nobody_publish(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 30)
        new = catalogue(order=DEARER)
        number = begin(database, workspace, new)
        phases.pause(database, workspace, number)
        assert phases.carry_on(database, workspace, new, number).state == "paused"
        other = catalogue(order=DEARER, party=with_fields(PARTY, note={"type": "text"}))
        with pytest.raises(phases.PublicationUnderWay):
            publish_large(database, workspace, other)
        phases.resume(database, workspace, number)
        ended = phases.carry_on(database, workspace, new, number)
        assert (ended.state, ended.done) == ("done", ended.rows)
        assert_right(database, current_model(database, workspace, new, ended.release))
        assert "note" in publish_large(database, workspace, other).object("shop.party").fields

    def test_cancelled_all_is_as_before(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 30)
        before, there = columns(database), run(database, DEARER_TOTALS)
        new = catalogue(order=with_fields(DEARER, weight={"type": "number", "formula": "count(lines)"}))
        number = begin(database, workspace, new)
        _fill_one_batch(database, workspace, new)
        assert phases.cancel(database, workspace, new, number).state == "cancelled"
        assert columns(database) == before
        assert run(database, DEARER_TOTALS) == there
        forget_models(database, workspace, new)
        platform = Platform(database, catalogue())
        lines = [{"quantity": "2", "price": "5.00"}]
        [order] = platform.run(
            "test", SYSTEM, lambda work: work.create("shop.order", [{"number": "N", "party": 1, "lines": lines}])
        )
        assert order.total == 10
        with pytest.raises(phases.PublicationEnded):
            phases.resume(database, workspace, number)
        assert_right(database, publish_large(database, workspace, new))

    def test_what_fails_at_the_end_says_why_and_can_be_taken_back(
        self, database: Database, workspace: Workspace
    ) -> None:
        install(database, workspace)
        add_orders(database, 30)
        strict = DEARER | {"rules": {"small": {"require": "freight < 1000", "say": words("x"), "at_database": True}}}
        new = catalogue(order=strict)
        number = begin(database, workspace, new)
        run(database, "UPDATE w_test.shop_order SET freight = 5000 WHERE id = 3")
        failed = phases.carry_on(database, workspace, new, number)
        assert failed.state == "failed"
        assert failed.problem
        assert failed.problem["code"] == "definitions_wrong"
        run(database, "UPDATE w_test.shop_order SET freight = 3 WHERE id = 3")
        phases.resume(database, workspace, number)
        assert phases.carry_on(database, workspace, new, number).state == "done"


def _fill_one_batch(database: Database, workspace: Workspace, known: Catalogue) -> None:
    model = current_model(database, workspace, known)
    fill = next(fills_for(model, [("shop.order", "total__next")]))
    with database.owner() as connection, connection.transaction():
        _few(connection, model, fill, 0)


class TestKilled:
    @pytest.mark.parametrize("place", ["expand", "first batch", "later batch", "swap", "settle"])
    def test_at_any_moment_the_next_one_goes_on_where_it_ended(
        self, database: Database, workspace: Workspace, place: str
    ) -> None:
        install(database, workspace)
        add_orders(database, 40)
        process = spawn(_publish_and_die, database.dsn, place)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        lines = [{"quantity": "2", "price": "5.00"}]
        Platform(database, catalogue()).run(
            "test", SYSTEM, lambda work: work.create("shop.order", [{"number": "N", "party": 1, "lines": lines}])
        )
        new = catalogue(order=DEARER)
        model = publish_large(database, workspace, new)
        assert_right(database, model)
        assert phases.broken_off(database, workspace) == []

    def test_two_at_once_both_arrive(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 40)
        problems: list[Refusal] = []
        heavier = with_fields(LINE, weight={"type": "number", "formula": "quantity * 3"})

        def go(new: Catalogue) -> None:
            try:
                publish_large(database, workspace, new)
            except Refusal as problem:
                problems.append(problem)

        wanted = [catalogue(order=DEARER), catalogue(order=DEARER, line=heavier)]
        both = [threading.Thread(target=go, args=(new,)) for new in wanted]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert problems == []
        model = publish_large(database, workspace, wanted[1])
        assert_right(database, model)
        weight = column(model, "shop.order_line", "weight")
        assert run(database, f"SELECT 1 FROM w_test.shop_order_line WHERE {weight} IS DISTINCT FROM quantity * 3") == []


def _publish_and_die(dsn: str, place: str) -> None:
    """In a process of its own: publish, and be killed at that moment."""
    database = Database(dsn)
    workspace = Platform(database, catalogue()).workspace("test")

    def die(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    batches = iter(range(100))

    def die_later(*given: Any) -> Any:
        if next(batches) == 4:
            die()
        return _few(*given)

    phases.fill_next = die_later if place == "later batch" else die if place == "first batch" else _few
    if place == "expand":
        phases.write_release = die
    elif place == "swap":
        publishing.write_release = die
    elif place == "settle":
        publishing._settle = die
    publish_large(database, workspace, catalogue(order=DEARER))
