"""What creating records promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import DuplicateKey, WrongInput
from queti.kernel.record import Rows
from tests.fixtures.trade import NOW, Trade


def problems(caught: pytest.ExceptionInfo[WrongInput]) -> dict[str, str]:
    return {problem.path: problem.code for problem in caught.value.fields}


class TestANewRecord:
    def test_has_defaults_formulas_and_its_lines(self, trade: Trade) -> None:
        order = trade.order("2", "3", freight="12.5")

        assert (order.number, order.state, order.ordered_on) == ("SO-2026-000001", "open", date(2026, 11, 22))
        assert [line.unit_price for line in order.lines] == [Decimal("10.0000"), Decimal("99.9000")]
        assert [line.amount for line in order.lines] == [Decimal("20.00"), Decimal("299.70")]
        assert order.total == Decimal("332.20")
        assert [line.position for line in order.lines] == [1, 2]

    def test_is_stored_as_it_was_answered(self, trade: Trade) -> None:
        order = trade.order("2", "3")
        stored = trade.fetch("trade.order", order.id)

        assert stored.values == {name: order.values[name] for name in stored.values}
        assert trade.fetch("trade.order", order.id, "lines").lines[1].values == {
            name: value
            for name, value in order.lines[1].values.items()
            if name in order.lines[1].values and "." not in name
        }

    def test_knows_who_made_it_and_when(self, trade: Trade) -> None:
        order = trade.order("1")

        assert (order.created_by, order.created_at, order.version) == (1, NOW, 1)
        assert trade.history("trade.order", order.id) == [("created", 1, "trade.order.create", "", {})]

    def test_looks_up_through_links_in_any_depth(self, trade: Trade) -> None:
        order = trade.order("1")
        seen = trade.fetch("trade.order", order.id, "customer.region.manager.name", "region")

        assert seen["customer.region.manager.name"] == "Mei"
        assert order.region == trade.regions[0]

    def test_formulas_between_record_and_lines_go_both_ways(self, trade: Trade) -> None:
        order = trade.order("1", "1", discount=50)

        assert order.total == Decimal("54.95")
        assert order.lines[0].share == Decimal("18.1984")

    def test_rows_come_back_in_their_order(self, trade: Trade) -> None:
        rows = trade.create("trade.region", *({"name": f"R{place}"} for place in range(200)))

        assert [row.name for row in rows] == [f"R{place}" for place in range(200)]
        assert len({row.id for row in rows}) == 200

    def test_lines_are_picked_by_equal_values(self, trade: Trade) -> None:
        order = trade.order("1", "2")

        assert order.lines.where(product=trade.products[1]) == Rows([order.lines[1]])


class TestLinks:
    def test_are_found_by_unique_keys_in_one_query_a_target(self, trade: Trade) -> None:
        def act(work: Any) -> tuple[Any, int]:
            before = work.statements
            rows = [
                {"customer": {"code": "A"}, "lines": [{"product": {"sku": f"P{place}"}} for place in (0, 1, 2)]}
                for _ in range(20)
            ]
            return work.create("trade.order", rows), work.statements - before

        orders, statements = trade.run(act)
        assert [line.product for line in orders[0].lines] == trade.products
        assert statements <= 9

    @pytest.mark.parametrize(
        ("given", "code"),
        [({"code": "ZZ"}, "not_found"), ({"name": "Grand Hotel"}, "not_a_key"), (999_999, "not_found"), ("A", "link")],
    )
    def test_that_lead_nowhere_are_named(self, trade: Trade, given: Any, code: str) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.order", {"customer": given, "lines": []})
        assert problems(caught) == {"customer": code}

    def test_respect_what_may_be_chosen(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.order("1", customer=2)
        assert problems(caught) == {"customer": "not_offered"}

    def test_without_a_look_up_are_held_by_the_database(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.remark", {"order": 4711})
        assert problems(caught) == {"order": "not_found"}


class TestProblems:
    def test_of_all_rows_and_lines_come_together(self, trade: Trade) -> None:
        good = {"customer": trade.parties[0], "lines": [{"product": trade.products[0]}]}
        bad = {
            "customre": 1,
            "discount": "101",
            "lines": [{"product": trade.products[0], "quantity": 1.5}, {"quantity": "x"}],
        }
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.order", good, bad)
        assert problems(caught) == {
            "[1].customre": "unknown_field",
            "[1].discount": "too_large",
            "[1].lines[0].quantity": "fraction",
            "[1].lines[1].quantity": "number",
        }
        assert "customer" in next(problem.en for problem in caught.value.fields if problem.code == "unknown_field")

    def test_missing_fields_and_rows_are_named(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.order", {"lines": [{}]})
        assert problems(caught) == {"customer": "required", "lines[0].product": "required"}
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.entry", {"period": "P1", "lines": []})
        assert problems(caught) == {"lines": "min_rows"}

    def test_rules_speak_in_their_own_words(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.order("-5", "1", freight="1")
        assert problems(caught) == {"lines[0].quantity": "positive"}
        with pytest.raises(WrongInput) as caught:
            trade.order("1", freight="-100")
        assert [(problem.path, problem.zh) for problem in caught.value.fields] == [("total", "订单不能为负。")]

    def test_computed_and_system_fields_cant_be_written(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.order("1", total="5", version=3)
        assert problems(caught) == {"total": "computed", "version": "computed"}

    def test_leave_nothing_behind(self, trade: Trade) -> None:
        with pytest.raises(WrongInput):
            trade.order("1", "-1")
        assert trade.sql("SELECT count(*) FROM {s}.trade_order") == [(0,)]


class TestUniqueKeys:
    def test_name_field_and_value(self, trade: Trade) -> None:
        with pytest.raises(DuplicateKey) as caught:
            trade.create("trade.party", {"code": "A", "name": "Again"})
        assert caught.value.field == "code"
        assert "“A”" in caught.value.says("en")

    def test_ignore_the_trash(self, trade: Trade) -> None:
        first = trade.create("trade.party", {"code": "X", "name": "First"})[0]
        trade.run(lambda work: work.trash("trade.party", [first]))
        trade.create("trade.party", {"code": "X", "name": "Second"})
        with pytest.raises(DuplicateKey):
            trade.run(lambda work: work.restore("trade.party", [first]))

    def test_may_be_tried_inside_a_work(self, trade: Trade) -> None:
        def act(work: Any) -> int:
            with pytest.raises(DuplicateKey), work.attempt():
                work.create("trade.region", [{"name": "North"}, {"name": "East"}])
            return work.create("trade.region", [{"name": "South"}])[0].id

        south = trade.run(act)
        assert trade.sql("SELECT name FROM {s}.trade_region ORDER BY name") == [("East",), ("South",), ("West",)]
        assert trade.history("trade.region", south) == [("created", 1, "trade.region.create", "", {})]


class TestAppendOnlyRecords:
    def test_sum_their_lines_in_the_inserting_statement(self, trade: Trade) -> None:
        entry = trade.create("trade.entry", _entry("P1", "5.00", "7.50"))[0]

        stored = trade.sql("SELECT debit_total, credit_total, number FROM {s}.trade_entry")
        assert stored == [(Decimal("12.50"), Decimal("12.50"), "P1-0001")]
        assert (entry.number, entry.debit_total) == ("P1-0001", Decimal("12.50"))

    def test_many_at_once_keep_to_their_own_lines(self, trade: Trade) -> None:
        trade.create("trade.entry", *(_entry("P1", str(amount)) for amount in range(1, 50)))

        totals = trade.sql("SELECT number, debit_total FROM {s}.trade_entry ORDER BY number")
        assert totals == [(f"P1-{amount:04}", Decimal(amount)) for amount in range(1, 50)]

    def test_must_balance(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.create("trade.entry", {"period": "P1", "lines": [{"account": "1", "debit": "1"}]})
        assert [problem.code for problem in caught.value.fields] == ["balances"]


def _entry(period: str, *amounts: str) -> dict[str, Any]:
    return {
        "period": period,
        "lines": [
            *({"account": "1002", "debit": amount} for amount in amounts),
            *({"account": "6001", "credit": amount} for amount in amounts),
        ],
    }
