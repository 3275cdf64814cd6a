"""Each app can be installed alone, and does its work without the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any

import pytest

from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.store.workspaces import create_workspace
from tests.fixtures.database import Databases

Perform = Callable[[str, Any], Any]
Company = Callable[..., AbstractContextManager["Small"]]


class Small:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def run(self, act: Callable[[Work], Any]) -> Any:
        return self.platform.run("small", SYSTEM, act)

    def create(self, object: str, **values: Any) -> Record:
        return self.run(lambda work: work.create(object, [values])[0])

    def perform(self, operation: str, **inputs: Any) -> Any:
        return self.run(lambda work: work.perform(operation, inputs))

    @property
    def apps(self) -> set[str]:
        return set(self.platform.model(self.platform.workspace("small")).apps)

    def install(self, *apps: str) -> None:
        install_apps(self.platform.db, self.platform.workspace("small"), self.platform.catalogue, apps)


@pytest.fixture
def company(databases: Databases) -> Company:
    @contextmanager
    def make(*apps: str) -> Iterator[Small]:
        with databases.fresh(databases.template("platform", prepare_database)) as database:
            create_workspace(database, "small", {"en": "Small"})
            small = Small(Platform(database, Catalogue.standard()))
            small.install(*apps)
            small.perform("base.set_up", company="Small Ltd")
            yield small

    return make


@pytest.mark.parametrize("app", ["base", "crm", "oms", "stock", "finance"])
def test_an_app_comes_with_what_it_needs_and_no_more(company: Company, app: str) -> None:
    with company(app) as small:
        assert small.apps == {"base", app} | ({"flow"} if app in ("crm", "oms") else set())


def test_buying_brings_the_stock_that_it_fills(company: Company) -> None:
    """And needs no books: what was received and billed waits for those that may come."""
    with company("purchase") as small:
        assert small.apps == {"base", "flow", "stock", "purchase"}
        supplier = small.create("base.party", name="Mill", is_supplier=True)
        product = small.create("base.product", sku="P", name="P")
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        bought = [{"product": product.id, "quantity": "5", "unit_cost": "2.00", "tax_rate": "0"}]
        order = small.perform("purchase.place_order", supplier=supplier.id, lines=bought)
        small.perform("purchase.receive_goods", order=order.id, location=place.id)
        bill = small.perform("purchase.record_bill", supplier=supplier.id, bill_number="1")
        [line] = small.run(lambda work: work.find("purchase.purchase_order_line"))
        back = [{"line": line.id, "quantity": "5"}]
        small.perform("purchase.return_goods", order=order.id, location=place.id, lines=back)
        assert (bill.total, small.run(lambda work: work.find("stock.valuation"))[0].quantity) == (10, 0)


def test_orders_ship_without_stock_and_without_books(company: Company) -> None:
    with company("oms") as small:
        order = an_order(small)
        small.perform("oms.confirm_order", order=order.id)
        parcel = small.perform("oms.ship_order", order=order.id)
        assert parcel.total == Decimal("22.60")
        assert small.run(lambda work: work.fetch("oms.sales_order", [order.id]))[0].state == "shipped"


def test_a_quote_is_accepted_without_an_order_desk(company: Company) -> None:
    with company("crm") as small:
        customer = small.create("base.party", name="A", is_customer=True)
        product = small.create("base.product", sku="P", name="P", price="10")
        quote = small.create("crm.quote", customer=customer.id, lines=[{"product": product.id, "quantity": "1"}])
        small.perform("crm.send_quote", quote=quote.id)
        assert small.perform("crm.accept_quote", quote=quote.id).state == "accepted"


def test_goods_come_and_go_without_books(company: Company) -> None:
    with company("stock") as small:
        product = small.create("base.product", sku="P", name="P")
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        line = {"product": product.id, "quantity": "5", "unit_cost": "2.00"}
        small.perform("stock.receive", location=place.id, lines=[line])
        issued = small.perform("stock.issue", lines=[{"product": product.id, "quantity": "2", "location": place.id}])
        assert issued.value == Decimal("-4.00")


def test_an_app_that_comes_later_joins_in(company: Company) -> None:
    with company("oms") as small:
        small.install("finance", "stock")
        order = an_order(small)
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        line = {"product": order.lines[0].product, "quantity": "5", "unit_cost": "2.00"}
        small.perform("stock.receive", location=place.id, lines=[line])
        small.perform("oms.confirm_order", order=order.id)
        small.perform("oms.ship_order", order=order.id)
        [receivable] = small.run(lambda work: work.find("finance.receivable"))
        assert (receivable.order, receivable.amount) == (order.id, Decimal("22.60"))


def test_the_same_business_is_booked_on_an_international_chart(company: Company) -> None:
    with company("oms", "stock", "finance") as small:
        small.perform("finance.set_up", chart="international")
        order = an_order(small)
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        line = {"product": order.lines[0].product, "quantity": "5", "unit_cost": "2.00"}
        small.perform("stock.receive", location=place.id, lines=[line])
        small.perform("oms.confirm_order", order=order.id)
        small.perform("oms.ship_order", order=order.id)
        small.perform("finance.record_payment", party=order.customer, amount="22.60")

        balances = {
            row["account"]: row["debit"] - row["credit"] for row in small.perform("finance.trial_balance")["rows"]
        }
        assert balances == {
            "1020": Decimal("22.60"),
            "1210": 6,
            "2110": -10,
            "2210": Decimal("-2.60"),
            "4000": -20,
            "5000": 4,
        }
        for layout in (None, "small_enterprise"):
            sheet = small.perform("finance.balance_sheet", layout=layout)
            assert (sheet["assets"], sheet["balances"]) == (Decimal("28.60"), True)
            assert not [row for row in sheet["rows"] if row["line"] == "unplaced"]
        assert small.perform("finance.balance_sheet")["layout"] == "international"
        assert small.perform("finance.sub_ledger_check")["agrees"]


def test_accounts_that_were_there_are_given_their_uses(company: Company) -> None:
    with company("finance") as small:
        bank = small.create("finance.account", code="1002", name="Bank", category="asset", normal_balance="debit")
        small.perform("finance.set_up")
        small.perform("finance.set_up", chart="international")

        accounts = {account.code: account for account in small.run(lambda work: work.find("finance.account"))}
        assert (accounts["1002"].id, accounts["1002"].use, accounts["1002"].name) == (bank.id, "bank", "Bank")
        assert "1020" not in accounts


def an_order(small: Small) -> Record:
    customer = small.create("base.party", name="A", is_customer=True)
    product = small.create("base.product", sku="P", name="P", price="10")
    return small.perform("oms.place_order", customer=customer.id, lines=[{"product": product.id, "quantity": "2"}])


def test_buying_needs_stock_and_nothing_else(company: Company) -> None:
    with company("purchase") as small:
        assert small.apps == {"base", "flow", "stock", "purchase"}
        product = small.create("base.product", sku="P", name="P", purchase_price="2.00", safety_stock="5")
        supplier = small.create("base.party", name="S", is_supplier=True)
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        assert [row["quantity"] for row in small.perform("purchase.reorder_list")["rows"]] == [5]

        line = {"product": product.id, "quantity": "5"}
        order = small.perform("purchase.place_order", supplier=supplier.id, lines=[line])
        receipt = small.perform("purchase.receive_goods", order=order.id, location=place.id)
        assert receipt.value == Decimal("10.00")
        bill = small.perform("purchase.record_bill", supplier=supplier.id, bill_number="F-1")
        assert (bill.net_amount, bill.difference_in_stock) == (Decimal("10.00"), 0)
        assert small.perform("purchase.reorder_list")["rows"] == []
