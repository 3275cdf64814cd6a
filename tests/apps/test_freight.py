"""Who takes a parcel, and for how much: by the company's freight rules, chosen where its shop says so.

Tomas packs in Shanghai. What goes to Guangdong costs 9.00 with YTO and 20.00 with SF, who is a day faster; a large
light box is charged by its volume. To Ürümqi only the remote price holds.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.apps.oms.freight import Quote, chosen, goods_of, region_of
from queti.engines.rules.why import decisions
from queti.kernel.publishing.canonical import body_of
from queti.kernel.regions import province_in
from tests.apps.test_decisions import publishes
from tests.fixtures.harbour import Harbour, Thing

GUANGZHOU = {"name": "Wang", "phone": "13800138000", "address": "广州市天河区体育西路 1 号"}
URUMQI = {"name": "Ali", "phone": "13800138001", "address": "新疆乌鲁木齐市天山区人民路 8 号"}


@pytest.fixture
def packing(harbour: Harbour) -> Harbour:
    """Chairs of 4 kg in boxes of 60 × 60 × 40 cm; the web shop sends at the least cost."""
    chair = harbour.thing("base.product", "Office chair")
    harbour.owner.changes(chair, weight="4", volume="144000")
    harbour.lin.changes(harbour.thing("oms.channel", "web"), ship_how="cheapest")
    harbour.owner.changes(harbour.thing("stock.location", "SH"), address="上海市浦东新区港城路 88 号")
    return harbour


def sold(company: Harbour, *lines: str, **inputs: Any) -> Thing:
    shop = company.id_of("oms.channel", "web")
    order = company.mei.writes_order("Grand Hotel", *lines, **{"channel": shop, "ship_to": GUANGZHOU, **inputs})
    company.lin.does("oms.confirm_order", order)
    return order


def shown(parcel: Thing) -> tuple[str, Decimal, Decimal, int]:
    """Carrier, kg charged, fee and days."""
    left_on = (parcel.shipped_at + timedelta(hours=8)).date()
    return parcel.carrier, parcel.weight, parcel.freight_cost, (parcel.expected_on - left_on).days


def test_the_cheapest_takes_it_and_bulky_goods_pay_for_their_volume(packing: Harbour) -> None:
    """144,000 cm³ are 18 kg to YTO (8000 cm³ a kg): 9 + 17 × 5 = 94; to SF 12 kg (12000): 20 + 11 × 10 = 130."""
    order = sold(packing, "1 Office chair @ 100.00")
    told = packing.lin.does("oms.quote_freight", order)
    assert [(q["carrier"], q["zone"], q["weight"], q["fee"], q["days"]) for q in told] == [
        ("YTO", "far", 18, 94, 3),
        ("SF", "far", 12, 130, 2),
    ]
    assert shown(packing.tomas.does("oms.ship_order", order)) == ("YTO", 18, 94, 3)


def test_the_fastest_takes_it_where_the_order_says_so(packing: Harbour) -> None:
    order = packing.mei.writes_order("Grand Hotel", "1 Office chair @ 100.00", ship_to=GUANGZHOU)
    packing.lin.changes(order, ship_how="fastest")
    assert packing.lin.does("oms.quote_freight", order)[0]["carrier"] == "SF"
    assert packing.lin.does("oms.quote_freight", order, how="cheapest")[0]["carrier"] == "YTO"
    packing.lin.does("oms.confirm_order", order)
    assert shown(packing.tomas.does("oms.ship_order", order)) == ("SF", 12, 130, 2)


def test_each_parcel_is_charged_for_what_is_in_it(packing: Harbour) -> None:
    order = sold(packing, "3 Office chair @ 100.00")
    [line] = order.lines
    first = packing.tomas.does("oms.ship_order", order, lines=[{"line": line.id, "quantity": 2}])
    rest = packing.tomas.does("oms.ship_order", order)
    assert (shown(first)[1:3], shown(rest)[1:3]) == ((36, 184), (18, 94))


def test_what_is_typed_stays_and_is_costed_if_it_is_known(packing: Harbour) -> None:
    mine = packing.tomas.does("oms.ship_order", sold(packing, "1 Office chair @ 100.00"), carrier="SF")
    assert shown(mine) == ("SF", 12, 130, 2)
    other = packing.tomas.does("oms.ship_order", sold(packing, "1 Office chair @ 100.00"), carrier="Own van")
    assert (other.carrier, other.freight_cost, other.expected_on) == ("Own van", None, None)


def test_nobody_is_chosen_where_nobody_asked_for_it(packing: Harbour) -> None:
    packing.lin.changes(packing.thing("oms.channel", "web"), ship_how=None)
    parcel = packing.tomas.does("oms.ship_order", sold(packing, "1 Office chair @ 100.00"))
    assert (parcel.carrier, parcel.freight_cost) == (None, None)


def test_remote_places_cost_more_and_who_takes_nothing_there_is_not_asked(packing: Harbour) -> None:
    order = sold(packing, "1 Desk lamp @ 20.00", ship_to=URUMQI, freight="40")
    assert {(q["zone"], q["fee"]) for q in packing.lin.does("oms.quote_freight", order)} == {("remote", 40)}

    rule = packing.run(lambda work: body_of(work.model.rules["oms.carriers"]))
    rows = [{**row, "when": {**row.get("when", {}), "zone": '"near", "far"'}} for row in rule["rows"]]
    publishes(packing.owner, "oms.carriers", rows=rows)
    refused = packing.lin.cannot("oms.quote_freight", order)
    assert (refused.code, refused.says("新疆维吾尔自治区")) == ("nobody_delivers", True)
    parcel = packing.tomas.does("oms.ship_order", order)
    assert (parcel.carrier, parcel.freight_cost) == (None, None), "the parcel leaves all the same"


def test_the_near_warehouse_serves_since_its_parcel_costs_less(packing: Harbour) -> None:
    """Shenzhen and Guangzhou are in one province: 6 + 17 × 1 = 23 instead of 94."""
    packing.has("5 Office chair at C-01")
    shop = packing.thing("oms.channel", "web")
    packing.lin.changes(shop, warehouse=None)
    packing.owner.changes(packing.thing("stock.location", "SZ"), address="深圳市宝安区福永街道 6 号")
    order = sold(packing, "1 Office chair @ 100.00")
    assert order.warehouse == packing.id_of("stock.location", "SZ")
    assert shown(packing.tomas.does("oms.ship_order", order)) == ("YTO", 18, 23, 2)


def test_a_region_that_is_typed_goes_before_the_address(packing: Harbour) -> None:
    order = sold(packing, "1 Desk lamp @ 20.00", ship_to={**GUANGZHOU, "region": "上海"})
    assert {q["zone"] for q in packing.lin.does("oms.quote_freight", order)} == {"near"}


def charges(company: Harbour) -> None:
    """Free from 99 except to remote places; below 8.00 and 2.00 for each kg after the first."""
    rows = [
        {"when": {"zone": '"remote"'}, "then": {"freight": "20 + max(ceil(weight) - 1, 0) * 12"}},
        {"when": {"goods": ">= 99"}, "then": {"freight": "0"}},
        {"then": {"freight": "8 + max(ceil(weight) - 1, 0) * 2"}},
    ]
    publishes(company.owner, "oms.freight_charge", rows=rows, tests={})


def test_the_buyer_pays_freight_by_the_companys_rule_until_the_order_is_confirmed(packing: Harbour) -> None:
    """Two chairs for 80.00 and 13 % tax weigh 8 kg: 8 + 7 × 2 = 22 below 99; to Ürümqi 20 + 7 × 12 = 104."""
    write = packing.mei.writes_order
    assert write("Grand Hotel", "2 Office chair @ 40.00", ship_to=GUANGZHOU).freight == 0, "no rule of today"
    charges(packing)
    order = write("Grand Hotel", "2 Office chair @ 40.00", ship_to=GUANGZHOU)
    assert (order.freight, order.total) == (22, Decimal("112.40"))
    told = packing.run(lambda work: decisions(work, "oms.sales_order", order.id), packing.lin.person)
    assert [each["rule"] for each in told].count("oms.freight_charge") == 1, "which row said so is told on the order"

    packing.mei.changes(order, ship_to_address=URUMQI["address"])
    assert order.freight == 104
    packing.mei.changes(order, ship_to_region="上海市", lines=[{"id": order.lines[0].id, "unit_price": "50"}])
    assert (order.freight, order.total) == (0, 113), "the region that is typed goes first"


def test_freight_that_a_person_typed_stays_until_it_is_cleared(packing: Harbour) -> None:
    charges(packing)
    write = packing.mei.writes_order
    typed = write("Grand Hotel", "2 Office chair @ 40.00", ship_to=GUANGZHOU, freight="5")
    packing.lin.does("oms.price_order", typed)
    packing.mei.changes(typed, ship_to_address=URUMQI["address"])
    assert typed.freight == 5
    packing.mei.changes(typed, freight=None)
    assert typed.freight == 104
    packing.mei.changes(typed, freight="0")
    packing.lin.does("oms.price_order", typed)
    assert typed.freight == 0, "free of freight is typed, too"

    shop = packing.id_of("oms.channel", "web")
    given = {"channel": shop, "external_number": "T-1", "ship_to": GUANGZHOU}
    assert packing.mei.writes_order("Grand Hotel", "1 Desk lamp @ 20.00", **given).freight == 0, (
        "its shop has priced it"
    )


def test_a_confirmed_orders_freight_is_agreed_and_over_rules_charge_nothing(packing: Harbour) -> None:
    charges(packing)
    order, open_one = (
        packing.mei.writes_order("Grand Hotel", "1 Desk lamp @ 20.00", ship_to=GUANGZHOU) for _ in range(2)
    )
    packing.lin.does("oms.confirm_order", order)
    over = [{"when": {"day": "< date(2026, 1, 1)"}, "then": {"freight": "9"}}]
    publishes(packing.owner, "oms.freight_charge", rows=over, tests={})
    packing.lin.does("oms.price_order", open_one)
    assert (order.freight, open_one.freight) == (10, 0), "a lamp weighs more than 1 kg"


@pytest.mark.parametrize(
    ("written", "province"),
    [
        ("上海市浦东新区港城路 88 号", "上海市"),
        ("中国 广东 深圳市宝安区", "广东省"),
        ("深圳市宝安区福永街道", "广东省"),
        ("杭州滨江", "浙江省"),
        ("内蒙古呼和浩特市", "内蒙古自治区"),
        ("海南藏族自治州共和县", "青海省"),
        ("海南三亚", "海南省"),
        ("浦东新区张江", "上海市"),
        ("朝阳区建国路 1 号", None),
        ("南京西路 100 号", None),
        ("西藏中路 8 号", None),
        (" 中国 上海 北京东路 1 号", "上海市"),
        ("221B Baker Street, London", None),
        ("", None),
    ],
)
def test_the_province_is_read_from_what_an_address_begins_with(written: str, province: str | None) -> None:
    assert province_in(written) == province


def test_a_region_abroad_stays_as_it_was_written() -> None:
    assert region_of("Bavaria", "上海市") == "Bavaria"
    assert region_of("广东", None) == "广东省"
    assert region_of(None, None) is None


def test_of_equal_fees_the_faster_and_of_equal_days_the_cheaper_is_taken() -> None:
    slow, fast, dear = (
        Quote(name, "far", Decimal(1), Decimal(fee), days)
        for name, fee, days in (("A", 9, 3), ("B", 9, 2), ("C", 12, 2))
    )
    assert chosen([slow, dear, fast], "cheapest") == fast
    assert chosen([dear, slow, fast], "fastest") == fast
    assert chosen([], "fastest") is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9000), st.integers(1, 9)), max_size=6))
def test_a_parcel_weighs_what_is_in_it(rows: list[tuple[int, int, int]]) -> None:
    lines = [({"product.weight": Decimal(w), "product.volume": Decimal(v)}, Decimal(n)) for w, v, n in rows]
    weight, volume = goods_of(lines)  # type: ignore[arg-type]
    assert (weight, volume) == (sum(w * n for w, _, n in rows), sum(v * n for _, v, n in rows))
    more = goods_of([*lines, ({"product.weight": None, "product.volume": None}, Decimal(3))])  # type: ignore[arg-type, list-item]
    assert more == (weight, volume)
