"""Northwind, two years of a real-looking importer's trade, replayed through Queti.

The data is not part of this project: the test reads it where it lies beside the checkout
and says so when it isn't there. All expected figures are computed here from the files.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from queti.kernel.definitions import ImportDef
from tests.fixtures.company import Company, a_company, mapping_file
from tests.fixtures.database import Databases

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data" / "northwind"
CENT = Decimal("0.01")
NOTHING = Decimal(0)
AT_ONCE = 100

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the Northwind files are not beside this checkout")


def rows(name: str) -> list[dict[str, str]]:
    file = DATA / name
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return list(csv.DictReader(text.decode("utf-8").splitlines()))


def rounded(text: str, places: int = 4) -> Decimal:
    return Decimal(text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Expected:
    """What the files say, computed apart from the product."""

    def __init__(self) -> None:
        self.orders = {row["order_id"]: row for row in rows("orders.csv.gz")}
        self.details = rows("order_details.csv")
        self.prices = {row["product_id"]: rounded(row["unit_price"]) for row in rows("products.csv")}
        goods: dict[str, Decimal] = defaultdict(Decimal)
        self.ordered: dict[str, Decimal] = defaultdict(Decimal)
        self.shipped: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.details:
            quantity, price, discount = Decimal(row["quantity"]), rounded(row["unit_price"]), rounded(row["discount"])
            goods[row["order_id"]] += (quantity * price * (1 - discount)).quantize(CENT, ROUND_HALF_UP)
            self.ordered[row["product_id"]] += quantity
            if self.orders[row["order_id"]]["shipped_date"]:
                self.shipped[row["product_id"]] += quantity
        self.totals = {
            number: goods[number] + rounded(order["freight"]).quantize(CENT, ROUND_HALF_UP)
            for number, order in self.orders.items()
        }
        self.goods = sum(goods.values(), NOTHING)

    def by(self, key: Callable[[dict[str, str]], Any], *, only_shipped: bool = False) -> dict[Any, Decimal]:
        sums: dict[Any, Decimal] = defaultdict(Decimal)
        for number, order in self.orders.items():
            if order["shipped_date"] or not only_shipped:
                sums[key(order)] += self.totals[number]
        return dict(sums)

    def cost(self, product: str) -> Decimal:
        return (self.prices[product] * Decimal("0.6")).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected()


@pytest.fixture(scope="module")
def northwind(databases: Databases, expected: Expected) -> Iterator[Company]:
    """The whole story: files imported, goods received, orders confirmed and shipped on their days."""
    with a_company(databases, "USD", "UTC") as company:
        company.perform("finance.open_periods", {"first": "1996-07-01", "last": "1998-06-30"})
        warehouse, *_ = company.create("stock.location", {"code": "MAIN", "name": "Main", "kind": "warehouse"})
        company.create("oms.channel", {"code": "northwind", "name": "Northwind", "platform": "other"})
        for name, files in FILES.items():
            company.imports(mapping(name), *(DATA / file for file in files))
        receive(company, expected, warehouse.id)
        confirm_and_ship(company, expected)
        yield company


FILES = {
    "customers": ["customers.csv"],
    "suppliers": ["suppliers.csv"],
    "products": ["products.csv"],
    "orders": ["orders.csv.gz", "order_details.csv"],
}


def mapping(name: str) -> ImportDef:
    return mapping_file(HERE / f"{name}.yaml")


def receive(company: Company, expected: Expected, location: int) -> None:
    """Each product first receives what its orders need, at 60 % of its list price."""
    lines = [
        {"product": {"sku": f"NW{product}"}, "quantity": str(quantity), "unit_cost": str(expected.cost(product))}
        for product, quantity in expected.ordered.items()
    ]
    company.perform("stock.receive", {"location": location, "lines": lines, "happened_at": at_noon("1996-07-01")})


def confirm_and_ship(company: Company, expected: Expected) -> None:
    ids = {record.external_number: record.id for record in company.find("oms.sales_order", fields=["external_number"])}
    orders = expected.orders.items()
    confirmed = [{"order": ids[number], "confirmed_at": at_noon(order["order_date"])} for number, order in orders]
    shipped = [
        {"order": ids[number], "carrier": f"Shipper {order['ship_via']}", "shipped_at": at_noon(order["shipped_date"])}
        for number, order in orders
        if order["shipped_date"]
    ]
    for operation, calls in (("oms.confirm_order", confirmed), ("oms.ship_order", shipped)):
        for part in parts(calls):
            company.perform(operation, part)


def at_noon(day: str) -> str:
    return datetime.combine(date.fromisoformat(day), time(12), UTC).isoformat()


def parts(calls: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE))


class TestTheFilesComeIn:
    def test_every_row_is_there(self, northwind: Company) -> None:
        assert len(northwind.find("base.party", "is_customer", ["id"])) == 91
        assert len(northwind.find("base.party", "is_supplier", ["id"])) == 29
        assert len(northwind.find("base.product", fields=["id"])) == 77
        assert len(northwind.find("oms.sales_order", fields=["id"])) == 830
        assert len(northwind.find("oms.sales_order_line", fields=["id"])) == 2155

    def test_goods_are_worth_what_the_lines_say(self, northwind: Company, expected: Expected) -> None:
        """A quarter above the commonly quoted 1,265,793.04, which rounds the sum and not each line."""
        assert northwind.total("oms.sales_order", "goods_amount") == expected.goods == Decimal("1265793.29")

    def test_the_same_files_twice_change_nothing(self, northwind: Company) -> None:
        report = northwind.imports(mapping("orders"), *(DATA / file for file in FILES["orders"]))
        assert report["bad"] == 0
        assert len(northwind.find("oms.sales_order", fields=["id"])) == 830
        northwind.imports(mapping("customers"), DATA / "customers.csv")
        assert len(northwind.find("base.party", "is_customer", ["id"])) == 91


class TestTheFiguresTie:
    def test_revenue_by_customer(self, northwind: Company, expected: Expected) -> None:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for order in northwind.find("oms.sales_order", fields=["customer.code", "total"]):
            sums[order["customer.code"]] += order.total
        assert sums == expected.by(lambda order: order["customer_id"])

    def test_revenue_by_year(self, northwind: Company, expected: Expected) -> None:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for order in northwind.find("oms.sales_order", fields=["ordered_on", "total"]):
            sums[str(order.ordered_on.year)] += order.total
        assert sums == expected.by(lambda order: order["order_date"][:4])

    def test_receivables_are_the_shipped_revenue(self, northwind: Company, expected: Expected) -> None:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for receivable in northwind.find("finance.receivable", fields=["party.code", "amount"]):
            sums[receivable["party.code"]] += receivable.amount
        assert sums == expected.by(lambda order: order["customer_id"], only_shipped=True)

    def test_revenue_in_the_books_by_year(self, northwind: Company, expected: Expected) -> None:
        by_year = expected.by(lambda order: order["shipped_date"][:4], only_shipped=True)
        so_far = NOTHING
        for year in sorted(by_year):
            so_far += by_year[year]
            balance = trial_balance(northwind, f"{year}-12-31" if year < "1998" else "1998-06-30")
            assert balance["5001"] == -so_far
            assert balance["1122"] == so_far

    def test_the_trial_balance_is_zero_to_the_cent(self, northwind: Company) -> None:
        for on in ("1996-07-31", "1997-03-15", "1998-06-30"):
            assert sum(trial_balance(northwind, on).values(), NOTHING) == 0

    def test_stock_is_what_its_moves_say(self, northwind: Company, expected: Expected) -> None:
        moved: dict[str, Decimal] = defaultdict(Decimal)
        for move in northwind.find("stock.move", fields=["product.sku", "quantity"]):
            moved[move["product.sku"]] += move.quantity
        on_hand = {
            balance["product.sku"]: balance.on_hand
            for balance in northwind.find("stock.balance", fields=["product.sku", "on_hand"])
        }
        left = {f"NW{product}": quantity - expected.shipped[product] for product, quantity in expected.ordered.items()}
        assert on_hand == left
        assert {sku: moved[sku] for sku in left} == left

    def test_what_waits_is_still_reserved(self, northwind: Company) -> None:
        waiting = northwind.find("oms.sales_order", 'state = "confirmed"', ["id"])
        assert len(waiting) == 21
        assert northwind.total("stock.balance", "reserved") == northwind.total("stock.balance", "on_hand")

    def test_stock_is_worth_what_the_ledger_says(self, northwind: Company, expected: Expected) -> None:
        balance = trial_balance(northwind, "1998-06-30")
        assert northwind.total("stock.valuation", "value") == balance["1405"]
        received = sum(
            (quantity * expected.cost(product)).quantize(CENT, ROUND_HALF_UP)
            for product, quantity in expected.ordered.items()
        )
        assert balance["220201"] == -received


def trial_balance(company: Company, on: str) -> dict[str, Decimal]:
    rows = company.perform("finance.trial_balance", {"on": on})["rows"]
    return defaultdict(Decimal, {row["account"]: row["debit"] - row["credit"] for row in rows})


@pytest.fixture(scope="module")
def opened(databases: Databases, expected: Expected) -> Iterator[Company]:
    with a_company(databases, "USD", "UTC") as company:
        company.create("stock.location", {"code": "MAIN", "name": "Main", "kind": "warehouse"})
        company.create("oms.channel", {"code": "northwind", "name": "Northwind", "platform": "other"})
        for name in ("customers", "suppliers", "products"):
            company.imports(mapping(name), *(DATA / file for file in FILES[name]))
        company.imports(mapping("opening_stock"), DATA / "products.csv")
        balance(company, "1405", "1002", capital=shelf_worth(expected) + 5000)
        company.perform("finance.open_books", {"opened_on": "1996-06-30"})
        company.imports(mapping("orders"), *(DATA / file for file in FILES["orders"]))
        let_wait(company, expected)
        yield company


def balance(company: Company, goods: str, bank: str, capital: Decimal) -> None:
    codes = {goods: ("debit", capital - 5000), bank: ("debit", 5000), "3001": ("credit", capital)}
    accounts = company.find("finance.account", "code in $codes", ["code"], codes=list(codes))
    rows = [{"account": each.id, codes[each.code][0]: codes[each.code][1]} for each in accounts]
    company.create("finance.opening_balance", *rows)


def let_wait(company: Company, expected: Expected) -> None:
    found = company.find("oms.sales_order", fields=["external_number"])
    ids = {record.external_number: record.id for record in found}
    calls = [
        {"order": ids[number], "confirmed_at": at_noon(order["order_date"]), "backorder": True}
        for number, order in expected.orders.items()
    ]
    for part in parts(calls):
        company.perform("oms.confirm_order", part)


def on_shelf() -> dict[str, Decimal]:
    levels = {row["product_id"]: Decimal(row["units_in_stock"]) for row in rows("products.csv")}
    return {product: units for product, units in levels.items() if units}


def shelf_worth(expected: Expected) -> Decimal:
    values = (units * expected.cost(product) for product, units in on_shelf().items())
    return sum((value.quantize(CENT, ROUND_HALF_UP) for value in values), NOTHING)


class TestNorthwindGoesLive:
    """Its stock levels are the opening, at 60 % of the list prices; its orders come on top and wait for the rest."""

    def test_stock_levels_and_their_value_are_the_files(self, opened: Company, expected: Expected) -> None:
        held = {row["product.sku"]: row.on_hand for row in opened.find("stock.balance", "", ["product.sku", "on_hand"])}
        assert held == {f"NW{product}": units for product, units in on_shelf().items()}
        assert trial_balance(opened, "1996-06-30")["1405"] == shelf_worth(expected)

    def test_orders_take_what_there_is_and_wait_for_the_rest(self, opened: Company, expected: Expected) -> None:
        shelf = on_shelf()
        taken = {product: min(shelf.get(product, NOTHING), wanted) for product, wanted in expected.ordered.items()}
        reserved = opened.find("stock.balance", "reserved > 0", ["product.sku", "reserved"])
        assert {row["product.sku"]: row.reserved for row in reserved} == {
            f"NW{product}": units for product, units in taken.items() if units
        }
        waiting = opened.total("oms.sales_order_line", "waiting_quantity")
        assert waiting == sum(expected.ordered.values(), NOTHING) - sum(taken.values(), NOTHING)

    def test_what_is_there_whole_is_shipped_and_the_books_agree(self, opened: Company) -> None:
        waiting = {line.order for line in opened.find("oms.sales_order_line", "waiting_quantity > 0", ["order"])}
        whole = [order for order in opened.find("oms.sales_order", fields=["id"]) if order.id not in waiting]
        assert whole
        opened.perform("oms.ship_order", [{"order": order.id, "shipped_at": at_noon("1996-07-31")} for order in whole])
        for on in ("1996-06-30", "1996-07-31"):
            assert opened.perform("finance.sub_ledger_check", {"on": on})["differences"] == []
        value = opened.total("stock.valuation", "value")
        assert trial_balance(opened, "1996-07-31")["1405"] == value
