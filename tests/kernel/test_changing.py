"""What changing, trashing and restoring records promise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event
from typing import Any

import pytest

from queti.kernel.errors import AppendOnly, LinksToTrash, RecordNotFound, StaleVersion, StillUsed, WrongInput
from queti.kernel.writing.changing import Patch
from tests.fixtures.patience import PATIENCE
from tests.fixtures.trade import Trade


class TestAChange:
    def test_writes_what_differs_and_keeps_the_old_values(self, trade: Trade) -> None:
        order = trade.order("1")
        after = trade.change("trade.order", order.id, note="Ring twice", freight="2.50", state="open")

        assert (after.version, after.total) == (2, Decimal("12.50"))
        assert trade.history("trade.order", order.id)[1:] == [
            (
                "changed",
                2,
                "trade.order.change",
                "",
                {
                    "note": [None, "Ring twice"],
                    "freight": ["0.00", "2.50"],
                    "total": ["10.00", "12.50"],
                    "lines": {"changed": {str(order.lines[0].id): {"share": ["100", "80"]}}},
                },
            )
        ]

    def test_that_changes_nothing_writes_nothing(self, trade: Trade) -> None:
        order = trade.order("1")
        after = trade.change("trade.order", order.id, state="open", freight="0.00")

        assert after.version == 1
        assert len(trade.history("trade.order", order.id)) == 1

    def test_of_many_records_is_a_handful_of_statements(self, trade: Trade) -> None:
        orders = trade.create(
            "trade.order",
            *({"customer": trade.parties[0], "lines": [{"product": trade.products[0]}]} for _ in range(50)),
        )

        def act(work: Any) -> int:
            before = work.statements
            work.change("trade.order", [(order, {"note": f"n{order.id}"}) for order in orders])
            return work.statements - before

        assert trade.run(act) == 2

    def test_refreshes_the_record_in_hand(self, trade: Trade) -> None:
        order = trade.order("1")

        def act(work: Any) -> tuple[Any, Any]:
            held = work.fetch("trade.order", [order.id], lock=True)[0]
            work.change("trade.order", [(held, {"freight": "5"})])
            return held.total, held.version

        assert trade.run(act) == (Decimal("15.00"), 2)

    def test_may_write_what_people_only_read(self, trade: Trade) -> None:
        order = trade.order("1")
        assert trade.change("trade.order", order.id, locked_by="wave 7").locked_by == "wave 7"

    def test_of_nothing_there_is_refused(self, trade: Trade) -> None:
        with pytest.raises(RecordNotFound):
            trade.change("trade.order", 4711, note="x")

    def test_keeps_the_rules(self, trade: Trade) -> None:
        order = trade.order("1")
        with pytest.raises(WrongInput) as caught:
            trade.change("trade.order", order.id, freight="-11")
        assert caught.value.fields[0].code == "not_negative"

    def test_to_an_older_version_says_who_changed_what(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.change("trade.order", order.id, note="first")
        with pytest.raises(StaleVersion) as caught:
            trade.run(lambda work: work.change("trade.order", [(order.id, {"note": "second"})], expect={order.id: 1}))
        assert [problem.path for problem in caught.value.fields] == ["note"]
        assert "Mei" in caught.value.says("en")
        assert trade.fetch("trade.order", order.id).note == "first"


class TestLines:
    def test_are_matched_by_id(self, trade: Trade) -> None:
        order = trade.order("1", "2", "3")
        first, second, third = order.lines
        after = trade.change(
            "trade.order",
            order.id,
            lines=[
                {"id": third.id},
                {"product": trade.products[0], "quantity": "9"},
                {"id": first.id, "quantity": "4"},
            ],
        )

        assert [(line.id, line.quantity, line.position) for line in after.lines] == [
            (third.id, Decimal(3), 1),
            (after.lines[1].id, Decimal(9), 2),
            (first.id, Decimal(4), 3),
        ]
        assert after.total == Decimal("131.05")
        stored = trade.fetch("trade.order", order.id, "lines", "total")
        assert [line.id for line in stored.lines] == [line.id for line in after.lines]
        assert stored.total == after.total
        changes = trade.history("trade.order", order.id)[1][4]["lines"]
        assert changes["added"] == [after.lines[1].id]
        assert changes["removed"].keys() == {str(second.id)}
        assert changes["changed"][str(first.id)]["quantity"] == ["1", "4"]

    def test_may_be_patched(self, trade: Trade) -> None:
        order = trade.order("1", "2", "3")
        first, second, third = order.lines
        patch = Patch(add=[{"product": trade.products[1]}], change=[{"id": second.id, "quantity": "5"}], remove=[first])
        after = trade.change("trade.order", order.id, lines=patch)

        assert [(line.id, line.quantity) for line in after.lines][:2] == [
            (second.id, Decimal(5)),
            (third.id, Decimal(3)),
        ]
        assert len(after.lines) == 3

    def test_may_be_changed_on_their_own(self, trade: Trade) -> None:
        one, other = trade.order("1", "2"), trade.order("3")

        def act(work: Any) -> list[Decimal]:
            targets = [one.lines[1], other.lines[0]]
            return [
                line.quantity
                for line in work.change("trade.order_line", [(line, {"quantity": "7"}) for line in targets])
            ]

        assert trade.run(act) == [7, 7]
        assert trade.fetch("trade.order", one.id).total == Decimal("709.30")
        assert trade.fetch("trade.order", other.id).version == 2

    def test_of_another_record_are_not_found(self, trade: Trade) -> None:
        one, other = trade.order("1"), trade.order("2")
        with pytest.raises(WrongInput) as caught:
            trade.change("trade.order", one.id, lines=[{"id": other.lines[0].id}])
        assert [(problem.path, problem.code) for problem in caught.value.fields] == [("lines[0].id", "not_found")]

    def test_get_defaults_and_formulas_when_they_are_new(self, trade: Trade) -> None:
        order = trade.order("1")
        after = trade.change("trade.order", order.id, lines=[{"product": trade.products[1]}])
        assert (after.lines[0].amount, after.lines[0].share) == (Decimal("99.90"), Decimal("100.0000"))

    def test_follow_a_formula_over_their_record(self, trade: Trade) -> None:
        order = trade.order("1", "1")
        trade.change("trade.order", order.id, freight="100")
        stored = trade.fetch("trade.order", order.id, "lines.share", "total")
        assert stored.total == Decimal("209.90")
        assert [line.share for line in stored.lines] == [Decimal("4.7642"), Decimal("47.5941")]


class TestTheTrash:
    def test_keeps_the_record_and_gives_it_back(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.run(lambda work: work.trash("trade.order", [order]))
        with pytest.raises(RecordNotFound):
            trade.fetch("trade.order", order.id)
        back = trade.run(lambda work: work.restore("trade.order", [order]))[0]

        assert back.version == 3
        assert [row[0] for row in trade.history("trade.order", order.id)] == ["created", "trashed", "restored"]

    def test_takes_records_out_of_roll_ups(self, trade: Trade) -> None:
        order = trade.order("1")
        customer, product = trade.parties[0], trade.products[0]
        assert trade.fetch("trade.party", customer).sold == Decimal("10.00")
        trade.run(lambda work: work.trash("trade.order", [order]))
        assert trade.fetch("trade.party", customer).sold == Decimal(0)
        assert trade.fetch("trade.product", product).ordered == Decimal(0)
        trade.run(lambda work: work.restore("trade.order", [order]))
        assert trade.fetch("trade.party", customer).sold == Decimal("10.00")
        assert trade.fetch("trade.product", product).ordered == Decimal(1)

    def test_refuses_what_others_use(self, trade: Trade) -> None:
        trade.order("1")
        with pytest.raises(StillUsed) as caught:
            trade.run(lambda work: work.trash("trade.party", [trade.parties[0]]))
        assert "1 × trade.order" in caught.value.says("en")
        with pytest.raises(StillUsed):
            trade.run(lambda work: work.trash("trade.product", [trade.products[0]]))

    def test_lets_go_of_what_only_trashed_records_use(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.run(lambda work: work.trash("trade.order", [order]))
        trade.run(lambda work: work.trash("trade.party", [trade.parties[0]]))

    def test_blanks_links_that_allow_it(self, trade: Trade) -> None:
        trade.run(lambda work: work.trash("base.user", [1]))
        assert trade.fetch("trade.region", trade.regions[0]).manager is None
        assert trade.fetch("trade.party", trade.parties[0]).manager is None

    def test_takes_a_version_too(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.change("trade.order", order.id, note="x")
        with pytest.raises(StaleVersion):
            trade.run(lambda work: work.trash("trade.order", [order], expect={order.id: 1}))

    def test_is_closed_to_append_only_records(self, trade: Trade) -> None:
        lines = [{"account": "1", "debit": "1"}, {"account": "2", "credit": "1"}]
        entry = trade.create("trade.entry", {"period": "P1", "lines": lines})[0]
        for act in (
            lambda work: work.trash("trade.entry", [entry]),
            lambda work: work.change("trade.entry", [(entry, {"period": "P2"})]),
        ):
            with pytest.raises(AppendOnly):
                trade.run(act)


class TestRollUpsAndLookUps:
    def test_move_with_the_link(self, trade: Trade) -> None:
        one, other = trade.parties[:2]
        order = trade.order("1")
        trade.change("trade.order", order.id, customer=other)

        assert trade.fetch("trade.party", one).sold == Decimal(0)
        assert trade.fetch("trade.party", other).sold == Decimal("10.00")
        assert trade.fetch("trade.party", other).credit_left == Decimal("990.00")
        assert trade.fetch("trade.order", order.id).region == trade.regions[1]

    def test_go_on_through_several_objects(self, trade: Trade) -> None:
        trade.order("2")
        trade.order("3", customer=1)
        assert [trade.fetch("trade.region", region).sold for region in trade.regions] == [
            Decimal("20.00"),
            Decimal("30.00"),
        ]
        trade.change("trade.party", trade.parties[0], region=trade.regions[1])
        assert [trade.fetch("trade.region", region).sold for region in trade.regions] == [Decimal(0), Decimal("50.00")]

    def test_follow_conditions(self, trade: Trade) -> None:
        order = trade.order("1")
        assert trade.fetch("trade.party", trade.parties[0]).orders_open == 1
        trade.change("trade.order", order.id, state="closed")
        assert trade.fetch("trade.party", trade.parties[0]).orders_open == 0

    def test_touch_neither_version_nor_history(self, trade: Trade) -> None:
        party = trade.parties[0]
        before = trade.sql("SELECT version, changed_at, changed_by FROM {s}.trade_party WHERE id = %s", party)
        trade.order("1")
        assert trade.sql("SELECT version, changed_at, changed_by FROM {s}.trade_party WHERE id = %s", party) == before
        assert len(trade.history("trade.party", party)) == 1

    def test_are_seen_by_the_same_work(self, trade: Trade) -> None:
        def act(work: Any) -> Decimal:
            work.create("trade.order", [{"customer": trade.parties[0], "lines": [{"product": trade.products[0]}]}])
            return work.find("trade.party", "sold > 0")[0].sold

        assert trade.run(act) == Decimal("10.00")

    def test_are_written_for_many_parents_in_one_statement(self, trade: Trade) -> None:
        parties = trade.create("trade.party", *({"code": f"N{place}", "name": "N"} for place in range(100)))

        def act(work: Any) -> int:
            rows = [{"customer": party, "lines": [{"product": trade.products[0]}]} for party in parties]
            work.create("trade.order", rows)
            before = work.statements
            work.settle()
            return work.statements - before

        assert trade.run(act) <= 8

    def test_lookups_follow_their_source(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.change("trade.party", trade.parties[0], region=trade.regions[1])
        assert trade.fetch("trade.order", order.id).region == trade.regions[1]
        trade.change("trade.region", trade.regions[1], manager=2)
        assert trade.fetch("trade.party", trade.parties[0]).manager == 2


class TestLinksAndTheTrash:
    def test_nothing_new_links_into_the_trash(self, trade: Trade) -> None:
        order = trade.order("1")
        gone = trade.parties[1]
        trade.run(lambda work: work.trash("trade.party", [gone]))
        with pytest.raises(WrongInput) as caught:
            trade.order("1", customer=1)
        assert [(each.path, each.code) for each in caught.value.fields] == [("customer", "not_found")]
        with pytest.raises(WrongInput):
            trade.change("trade.order", order.id, customer=gone)

    def test_a_record_comes_back_after_what_it_links_to(self, trade: Trade) -> None:
        order = trade.order("1")
        trade.run(lambda work: work.trash("trade.order", [order]))
        trade.run(lambda work: work.trash("trade.party", [trade.parties[0]]))
        with pytest.raises(LinksToTrash):
            trade.run(lambda work: work.restore("trade.order", [order]))
        trade.run(lambda work: work.restore("trade.party", [trade.parties[0]]))
        assert trade.run(lambda work: work.restore("trade.order", [order]))[0].trashed_at is None

    def test_removing_waits_for_those_who_are_about_to_link(self, trade: Trade) -> None:
        linked, done = Event(), Event()

        def link(work: Any) -> None:
            work.create("trade.order", [{"customer": trade.parties[1], "lines": [{"product": trade.products[0]}]}])
            linked.set()
            assert done.wait(PATIENCE)

        with ThreadPoolExecutor(2) as pool:
            slow = pool.submit(trade.run, link)
            assert linked.wait(PATIENCE)
            removal = pool.submit(trade.run, lambda work: work.trash("trade.party", [trade.parties[1]]))
            with pytest.raises(TimeoutError):
                removal.result(0.3)
            done.set()
            slow.result(PATIENCE)
            with pytest.raises(StillUsed):
                removal.result(PATIENCE)
