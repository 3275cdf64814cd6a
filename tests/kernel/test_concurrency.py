"""What stays true when many write at once, and when somebody dies in the middle."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import DuplicateKey, Refusal, StaleVersion, WrongInput
from queti.kernel.platform import Busy, Platform
from tests.fixtures.patience import PATIENCE
from tests.fixtures.trade import MEI, NOW, WORKSPACE, Trade, trade_catalogue


def at_once(acts: Sequence[Callable[[], Any]], threads: int = 8) -> list[Any]:
    """The answers, or the exceptions, of all acts."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Exception as problem:  # noqa: BLE001
            return problem

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, acts))


def stock(trade: Trade, quantity: int, *places: str | None) -> None:
    rows = [{"product": trade.products[0], "place": place, "on_hand": quantity} for place in places]
    trade.run(lambda work: work.tally("trade.balance", rows, by=("product", "place"), add=("on_hand",)))


class TestTwoOnOneRecord:
    def test_the_second_learns_of_the_first(self, trade: Trade) -> None:
        order = trade.order("1")
        barrier = threading.Barrier(2)

        def write(note: str) -> Any:
            def act(work: Any) -> Any:
                barrier.wait(PATIENCE)
                return work.change("trade.order", [(order.id, {"note": note})], expect={order.id: 1})

            return trade.run(act)

        answers = at_once([lambda: write("one"), lambda: write("two")])
        assert sorted(type(answer).__name__ for answer in answers) == ["Rows", "StaleVersion"]
        assert trade.fetch("trade.order", order.id).version == 2
        assert isinstance(next(answer for answer in answers if isinstance(answer, Exception)), StaleVersion)

    def test_without_versions_both_count(self, trade: Trade) -> None:
        order = trade.order("1")

        def add(work: Any) -> None:
            held = work.fetch("trade.order", [order.id], lock=True)[0]
            work.change("trade.order", [(held, {"freight": held.freight + 1})])

        at_once([lambda: trade.run(add)] * 40)
        assert trade.fetch("trade.order", order.id).freight == Decimal(40)

    def test_of_two_twins_one_is_made(self, trade: Trade) -> None:
        twin = {"code": "T", "name": "Twin"}
        answers = at_once([lambda: trade.create("trade.party", twin)] * 8)
        assert sum(isinstance(answer, DuplicateKey) for answer in answers) == 7


class TestTallies:
    def test_200_reservations_of_50_units_are_exactly_50(self, trade: Trade) -> None:
        stock(trade, 50, "A")
        row = {"product": trade.products[0], "place": "A", "reserved": 1}

        def reserve(work: Any) -> bool:
            tally = work.tally(
                "trade.balance",
                [row],
                by=("product", "place"),
                add=("reserved",),
                guard="reserved <= on_hand",
                make=False,
            )
            return bool(tally.changed)

        answers = at_once([lambda: trade.run(reserve)] * 200, threads=12)
        assert (answers.count(True), answers.count(False)) == (50, 150)
        assert trade.sql("SELECT on_hand, reserved, available FROM {s}.trade_balance") == [(50, 50, 0)]

    def test_make_missing_keys_once(self, trade: Trade) -> None:
        answers = at_once([lambda: stock(trade, 1, "A", None, "B")] * 24)
        assert answers == [None] * 24
        assert trade.sql("SELECT place, on_hand FROM {s}.trade_balance ORDER BY place") == [
            ("A", 24),
            ("B", 24),
            (None, 24),
        ]

    def test_in_any_order_don_t_block_each_other_for_good(self, trade: Trade) -> None:
        places = ["A", "B", "C", "D"]
        stock(trade, 1000, *places)

        def move(seed: int) -> None:
            mixed = random.Random(seed).sample(places, 4)
            for place in mixed:
                row = {
                    "product": trade.products[0],
                    "place": place,
                    "on_hand": 1 if place == mixed[0] else 0,
                    "reserved": 1,
                }
                trade.run(
                    lambda work, row=row: work.tally(
                        "trade.balance", [row], by=("product", "place"), add=("on_hand", "reserved")
                    )
                )

        assert at_once([lambda seed=seed: move(seed) for seed in range(10)]) == [None] * 10
        assert trade.sql("SELECT sum(on_hand), sum(reserved) FROM {s}.trade_balance") == [(4010, 40)]

    def test_the_database_holds_its_own_rules_too(self, trade: Trade) -> None:
        stock(trade, 5, "A")
        row = {"product": trade.products[0], "place": "A", "reserved": 6}
        with pytest.raises(WrongInput) as caught:
            trade.run(lambda work: work.tally("trade.balance", [row], by=("product", "place"), add=("reserved",)))
        assert caught.value.fields[0].code == "covered"

    def test_tell_what_was_refused_with_its_present_state(self, trade: Trade) -> None:
        stock(trade, 5, "A", "B")
        rows = [
            {"product": trade.products[0], "place": place, "reserved": wanted}
            for place, wanted in (("A", 6), ("B", 2), ("C", 1))
        ]

        def act(work: Any) -> Any:
            return work.tally(
                "trade.balance", rows, by=("product", "place"), add=("reserved",), guard="available >= 0", make=False
            )

        tally = trade.run(act)
        assert [(record.place, record.available) for record in tally.changed] == [("B", 3)]
        assert [(record.place, record.available) for record in tally.refused] == [("A", 5)]
        assert [key["place"] for key in tally.missing] == ["C"]

    def test_sum_rows_of_one_key_first(self, trade: Trade) -> None:
        stock(trade, 5, "A", "A", "A")
        assert trade.sql("SELECT on_hand FROM {s}.trade_balance") == [(15,)]


