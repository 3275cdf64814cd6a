from __future__ import annotations

from decimal import Decimal
from typing import Any

from queti.apps.oms.channel_states import catch_up, hold_of, is_cancelled
from queti.apps.oms.pricing import line_amount, spread
from queti.apps.oms.refusals import CustomerMissing, DiscountTooLarge
from queti.kernel.errors import DuplicateKey, Overtaken
from queti.kernel.operations import (
    Call,
    boolean,
    date,
    group,
    lines,
    link,
    long_text,
    moment,
    money,
    number,
    operation,
    percent,
    phone,
    text,
    words,
)
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)

LINE = {
    "product": link("base.product", label=words("Product", "商品"), required=True),
    "quantity": number(label=words("Quantity", "数量"), required=True),
    "unit_price": money(label=words("Unit price", "单价"), decimals=4),
    "discount_percent": percent(label=words("Discount", "折扣")),
    "discount_amount": money(label=words("Discount amount", "优惠金额")),
    "tax_rate": percent(label=words("Tax rate", "税率")),
    "external_line": text(label=words("Channel's line number", "平台子单号")),
    "hold": text(label=words("Held because", "挂起原因")),
}
SHIP_TO = {
    "name": text(label=words("Recipient", "收货人")),
    "phone": phone(label=words("Phone", "电话")),
    "address": text(label=words("Address", "地址")),
    "region": text(label=words("Province or region", "省份/地区")),
}


@operation(
    label=words("Place an order", "下单"),
    help=words(
        "The same number of the same channel twice is one order; what the channel says of it anew is taken over.",
        "同一店铺的同一单号重复提交只生成一张订单，平台状态的变化会同步更新。",
    ),
    inputs={
        "channel": link("oms.channel", label=words("Channel", "店铺")),
        "external_number": text(label=words("Channel's number", "平台单号")),
        "customer": link("base.party", label=words("Customer", "客户")),
        "ordered_on": date(label=words("Ordered on", "下单日期")),
        "ordered_at": moment(label=words("Ordered at", "下单时间")),
        "freight": money(label=words("Freight", "运费"), min="0"),
        "currency": link("base.currency", label=words("Currency", "币种")),
        "prices_include_tax": boolean(label=words("Prices include tax", "价格含税")),
        "prices_as_given": boolean(
            label=words("Prices as they came", "按来单价格"),
            help=words(
                "Lists and promotions leave them alone; so with every order that has a number of its channel.",
                "价目表、促销与优惠券不再调整；带平台单号的订单默认如此。",
            ),
        ),
        "price_list": link("oms.price_list", label=words("Price list", "价目表")),
        "coupon_code": text(label=words("Coupon", "优惠券码")),
        "paid_amount": money(label=words("Paid by the buyer", "买家已付"), min="0"),
        "discount_amount": money(label=words("Our discount", "商家优惠"), min="0"),
        "platform_discount": money(label=words("Platform's discount", "平台优惠"), min="0"),
        "ship_by": date(label=words("Ship by", "最晚发货日期")),
        "ship_to": group(SHIP_TO, label=words("Ship to", "收货信息")),
        "buyer_name": text(label=words("Buyer", "买家")),
        "buyer_note": long_text(label=words("Buyer's note", "买家留言")),
        "seller_note": long_text(label=words("Seller's note", "商家备注")),
        "channel_status": text(label=words("Channel's state", "平台状态")),
        "owner": link("base.user", label=words("Salesperson", "销售员")),
        "lines": lines(LINE, label=words("Lines", "明细"), required=True, min_rows=1),
    },
    tells=("oms.order_placed", "oms.order_held", "oms.hold_lifted"),
    performs=("oms.cancel_order", "oms.hold_order"),
)
def place_order(work: Work, calls: list[Call]) -> list[Record]:
    """One order a number: what is there already is answered, with the channel's news of it."""
    known = _known_orders(work, calls)
    again = {_number_of(call): call for call in calls if _number_of(call) in known}
    caught_up = {order.id: order for order in catch_up(work, [(known[number], call) for number, call in again.items()])}
    known = {number: caught_up.get(order.id, order) for number, order in known.items()}
    billed = _billed_to(work, calls)
    prices = _list_prices(work, calls)

    fresh = {_number_of(call): call for call in calls if _number_of(call) not in known}
    made = _create(work, [_order(work, call, billed, prices) for call in fresh.values()])
    known.update(zip(fresh, made, strict=True))
    return [known[_number_of(call)] for call in calls]


