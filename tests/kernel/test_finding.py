"""What operations may expect of fetch, find and lock, and that a Work sees what it wrote."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import RecordNotFound
from tests.fixtures.trade import Trade


class TestFetching:
    def test_answers_in_the_order_asked(self, trade: Trade) -> None:
        first, second = trade.parties[:2]
        names = trade.run(lambda work: [party.code for party in work.fetch("trade.party", [second, first, second])])
        assert names == ["B", "A", "B"]

    def test_misses_nothing_silently(self, trade: Trade) -> None:
        with pytest.raises(RecordNotFound):
            trade.run(lambda work: work.fetch("trade.party", [trade.parties[0], 4711]))

    def test_reads_paths_and_lists_in_one_query_a_level(self, trade: Trade) -> None:
        orders = [trade.order("1", "2") for _ in range(20)]

        def act(work: Any) -> tuple[Any, int]:
            before = work.statements
            fields = ["customer.name", "customer.region.name", "lines.product.sku", "lines.quantity"]
            return work.fetch("trade.order", orders, fields), work.statements - before

        found, statements = trade.run(act)
        assert statements == 2
        assert found[19]["customer.region.name"] == "East"
        assert [(line["product.sku"], line.quantity) for line in found[0].lines] == [("P0", 1), ("P1", 2)]

    def test_takes_records_as_well_as_ids(self, trade: Trade) -> None:
        order = trade.order("1")
        assert trade.run(lambda work: work.fetch("trade.order", [order])[0]) == order


class TestFinding:
    def test_takes_values_for_its_parameters(self, trade: Trade) -> None:
        found = trade.run(lambda work: work.find("trade.party", "code in $codes", {"codes": ["B", "S"]}, sort="-code"))
        assert [party.code for party in found] == ["S", "B"]

    def test_answers_at_most_as_many_as_asked(self, trade: Trade) -> None:
        assert len(trade.run(lambda work: work.find("trade.party", sort="code", limit=2))) == 2

    def test_locks_by_key_whatever_is_blank(self, trade: Trade) -> None:
        rows = [{"product": trade.products[0], "place": place} for place in ("A", None)]

        def act(work: Any) -> list[Any]:
            work.tally(
                "trade.balance", [{**row, "on_hand": 1} for row in rows], by=("product", "place"), add=("on_hand",)
            )
            return [balance.place for balance in work.lock("trade.balance", rows[1:], ("product", "place"))]

        assert trade.run(act) == [None]


class TestAWork:
    def test_sees_its_own_writes_whatever_it_holds(self, trade: Trade) -> None:
        """A locked record is not read again, so all that changes it must reach what is known of it."""
        party, product = trade.parties[0], trade.products[0]

        def act(work: Any) -> list[Any]:
            held = work.fetch("trade.party", [party], lock=True)[0]
            order = work.create("trade.order", [{"customer": held, "lines": [{"product": product, "quantity": 5}]}])[0]
            raised = work.change("trade.party", [(party, {"credit_limit": 60})])[0]
            work.change("trade.order", [(order, {"freight": 5})])
            lowered = work.change("trade.party", [(party, {"credit_limit": 50})])[0]
            return [raised.sold, raised.credit_left, lowered.sold, lowered.credit_left, lowered.version]

        assert trade.run(act) == [Decimal(50), Decimal(10), Decimal(55), Decimal(-5), 3]

    def test_keeps_what_a_refused_attempt_knew_apart(self, trade: Trade) -> None:
        order = trade.order("1")

        def act(work: Any) -> Any:
            work.fetch("trade.order", [order], lock=True)
            with pytest.raises(RecordNotFound), work.attempt():
                work.change("trade.order", [(order.id, {"freight": 99})])
                work.fetch("trade.order", [4711])
            return work.change("trade.order", [(order.id, {"note": "after"})])[0]

        after = trade.run(act)
        assert (after.version, after.total, after.freight) == (2, Decimal("10.00"), Decimal("0.00"))
        assert trade.fetch("trade.order", order.id).total == Decimal("10.00")

    def test_changes_a_balance_after_a_tally(self, trade: Trade) -> None:
        row = {"product": trade.products[0], "place": "A"}

        def act(work: Any) -> Any:
            by = ("product", "place")
            made = work.tally("trade.balance", [{**row, "on_hand": 3}], by=by, add=("on_hand",)).changed[0]
            work.change("trade.balance", [(made, {"reserved": 1})])
            work.tally("trade.balance", [{**row, "on_hand": 4}], by=by, add=("on_hand",))
            return work.change("trade.balance", [(made.id, {"reserved": 2})])[0]

        balance = trade.run(act)
        assert (balance.on_hand, balance.reserved, balance.available) == (7, 2, 5)

    def test_survives_connections_that_died_with_the_server(self, trade: Trade) -> None:
        trade.order("1")
        with trade.platform.db.connection() as connection:
            connection.execute(
                """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )
            connection.commit()
            assert trade.order("1").version == 1