class TestDeadlocks:
    def test_run_the_whole_work_again(self, trade: Trade) -> None:
        one, other = trade.order("1"), trade.order("1")
        met = threading.Barrier(2)
        tries: list[int] = []

        def cross(first: int, second: int) -> None:
            mine: list[int] = []

            def act(work: Any) -> None:
                mine.append(1)
                tries.append(first)
                work.change("trade.order", [(first, {"note": f"by {first}"})])
                if len(mine) == 1:
                    met.wait(PATIENCE)
                work.change("trade.order", [(second, {"note": f"by {first}"})])

            trade.run(act)

        answers = at_once([lambda: cross(one.id, other.id), lambda: cross(other.id, one.id)])
        assert answers == [None, None]
        assert len(tries) >= 3  # whoever runs again may meet the other once more
        assert {trade.fetch("trade.order", order.id).version for order in (one, other)} == {3}

    def test_end_in_a_refusal_when_they_never_stop(self, trade: Trade) -> None:
        from psycopg.errors import DeadlockDetected

        tries: list[int] = []

        def act(work: Any) -> None:
            tries.append(1)
            raise DeadlockDetected("again")

        with pytest.raises(Busy):
            trade.run(act)
        assert len(tries) == 4


class TestGapFreeNumbers:
    def test_have_no_gaps_and_no_twins(self, trade: Trade) -> None:
        def write(place: int) -> str:
            lines = [{"account": "1", "debit": "1"}, {"account": "2", "credit": "1" if place % 4 else "2"}]

            def act(work: Any) -> Any:
                made = work.create("trade.entry", [{"period": f"P{place % 2}", "lines": lines}])[0]
                work.create("trade.remark", [{"words": "beside"}])
                return made

            return trade.run(act).number

        answers = at_once([lambda place=place: write(place) for place in range(60)])
        numbers = sorted(answer for answer in answers if isinstance(answer, str))
        assert numbers == [*(f"P0-{at:04}" for at in range(1, 16)), *(f"P1-{at:04}" for at in range(1, 31))]
        assert all(isinstance(answer, str | WrongInput) for answer in answers)

    def test_are_there_before_the_door_answers(self, trade: Trade) -> None:
        lines = [{"account": "1", "debit": "1"}, {"account": "2", "credit": "1"}]

        def act(work: Any) -> tuple[Any, str]:
            made = work.create("trade.entry", [{"period": "P", "lines": lines}])[0]
            early = made.number
            work.settle()
            return early, made.number

        assert trade.run(act) == (None, "P-0001")

    def test_other_numbers_are_unique(self, trade: Trade) -> None:
        numbers = [answer.number for answer in at_once([lambda: trade.order("1")] * 40)]
        assert len(set(numbers)) == 40


