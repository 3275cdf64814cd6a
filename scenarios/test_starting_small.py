"""A company starts with what it needs, and adds the next app when it grows: what is there is found and used."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from queti.kernel.publishing.installing import install_apps
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import WORKSPACE, Thing
from tests.fixtures.small import SmallCompany, Starting
from tests.fixtures.small import starting as starting

EVERYTHING = {"base", "flow", "crm", "oms", "stock", "purchase", "finance"}


def buys(company: SmallCompany, supplier: Thing, text: str, unit_cost: str, days: int = 5) -> Thing:
    """`10 Kettle`, to come in some days."""
    promised_on = company.run(lambda work: work.today) + timedelta(days=days)
    line = {**company.line(text), "unit_cost": unit_cost, "promised_on": promised_on}
    return company.nora.does("purchase.place_order", supplier, lines=[line])


def pays(company: SmallCompany, party: Thing, amount: str, **inputs: Any) -> None:
    company.nora.does("finance.record_payment", party, amount=amount, **inputs)


def test_first_the_customers_then_their_orders(starting: Starting) -> None:
    """crm, and later oms: the quote that was sent becomes an order, for the same customer."""
    with starting("crm") as company:
        assert company.apps == {"base", "crm", "flow"}
        company.knows("Kettle @ 40.00")
        hotel = company.customer("Grand Hotel")
        lead = company.nora.writes("crm.lead", name="Pine School wants kettles", company_name="Pine School")
        quote = company.nora.writes_quote("Grand Hotel", "2 Kettle")
        company.nora.does("crm.send_quote", quote)
        early = company.nora.writes_quote("Grand Hotel", "1 Kettle")
        company.nora.does("crm.send_quote", early)
        assert company.nora.does("crm.accept_quote", early).state == "accepted"

        company.adds("oms")
        company.nora.does("crm.accept_quote", quote)
        [order] = company.all("oms.sales_order")
        assert (order.customer, order.total, order.external_number) == (hotel.id, Decimal("90.40"), quote.number)
        assert quote.order == order.id
        company.nora.does("oms.confirm_order", order)
        company.nora.does("oms.ship_order", order)
        assert order.state == "shipped"
        assert [text.split(":")[0] for text in company.timeline("Grand Hotel")].count("parcel") == 1
        assert lead.state == "new"


def test_orders_and_stock_then_customer_care(starting: Starting) -> None:
    """oms + stock, and later crm: the customers and what they ordered are there, quotes join in."""
    with starting("oms", "stock") as company:
        assert company.apps == {"base", "flow", "oms", "stock"}
        company.knows("Kettle @ 40.00")
        company.customer("Grand Hotel")
        company.warehouse()
        company.receives("5 Kettle at A-01", "24.00")
        order = company.nora.writes_order("Grand Hotel", "3 Kettle")
        company.nora.does("oms.confirm_order", order)
        refused = company.nora.cannot("oms.confirm_order", company.nora.writes_order("Grand Hotel", "3 Kettle"))
        assert refused.says("Only 2 of Kettle can be promised")

        company.adds("crm")
        company.nora.does("oms.ship_order", order)
        assert company.stock("Kettle") == "2 on hand, 0 reserved, 2 available"
        assert [text.split(":")[0] for text in company.timeline("Grand Hotel")] == ["parcel"]
        quote = company.nora.writes_quote("Grand Hotel", "2 Kettle")
        company.nora.does("crm.send_quote", quote)
        company.nora.does("crm.accept_quote", quote)
        newest = company.all("oms.sales_order")[-1]
        company.nora.does("oms.confirm_order", newest)
        assert company.stock("Kettle") == "2 on hand, 2 reserved, 0 available"


def test_selling_whole_then_buying(starting: Starting) -> None:
    """crm + oms + stock, and later purchase: who waits for goods is promised the day that a supplier gives."""
    with starting("crm", "oms", "stock") as company:
        company.knows("Kettle @ 40.00")
        hotel = company.customer("Grand Hotel")
        company.warehouse()
        company.receives("1 Kettle at A-01", "24.00")
        quote = company.nora.writes_quote("Grand Hotel", "4 Kettle")
        company.nora.does("crm.send_quote", quote)
        company.nora.does("crm.accept_quote", quote)
        [order] = company.all("oms.sales_order")
        company.nora.does("oms.confirm_order", order, backorder=True)
        assert (order.customer, order.waiting_quantity, order.promised_on) == (hotel.id, 3, None)

        company.adds("purchase")
        mill = company.supplier("Kettle Works")
        company.nora.changes(company.thing("base.product", "Kettle"), supplier=mill.id, purchase_price="24.00")
        [row] = company.nora.does("purchase.reorder_list")["rows"]
        assert (row["sku"], row["demand"], row["quantity"]) == ("N-000", 3, 3)
        [proposed] = company.nora.does("purchase.propose_orders")
        company.nora.does("purchase.place_draft", proposed)
        company.catches_up()
        assert order.promised_on == proposed.promised_on

        company.nora.does("purchase.receive_goods", proposed, location=company.thing("stock.location", "A-01"))
        company.catches_up()
        assert (order.state, order.waiting_quantity) == ("confirmed", 0)
        company.nora.does("oms.ship_order", order)
        assert order.state == "shipped"


def test_buying_and_books_then_selling(starting: Starting) -> None:
    """stock + purchase + finance, and later oms: what was bought is sold, at the cost that stands in the books."""
    with starting("stock", "purchase", "finance") as company:
        assert company.apps == {"base", "finance", "flow", "purchase", "stock"}
        company.knows("Kettle @ 40.00")
        mill = company.supplier("Kettle Works")
        company.warehouse()
        purchase = buys(company, mill, "10 Kettle", "24.00")
        company.nora.does("purchase.receive_goods", purchase, location=company.thing("stock.location", "A-01"))
        company.nora.does("purchase.record_bill", mill, bill_number="FP-1")
        pays(company, mill, "271.20")
        assert (company.balances()["1405"], company.balances()["1002"]) == (240, Decimal("-271.20"))
        assert company.nora.does("finance.sub_ledger_check")["agrees"]

        company.adds("oms")
        both = company.nora.changes(mill, is_customer=True)
        order = company.nora.writes_order("Kettle Works", "2 Kettle")
        company.nora.does("oms.confirm_order", order)
        company.nora.does("oms.ship_order", order)
        pays(company, both, "90.40", direction="in")
        assert order.state == "settled"
        assert (company.balances()["1405"], company.balances()["5401"]) == (192, 48)
        assert company.run(broken_promises) == {}


def test_all_from_the_first_day(starting: Starting) -> None:
    """From the quote over a shortage to money, with nothing set up but products, people and a warehouse."""
    with starting(*sorted(EVERYTHING - {"base"})) as company:
        assert company.apps == EVERYTHING
        company.knows("Kettle @ 40.00")
        hotel, mill = company.customer("Grand Hotel"), company.supplier("Kettle Works")
        place = company.warehouse()
        quote = company.nora.writes_quote("Grand Hotel", "5 Kettle")
        company.nora.does("crm.send_quote", quote)
        company.nora.does("crm.accept_quote", quote)
        [order] = company.all("oms.sales_order")
        purchase = buys(company, mill, "8 Kettle", "24.00")
        company.nora.does("oms.confirm_order", order, backorder=True)
        assert (order.waiting_quantity, order.promised_on) == (5, purchase.promised_on)

        company.nora.does("purchase.receive_goods", purchase, location=place)
        company.catches_up()
        company.nora.does("oms.ship_order", order)
        company.nora.does("purchase.record_bill", mill, bill_number="FP-1")
        pays(company, hotel, "226.00")
        pays(company, mill, "216.96")
        assert order.state == "settled"
        assert company.stock("Kettle") == "3 on hand, 0 reserved, 3 available"
        assert company.run(broken_promises) == {}


def test_orders_that_were_confirmed_before_there_was_stock_wait_for_it(starting: Starting) -> None:
    """Nothing was kept for them, so they stand in the queue: what is counted in serves the eldest first."""
    with starting("oms") as company:
        company.knows("Kettle @ 40.00")
        company.customer("Grand Hotel")
        first, second, shipped, draft = (company.nora.writes_order("Grand Hotel", "3 Kettle") for _ in range(4))
        for order in (first, second, shipped):
            company.nora.does("oms.confirm_order", order)
        company.nora.does("oms.ship_order", shipped)
        company.nora.does("oms.ship_order", first, lines=[{"line": first.lines[0].id, "quantity": "1"}])

        company.adds("stock")
        company.adds("stock")
        assert [o.waiting_quantity for o in (first, second, shipped, draft)] == [2, 3, 0, 0]
        assert company.nora.cannot("oms.ship_order", second).code == "goods_still_waiting"

        company.warehouse()
        company.receives("4 Kettle at A-01", "24.00")
        company.catches_up()
        assert [o.waiting_quantity for o in (first, second)] == [0, 1]
        company.nora.does("oms.ship_order", first)
        assert (first.state, second.state) == ("shipped", "confirmed")
        company.adds("stock")
        assert (second.waiting_quantity, company.stock("Kettle")) == (1, "2 on hand, 2 reserved, 0 available")


def test_a_parcel_that_leaves_while_stock_is_being_installed_is_refused_by_nobody(starting: Starting) -> None:
    """Between the new release and the beginning of the stock nothing was counted yet, so nothing lacks."""
    with starting("oms") as company:
        company.knows("Kettle @ 40.00")
        company.customer("Grand Hotel")
        first, second = (company.nora.writes_order("Grand Hotel", "3 Kettle") for _ in range(2))
        for order in (first, second):
            company.nora.does("oms.confirm_order", order)

        platform = company.platform
        install_apps(platform.db, platform.workspace(WORKSPACE), platform.catalogue, ["stock"])
        company.nora.does("oms.ship_order", first)
        assert (first.state, company.all("stock.move")) == ("shipped", [])

        company.adds("stock")
        assert [order.waiting_quantity for order in (first, second)] == [0, 3]
        company.warehouse()
        company.receives("3 Kettle at A-01", "24.00")
        company.catches_up()
        company.nora.does("oms.ship_order", second)
        assert company.stock("Kettle") == "0 on hand, 0 reserved, 0 available"


def test_books_that_come_later_are_opened_with_the_stock_that_is_there(starting: Starting) -> None:
    """The difference is named until then; what happens afterwards is booked, also of orders that were half way."""
    with starting("oms", "stock") as company:
        company.knows("Kettle @ 40.00")
        hotel = company.customer("Grand Hotel")
        company.warehouse()
        company.receives("5 Kettle at A-01", "24.00")
        order = company.nora.writes_order("Grand Hotel", "2 Kettle")
        company.nora.does("oms.confirm_order", order)
        company.nora.does("oms.ship_order", order, lines=[{"line": order.lines[0].id, "quantity": "1"}])

        company.adds("finance")
        check = company.nora.does("finance.sub_ledger_check")
        assert not check["agrees"]
        assert sum(row["difference"] for row in check["differences"]) == 96
        for code, side in (("1405", "debit"), ("3001", "credit")):
            account = company.id_of("finance.account", code)
            company.nora.writes("finance.opening_balance", account=account, **{side: "96.00"})
        company.nora.does("finance.open_books", opened_on=company.run(lambda work: work.today))
        assert company.nora.does("finance.sub_ledger_check")["agrees"]

        company.nora.does("oms.ship_order", order)
        [receivable] = company.all("finance.receivable")
        assert (receivable.party, receivable.amount) == (hotel.id, Decimal("45.20"))
        pays(company, hotel, "45.20")
        assert order.state == "settled"
        assert (company.balances()["1405"], company.balances()["5401"]) == (72, 24)
        assert company.nora.does("finance.sub_ledger_check")["agrees"]
