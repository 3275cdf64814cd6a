from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.purchase.orders import expected_products
from queti.apps.purchase.refusals import NotASupplier
from queti.kernel.operations import Call, date, lines, link, long_text, money, number, operation, percent, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

LINE = {
    "product": link("base.product", label=words("Product", "商品"), required=True),
    "quantity": number(label=words("Quantity", "数量"), required=True),
    "unit_cost": money(label=words("Unit cost", "采购单价"), decimals=4, min="0"),
    "tax_rate": percent(label=words("Tax rate", "税率")),
    "promised_on": date(label=words("Promised on", "承诺到货日期")),
}


@operation(
    label=words("Place a purchase order", "采购下单"),
    help=words(
        "Orders goods from a supplier; waiting orders are promised them by their dates.",
        "向供应商下单，待到货的销售订单按到货日期获得承诺。",
    ),
    inputs={
        "supplier": link("base.party", label=words("Supplier", "供应商"), required=True),
        "lines": lines(LINE, label=words("Lines", "明细"), required=True, min_rows=1),
        "currency": link("base.currency", label=words("Currency", "币种")),
        "ordered_on": date(label=words("Ordered on", "下单日期")),
        "location": link("stock.location", label=words("Deliver to", "收货库位")),
        "supplier_number": text(label=words("Supplier's number", "供应商单号")),
        "owner": link("base.user", label=words("Buyer", "采购员")),
        "note": long_text(label=words("Note", "备注")),
    },
    tells=("purchase.order_placed",),
)
def place_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """The supplier owes the goods by their dates from now on."""
    refuse_not_suppliers(work, calls)
    orders = work.create("purchase.purchase_order", [{**order_of(call), "placed_at": work.now} for call in calls])
    tell_placed(work, orders)
    return orders


def refuse_not_suppliers(work: Work, calls: Sequence[Call]) -> None:
    parties = work.fetch("base.party", sorted({call.supplier for call in calls}), fields=("name", "is_supplier"))
    for party in parties:
        if not party.is_supplier:
            raise NotASupplier(party=party.name)


def order_of(call: Call) -> dict[str, Any]:
    """What was given; the rest is left to the defaults."""
    row = {name: call[name] for name in call if name != "lines" and call[name] is not None}
    rows = [{name: line[name] for name in line if line[name] is not None} for line in call.lines]
    return {**row, "lines": rows}


def tell_placed(work: Work, orders: Sequence[Record]) -> None:
    data = [
        {"number": order.number, "supplier": order.supplier, "products": expected_products(order.lines)}
        for order in orders
    ]
    work.tell("purchase.order_placed", orders, data=data)