def _create(work: Work, rows: list[dict[str, Any]]) -> list[Record]:
    """As they stand once they are reviewed. Another connection may be placing the same order now: then the whole
    act runs again and finds it."""
    try:
        made = work.create("oms.sales_order", rows)
    except DuplicateKey as problem:
        raise Overtaken(what={"en": "order", "zh": "订单"}) from problem
    return work.as_left("oms.sales_order", made, ("*", "lines"))


def _number_of(call: Call) -> tuple[Any, ...]:
    """What tells one order from another; an order without a number is always a new one."""
    return (call.channel, call.external_number) if call.external_number else ("*", id(call))


def _known_orders(work: Work, calls: list[Call]) -> dict[tuple[Any, ...], Record]:
    numbers = [call.external_number for call in calls if call.external_number]
    if not numbers:
        return {}
    found = work.find("oms.sales_order", "external_number in $numbers", {"numbers": numbers})
    return {(order.channel, order.external_number): order for order in found}


def _billed_to(work: Work, calls: list[Call]) -> dict[int, int]:
    """Channel → its customer, for the orders that name none."""
    channels = sorted({call.channel for call in calls if call.customer is None and call.channel is not None})
    if channels:
        found = work.fetch("oms.channel", channels, fields=("customer",))
        return {channel.id: channel.customer for channel in found}
    return {}


def _list_prices(work: Work, calls: list[Call]) -> dict[int, Decimal]:
    """Prices that a discount is spread by, where lines name none."""
    products = {line.product for call in calls if _has_discount(call) for line in call.lines if line.unit_price is None}
    if not products:
        return {}
    return {p.id: p.price or NOTHING for p in work.fetch("base.product", sorted(products), fields=("price",))}


def _has_discount(call: Call) -> bool:
    return bool(call.discount_amount or call.platform_discount)


def _order(work: Work, call: Call, billed: dict[int, int], prices: dict[int, Decimal]) -> dict[str, Any]:
    customer = call.customer or billed.get(call.channel)
    if customer is None:
        raise CustomerMissing
    hold = hold_of(call.channel_status)
    to: Any = call.ship_to or {}
    given = {
        name: call[name] for name in call if name not in ("lines", "ship_to", "customer") and call[name] is not None
    }
    return {
        **given,
        "customer": customer,
        "ship_to_name": to.get("name"),
        "ship_to_phone": to.get("phone"),
        "ship_to_address": to.get("address"),
        "ship_to_region": to.get("region"),
        "holds": [hold] if hold else None,
        **(
            {"cancelled_at": work.now, "cancel_reason": call.channel_status}
            if is_cancelled(call.channel_status)
            else {}
        ),
        "lines": _lines(call, prices),
    }


def _lines(call: Call, prices: dict[int, Decimal]) -> list[dict[str, Any]]:
    rows = [{name: line[name] for name in line if line[name] is not None} for line in call.lines]
    if _has_discount(call):
        amounts = [_amount(line, prices) for line in call.lines]
        _refuse_too_large(call, amounts)
        shares = zip(
            spread(call.discount_amount or NOTHING, amounts),
            spread(call.platform_discount or NOTHING, amounts),
            strict=True,
        )
        for row, (ours, theirs) in zip(rows, shares, strict=True):
            row["discount_share"], row["platform_share"] = ours, theirs
    return rows


def _amount(line: Call, prices: dict[int, Decimal]) -> Decimal:
    price = line.unit_price if line.unit_price is not None else prices[line.product]
    return line_amount(
        line.quantity, price, line.get("discount_percent", NOTHING), line.get("discount_amount", NOTHING)
    )


def _refuse_too_large(call: Call, amounts: list[Decimal]) -> None:
    if (call.discount_amount or NOTHING) > sum(amounts, NOTHING):
        raise DiscountTooLarge
