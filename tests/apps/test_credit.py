"""The credit hold can't be walked past: what is ordered counts before it is shipped, whatever its currency."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from queti.engines.rules.why import decisions
from queti.kernel.publishing.canonical import body_of
from tests.apps.test_decisions import publishes
from tests.fixtures.harbour import Harbour, Thing

HOTEL = "Grand Hotel"


@pytest.fixture
def company(harbour: Harbour) -> Harbour:
    harbour.owner.changes(harbour.thing("base.party", HOTEL), credit_limit="1000")
    return harbour


def ordered(company: Harbour, quantity: str, **values: Any) -> Thing:
    """As a record, at 100 each, without tax."""
    lamp, hotel = company.id_of("base.product", "Desk lamp"), company.id_of("base.party", HOTEL)
    values = {"customer": hotel, **values}
    line = {"product": lamp, "quantity": quantity, "unit_price": "100", "tax_rate": "0"}
    return company.mei.writes("oms.sales_order", lines=[line], **values)


def test_many_small_orders_are_as_much_as_one_large(company: Harbour) -> None:
    assert [ordered(company, "4").holds for _ in range(3)] == [None, None, ["credit"]]
    assert ordered(company, "2").holds is None, "what is held isn't trusted yet, and takes no room"
    assert ordered(company, "1").holds == ["credit"]


def test_a_confirmed_order_counts_until_it_is_shipped_and_then_as_a_receivable(company: Harbour) -> None:
    order = ordered(company, "8")
    company.lin.does("oms.confirm_order", order)
    assert ordered(company, "3").holds == ["credit"]
    [line] = order.lines
    company.lin.does("oms.ship_order", order, lines=[{"line": line.id, "quantity": "5"}])
    assert company.thing("base.party", HOTEL).receivable == 500
    assert ordered(company, "2").holds is None, "500 owed, 300 to ship, 200 new: none is counted twice"
    assert ordered(company, "1").holds == ["credit"]


def test_a_cancelled_order_gives_its_room_back(company: Harbour) -> None:
    order = ordered(company, "9")
    company.lin.does("oms.cancel_order", order)
    assert ordered(company, "9").holds is None


def test_an_amount_counts_in_the_companys_currency(company: Harbour) -> None:
    dollar = company.thing("base.currency", "USD")
    company.owner.changes(dollar, rate="7.1")
    assert ordered(company, "1", currency=dollar.id).holds is None
    assert ordered(company, "1", currency=dollar.id).holds == ["credit"]


def test_an_amount_of_unknown_worth_waits_for_a_person(company: Harbour) -> None:
    assert ordered(company, "1", currency=company.id_of("base.currency", "USD")).holds == ["credit"]


def test_a_draft_that_grows_after_the_check_is_checked_again(company: Harbour) -> None:
    order = ordered(company, "4")
    other = ordered(company, "5")
    [line] = order.lines
    company.mei.changes(order, lines=[{"id": line.id, "quantity": "6"}])
    assert (order.holds, other.holds) == (["credit"], None)


def test_orders_of_one_sending_count_with_each_other(company: Harbour) -> None:
    line = {"product": {"sku": "LP-301"}, "quantity": "4", "unit_price": "100", "tax_rate": "0"}
    calls = [{"customer": company.id_of("base.party", HOTEL), "lines": [line]}] * 3
    orders = company.run(lambda work: work.perform("oms.place_order", calls))
    assert [order.holds for order in orders] == [None, None, ["credit"]]


def test_who_has_no_limit_is_never_held(harbour: Harbour) -> None:
    assert ordered(harbour, "150").holds is None


def test_the_company_says_who_waits(company: Harbour) -> None:
    """A tenth more may pass; who is late with paying waits, limit or not, and is told so on the order."""
    rule = company.run(lambda work: body_of(work.model.rules["finance.credit"]))
    unknown, beyond = rule["rows"]
    tolerant = {**beyond, "when": {**beyond["when"], "needed": "> limit * 1.1"}}
    late = {"when": {"overdue_days": "> 10"}, "then": {"hold": '"payment"', "note": 'text(overdue) & " overdue"'}}
    tests = {name: test for name, test in rule["tests"].items() if name != "beyond"}
    publishes(company.owner, "finance.credit", rows=[late, unknown, tolerant], tests=tests)
    assert [ordered(company, each).holds for each in ("10", "1", "1")] == [None, None, ["credit"]]

    shop = company.mei.writes("base.party", name="Corner Shop", is_customer=True)
    company.owner.changes(shop, terms_days="0")
    first = ordered(company, "2", customer=shop.id)
    company.lin.does("oms.confirm_order", first)
    company.lin.does("oms.ship_order", first, shipped_at=company.run(lambda work: work.now - timedelta(days=15)))
    again = ordered(company, "1", customer=shop.id)
    assert (again.holds, again.hold_note) == (["payment"], "200 overdue")
    told = company.run(lambda work: decisions(work, "oms.sales_order", again.id), company.lin.person)
    assert "finance.credit" in {each["rule"] for each in told}