class TestRollUps:
    def test_are_exact_under_concurrency(self, trade: Trade) -> None:
        orders = [trade.order("1", customer=place % 2) for place in range(6)]

        def write(seed: int) -> None:
            pick = random.Random(seed)
            act = pick.randrange(4)
            if act == 0:
                trade.order(str(pick.randrange(1, 5)), customer=pick.randrange(2))
            elif act == 1:
                trade.change("trade.order", pick.choice(orders).id, freight=str(pick.randrange(9)))
            elif act == 2:
                trade.change("trade.order", pick.choice(orders).id, customer=trade.parties[pick.randrange(2)])
            else:
                trade.change("trade.party", trade.parties[pick.randrange(2)], region=trade.regions[pick.randrange(2)])

        answers = at_once([lambda seed=seed: write(seed) for seed in range(80)])
        assert not [answer for answer in answers if answer is not None and not isinstance(answer, Busy)]
        wrong = trade.sql(
            """SELECT p.id FROM {s}.trade_party p WHERE p.sold IS DISTINCT FROM
               (SELECT coalesce(sum(total), 0) FROM {s}.trade_order o WHERE o.customer = p.id)
               UNION ALL SELECT r.id FROM {s}.trade_region r WHERE r.sold IS DISTINCT FROM
               (SELECT coalesce(sum(sold), 0) FROM {s}.trade_party p WHERE p.region = r.id)
               UNION ALL SELECT o.id FROM {s}.trade_order o JOIN {s}.trade_party p ON p.id = o.customer
               WHERE o.region IS DISTINCT FROM p.region"""
        )
        assert wrong == []

    def test_four_clients_placing_orders_meet_no_error(self, trade: Trade) -> None:
        tries: list[int] = []

        def place() -> None:
            def act(work: Any) -> None:
                tries.append(1)
                lines = [{"product": product, "quantity": 1} for product in trade.products]
                work.perform("trade.place_order", {"customer": trade.parties[0], "lines": lines})

            trade.run(act)

        answers = at_once([place] * 80, threads=4)
        assert answers == [None] * 80
        assert len(tries) <= 88


class TestACrash:
    def test_leaves_all_or_nothing(self, trade: Trade) -> None:
        """A client is killed between its writes and its commit; another had committed."""
        dsn = trade.platform.db.dsn
        client = subprocess.Popen(
            [sys.executable, "-c", _CLIENT, dsn, WORKSPACE],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        )
        assert client.stdout is not None
        assert client.stdout.readline() == "written\n"
        client.send_signal(signal.SIGKILL)
        client.wait(PATIENCE)

        order = trade.order("1")
        assert trade.sql("SELECT note FROM {s}.trade_order ORDER BY id") == [("committed",), (None,)]
        assert trade.fetch("trade.party", trade.parties[0]).sold == Decimal("20.00")
        assert trade.sql("SELECT count(*) FROM {s}.kernel_history WHERE object = 'trade.order'") == [(2,)]
        assert order.version == 1


_CLIENT = """
import sys, threading
from queti.kernel.platform import Platform
from queti.store.database import Database
from tests.fixtures.trade import MEI, NOW, trade_catalogue

platform = Platform(Database(sys.argv[1]), trade_catalogue())

def write(note):
    def act(work):
        row = {"customer": 1, "note": note, "lines": [{"product": 1, "quantity": 1}]}
        order = work.create("trade.order", [row])[0]
        work.tell("trade.order_closed_by_hand", order)
        if note == "lost":
            work.settle()
            work.journal.write(work)
            print("written", flush=True)
            threading.Event().wait()
    platform.run(sys.argv[2], MEI, act, now=NOW)

write("committed")
write("lost")
"""


class TestRefusals:
    def test_take_everything_back(self, trade: Trade) -> None:
        class Enough(Refusal):
            """Enough."""

        def act(work: Any) -> None:
            work.create("trade.region", [{"name": "Half"}])
            raise Enough

        with pytest.raises(Enough):
            trade.run(act)
        assert trade.sql("SELECT count(*) FROM {s}.trade_region") == [(2,)]


class TestANewerRelease:
    def test_starts_the_work_again_on_it(self, trade: Trade) -> None:
        """Another process has published; this one still knows the release before."""
        from queti.kernel.publishing.apps import App, Catalogue
        from queti.kernel.publishing.installing import install_apps
        from tests.fixtures.trade import define, field_of

        trade.order("1")
        old = trade_catalogue()
        more = define(object="more.thing", title="name", fields={"name": field_of("text")})
        from queti.kernel.definitions import AppDef

        newer = Catalogue([*old.apps.values(), App.of(AppDef(app="more"), [more])])
        other = Platform(trade.platform.db, newer)
        install_apps(other.db, other.workspace(WORKSPACE), newer, ["more"])

        tries: list[int] = []

        def act(work: Any) -> int:
            tries.append(work.model.number)
            work.create("trade.region", [{"name": "After"}])
            return work.model.number

        assert trade.platform.run(WORKSPACE, MEI, act, now=NOW) == 2
        assert tries == [2]
