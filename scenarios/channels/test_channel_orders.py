"""Orders as the channels send them: yuan stay yuan, fen become yuan, the same payload twice is one order.

The payloads lie beside the checkout, not in it; the tests say so when they aren't there.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from queti.engines.imports import service
from queti.kernel.person import SYSTEM
from queti.kernel.record import Record
from tests.fixtures.company import WORKSPACE, Company, a_company
from tests.fixtures.database import Databases

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "channels"
CHANNELS = ("taobao", "jd", "douyin", "shopify", "woocommerce", "amazon")
SKUS = (
    *("SPU-A-BLK-L", "SPU-B-WHT-M", "SPU-P-001", "IPOD2008GREEN", "IPOD2008RED"),
    *("WC-93", "Bar3", "CBA_OTF_1", "CBA_OTF_5"),
)

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the channels' payloads are not beside this checkout")


@pytest.fixture
def shop(databases: Databases) -> Iterator[Company]:
    """A shop on six channels; each channel's orders are billed to the platform."""
    with a_company(databases) as company:
        parties = company.create("base.party", *({"name": name, "is_customer": True} for name in CHANNELS))
        for name, party in zip(CHANNELS, parties, strict=True):
            company.create("oms.channel", {"code": name, "name": name, "platform": name, "customer": party.id})
        company.create("base.product", *({"sku": sku, "name": sku, "tax_rate": "13"} for sku in SKUS))
        warehouse, *_ = company.create("stock.location", {"code": "MAIN", "name": "Main", "kind": "warehouse"})
        lines = [{"product": {"sku": sku}, "quantity": "50", "unit_cost": "10"} for sku in SKUS]
        company.perform("stock.receive", {"location": warehouse.id, "lines": lines})
        yield company


def send(shop: Company, channel: str, file: str, **changes: Any) -> dict[str, Any]:
    """Import a payload with the channel's kept mapping and the table of states; `changes` replace texts in it."""
    payload = (PAYLOADS / file).read_text("utf-8")
    for old, new in changes.items():
        payload = payload.replace(old, new)
    door = service.Door(shop.platform, WORKSPACE, SYSTEM)
    kept = shop.run(lambda work: work.model.imports[f"oms.{channel}"])
    files = [(file, payload.encode()), ("status_map.csv", (PAYLOADS / "status_map.csv").read_bytes())]
    started = service.start(door, files, mapping=kept)
    assert started["report"]["problems"] == []
    return service.run(door, started["id"])["report"]


def order_of(shop: Company, channel: str) -> Record:
    [order] = shop.find("oms.sales_order", "channel.code = $wanted", wanted=channel)
    return order


def lines_of(shop: Company, order: Record) -> list[Record]:
    return shop.run(lambda work: work.fetch("oms.sales_order", [order.id], ["lines"])[0].lines)


def ship(shop: Company, order: Record) -> None:
    shop.perform("oms.confirm_order", {"order": order.id})
    shop.perform("oms.ship_order", {"order": order.id, "carrier": "SF", "tracking_number": "SF1"})


class TestTaobao:
    def test_the_buyer_owes_what_the_trade_says(self, shop: Company) -> None:
        send(shop, "taobao", "taobao_trade_fullinfo_get.json")
        order = order_of(shop, "taobao")
        assert (order.total, order.paid_amount, order.freight) == (Decimal("368.00"), Decimal("368.00"), Decimal(8))
        assert [line.net_amount for line in lines_of(shop, order)] == [Decimal("83.08"), Decimal("276.92")]
        assert order.ordered_on.isoformat() == "2026-06-18"
        assert order.buyer_note == "周末配送"

    def test_the_same_trade_twice_is_one_order(self, shop: Company) -> None:
        send(shop, "taobao", "taobao_trade_fullinfo_get.json")
        send(shop, "taobao", "taobao_trade_fullinfo_get.json")
        assert len(shop.find("oms.sales_order", fields=["id"])) == 1

    def test_a_line_with_an_open_refund_stays_while_its_sibling_ships(self, shop: Company) -> None:
        send(shop, "taobao", "taobao_trade_fullinfo_get.json")
        order = order_of(shop, "taobao")
        ship(shop, order)
        assert [line.shipped_quantity for line in lines_of(shop, order)] == [1, 0]
        assert order_of(shop, "taobao").state == "partly_shipped"

    def test_a_presale_with_its_rest_unpaid_waits(self, shop: Company) -> None:
        send(shop, "taobao", "taobao_trade_presale_step.json")
        order = order_of(shop, "taobao")
        assert (order.state, order.paid_amount, order.total) == ("held", Decimal(50), Decimal(299))


class TestJd:
    def test_the_sellers_discount_lowers_the_price(self, shop: Company) -> None:
        send(shop, "jd", "jd_pop_order_search.json")
        order = order_of(shop, "jd")
        assert (order.total, order.paid_amount) == (Decimal(244), Decimal(244))


class TestDouyin:
    def test_fen_are_not_yuan_and_the_platform_owes_its_discount(self, shop: Company) -> None:
        send(shop, "douyin", "douyin_order_detail.json")
        order = order_of(shop, "douyin")
        assert order.paid_amount == Decimal("168.50")
        assert order.platform_discount == Decimal(10)
        ship(shop, order)
        [receivable] = shop.find("finance.receivable")
        assert receivable.amount == order.total == Decimal("178.50")
        assert receivable.amount != order.paid_amount


class TestShopify:
    def test_tax_comes_on_top(self, shop: Company) -> None:
        send(shop, "shopify", "shopify_order.json")
        order = order_of(shop, "shopify")
        assert (order.tax, order.total) == (Decimal("11.94"), Decimal("409.94"))
        assert order.ordered_on.isoformat() == "2008-01-11"  # 11:00 in New York is past midnight in Shanghai
        assert order.state == "held"


class TestWooCommerce:
    def test_freight_is_not_taxed(self, shop: Company) -> None:
        send(shop, "woocommerce", "woocommerce_order.json")
        order = order_of(shop, "woocommerce")
        assert (order.tax, order.freight, order.total) == (Decimal("1.35"), Decimal(10), Decimal("29.35"))


class TestAmazon:
    def test_line_prices_are_for_the_whole_line(self, shop: Company) -> None:
        send(shop, "amazon", "amazon_sp_orders.json")
        order = order_of(shop, "amazon")
        assert [line.amount for line in lines_of(shop, order)] == [Decimal("25.99"), Decimal("17.95")]
        assert order.state == "held"


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_native_state_of_the_table_is_understood(shop: Company, channel: str) -> None:
    """The mapping's own list and the table agree wherever both know a state."""
    table = (PAYLOADS / "status_map.csv").read_text("utf-8").splitlines()[1:]
    given = {row.split(",")[1]: row.rsplit(",", 1)[1] for row in table if row.startswith(f"{channel},")}
    kept = shop.run(lambda work: work.model.imports[f"oms.{channel}"]).maps
    own = kept["status"].values if "status" in kept else {}
    assert {state: given[state] for state in own} == own
