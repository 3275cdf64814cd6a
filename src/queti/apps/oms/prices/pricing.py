"""Open orders are priced however they come in, and again when what their price rests on changes.

All orders of an act are priced together: the lists' prices, the rules and the coupons are each asked once.
A price that a person typed stays; an order whose prices came with it is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from queti.apps.oms.prices.charging import charges_on, found_freight, freight_change, seen
from queti.apps.oms.prices.coupons import Coupons, coupons_of, note_uses, offering
from queti.apps.oms.prices.stages import (
    Basket,
    Bundle,
    Discount,
    Gift,
    Line,
    Listed,
    Wares,
    listed_price,
    price_lines,
    price_order,
    taxed,
)
from queti.apps.oms.pricing import NOTHING, to_cents
from queti.apps.oms.refusals import GiftUnknown
from queti.kernel.events import Event
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

_WRITING = ContextVar("writing prices", default=False)
"""What pricing itself writes is no reason to price again."""
LINES, ORDERS = "oms.line_promotions", "oms.order_promotions"
SEEN = (
    "*",
    "lines",
    "lines.product.price",
    "lines.product.category.name",
    "lines.product.is_bundled",
    "discounts",
    "customer.customer_group",
    "price_list.prices_include_tax",
    "price_list.currency",
    "price_list.valid_from",
    "price_list.valid_until",
)
RESTS_ON = frozenset({
    "lines", "customer", "channel", "currency", "ordered_on", "price_list", "coupon_code", "prices_as_given",
    "prices_include_tax", "discount_amount", "goods_amount", "freight", "ship_to_address", "ship_to_region",
})  # fmt: skip
"""Fields of an order that its price rests on."""
Rows = Mapping[int, Sequence[Mapping[str, Any]]]
VALID = "(blank(valid_from) or valid_from <= $last) and (blank(valid_until) or valid_until >= $first)"


def price(work: Work, orders: Sequence[Record], *, asked: bool = False) -> list[Record]:
    """The orders as they are once those are priced that are ours to price; where somebody asked for it, all of them."""
    ours = [order for order in orders if not order.prices_as_given]
    days = _days_of_rules(work, ours)
    mine = [order.id for order in ours if asked or order.ordered_on in days or _has_reason(order)]
    if not mine:
        return list(orders)
    read = work.fetch("oms.sales_order", mine, (*SEEN, *seen(work)))
    coupons = coupons_of(work, read)
    priced = _priced(work, read, coupons)
    note_uses(work, read, coupons)
    mark = _WRITING.set(True)
    try:
        now = {order.id: order for order in _written(work, priced)}
    finally:
        _WRITING.reset(mark)
    return [now.get(order.id, order) for order in orders]


def to_price(events: Iterable[Event]) -> list[int]:
    """The orders in which something changed that their price rests on, and not by pricing."""
    if _WRITING.get():
        return []
    return sorted({event.record for event in events if RESTS_ON & set(event.data["fields"])})


def _has_reason(order: Record) -> bool:
    reasons = (order.price_list, order.coupon_code, order.has_bundled, order.promotion_amount, order.found_freight)
    return any(reasons)


def _days_of_rules(work: Work, orders: Iterable[Record]) -> set[date]:
    """The orders' days on which a row of a promotion, or of what is charged for freight, could fire."""
    days = {order.ordered_on for order in orders}
    return {day for day in days if charges_on(work, day) or _promotes_on(work, day)}


def _promotes_on(work: Work, day: date) -> bool:
    return any(work.may_fire(rule, {"day": day}) for rule in (LINES, ORDERS))


# -- pricing


@dataclass(slots=True)
class Priced:
    """An order and what pricing found: the price of each line, and its basket."""

    order: Record
    prices: Mapping[int, Decimal]
    basket: Basket
    gifts: Sequence[tuple[Gift, Record]] = ()
    freight: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the order's freight changes to."""


def _priced(work: Work, orders: Sequence[Record], coupons: Coupons) -> list[Priced]:
    listed = _listed(work, orders)
    priced = [_basket_of(work, order, listed) for order in orders]
    line_rows, bundles = _line_rows(work, orders), _bundles(work, orders)
    for one in priced:
        price_lines(one.basket, Wares(line_rows, bundles) if _is_in_own_money(work, one.order) else Wares())
    for one, rows in zip(priced, _order_rows(work, priced), strict=True):
        price_order(one.basket, rows, offering(coupons.of(one.order)))
    _find_gifts(work, priced)
    _find_freight(work, priced)
    return priced


def _basket_of(work: Work, order: Record, listed: Callable[[Record, Record], Decimal | None]) -> Priced:
    prices: dict[int, Decimal] = {}
    lines: list[Line] = []
    for line in _own_lines(order):
        found = listed(order, line)
        if found is None:
            found = line["product.price"] if _is_in_own_money(work, order) else None
        prices[line.id] = line.found_price if found is None else found
        lines.append(_line(line, line.unit_price if _is_typed(line) else prices[line.id]))
    return Priced(order, prices, Basket(lines))


def _own_lines(order: Record) -> list[Record]:
    return [line for line in order.lines if line.price_source != "gift"]


def _is_typed(line: Record) -> bool:
    return line.unit_price != line.found_price


def _is_in_own_money(work: Work, order: Record) -> bool:
    return order.currency == work.company["currency"]


def _line(line: Record, price: Decimal | None) -> Line:
    return Line(
        line.id,
        line.product,
        line.quantity,
        price or NOTHING,
        line["product.category.name"],
        line.discount_percent or NOTHING,
        line.discount_amount or NOTHING,
        line.discount_share or NOTHING,
    )


def _listed(work: Work, orders: Sequence[Record]) -> Callable[[Record, Record], Decimal | None]:
    """A line's price by its order's list: the step is reached by all pieces of the product in the order."""
    lists = sorted({order.price_list for order in orders if order.price_list})
    if not lists:
        return lambda _order, _line: None
    days = [order.ordered_on for order in orders]
    asked = {
        "lists": lists,
        "products": sorted({line.product for order in orders for line in order.lines}),
        "first": min(days),
        "last": max(days),
    }
    rows: defaultdict[tuple[int, int], list[Listed]] = defaultdict(list)
    for row in work.find("oms.price", f"price_list in $lists and product in $products and {VALID}", asked):
        step = Listed(row.price, row.from_quantity, row.valid_from, row.valid_until)
        rows[row.price_list, row.product].append(step)

    pieces: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for order in orders:
        for line in _own_lines(order):
            pieces[order.id, line.product] += line.quantity

    def listed(order: Record, line: Record) -> Decimal | None:
        if not _list_counts(order):
            return None
        many = pieces[order.id, line.product]
        found = listed_price(rows[order.price_list, line.product], many, order.ordered_on)
        if found is None:
            return None
        included = bool(order["price_list.prices_include_tax"])
        return taxed(found, line.tax_rate or NOTHING, included=included, wanted=bool(order.prices_include_tax))

    return listed


def _list_counts(order: Record) -> bool:
    first, last = order["price_list.valid_from"], order["price_list.valid_until"]
    in_time = (first is None or first <= order.ordered_on) and (last is None or order.ordered_on <= last)
    return order.price_list is not None and in_time and order["price_list.currency"] == order.currency


def _line_rows(work: Work, orders: Sequence[Record]) -> Rows:
    """What the rule says of the lines of the orders in our money, on days on which it says anything."""
    lines = [line.id for order in _promoted(work, LINES, orders) for line in _own_lines(order)]
    answers = work.decide(LINES, lines) if lines else []
    return {line: answer.outcome for line, answer in zip(lines, answers, strict=True)}  # type: ignore[misc]


def _promoted(work: Work, rule: str, orders: Iterable[Record]) -> list[Record]:
    """Promotions name amounts of the company's currency, so other orders have none."""
    own = [order for order in orders if _is_in_own_money(work, order)]
    on = {day for day in {order.ordered_on for order in own} if work.may_fire(rule, {"day": day})}
    return [order for order in own if order.ordered_on in on]


def _order_rows(work: Work, priced: Sequence[Priced]) -> list[Any]:
    """Each order's rows; what is left of its goods after the stages before counts, not what was written last."""
    baskets = {one.order.id: one.basket for one in priced}
    cases = [(order, {"goods": baskets[order.id].left}) for order in _promoted(work, ORDERS, [p.order for p in priced])]
    answers = work.decide(ORDERS, cases) if cases else []
    rows = {order.id: answer.outcome for (order, _), answer in zip(cases, answers, strict=True)}
    return [rows.get(one.order.id, []) for one in priced]


def _bundles(work: Work, orders: Sequence[Record]) -> list[Bundle]:
    if not any(line["product.is_bundled"] for order in orders for line in order.lines):
        return []
    days = [order.ordered_on for order in orders]
    asked = {"first": min(days), "last": max(days)}
    found = work.find("oms.bundle", VALID, asked, fields=("*", "lines"), sort="id")
    return [_bundle(bundle) for bundle in found]


def _bundle(bundle: Record) -> Bundle:
    parts: defaultdict[int, Decimal] = defaultdict(Decimal)
    for part in bundle.lines:
        parts[part.product] += part.quantity
    return Bundle(bundle.name, bundle.price, parts)


def _find_gifts(work: Work, priced: Sequence[Priced]) -> None:
    skus = sorted({gift.sku for one in priced for gift in one.basket.gifts})
    if not skus:
        return
    products = {p.sku: p for p in work.find("base.product", "sku in $skus", {"skus": skus}, fields=("sku", "price"))}
    for one in priced:
        for gift in one.basket.gifts:
            if gift.sku not in products:
                raise GiftUnknown(promotion=gift.label, sku=gift.sku)
        one.gifts = [(gift, products[gift.sku]) for gift in one.basket.gifts]


def _find_freight(work: Work, priced: Sequence[Priced]) -> None:
    """The rule names amounts of the company's currency, as promotions do."""
    own = [one for one in priced if _is_in_own_money(work, one.order)]
    found = found_freight(work, [(one.order, one.basket.left) for one in own])
    for one in own:
        one.freight = freight_change(one.order, found[one.order.id])


# -- writing


def _written(work: Work, priced: Sequence[Priced]) -> Sequence[Record]:
    """What differs is written: prices and gifts first, then who bears what, once each gift has its line."""
    changes = [(one.order, change) for one in priced if (change := _change(one))]
    ids = [one.order.id for one in priced]
    now: Sequence[Record] = [one.order for one in priced]
    if changes:
        work.change("oms.sales_order", changes)
        now = work.fetch("oms.sales_order", ids, ("*", "lines", "discounts"))
    told = [(order, _discounts(one, order)) for one, order in zip(priced, now, strict=True)]
    differing = [(order, {"discounts": rows}) for order, rows in told if rows != _as_told(order)]
    if not differing:
        return now
    work.change("oms.sales_order", differing)
    return work.fetch("oms.sales_order", ids)


def _change(one: Priced) -> dict[str, Any]:
    taken = {line.key: line.taken for line in one.basket.lines}
    changed = [row for line in _own_lines(one.order) if (row := _row(line, one.prices[line.id], taken[line.id]))]
    add, remove = _gift_lines(one)
    lines = {"lines": Patch(add=add, change=changed, remove=remove)} if changed or add or remove else {}
    return {**lines, **one.freight}


def _row(line: Record, found: Decimal | None, taken: Decimal) -> dict[str, Any]:
    price = line.unit_price if _is_typed(line) else found
    wanted = {
        "unit_price": price,
        "found_price": line.found_price if _is_typed(line) else found,
        "promotion_amount": taken,
        "price_source": _source(line, found),
    }
    differing = {name: value for name, value in wanted.items() if line[name] != value}
    return {"id": line.id, **differing} if differing else {}


def _source(line: Record, found: Decimal | None) -> str:
    if _is_typed(line):
        return "typed"
    return "standard" if found == line["product.price"] else "list"


def _gift_lines(one: Priced) -> tuple[list[dict[str, Any]], list[Record]]:
    """The gifts to add, and those of before to take out; what is given still stays."""
    there = [line for line in one.order.lines if line.price_source == "gift"]
    add: list[dict[str, Any]] = []
    for gift, product in one.gifts:
        same = next((line for line in there if (line.product, line.quantity) == (product.id, gift.quantity)), None)
        if same is not None:
            there.remove(same)
        else:
            add.append(_gift_line(gift, product))
    return add, there


def _gift_line(gift: Gift, product: Record) -> dict[str, Any]:
    """Worth its price, all of which is taken off."""
    price = product.price or NOTHING
    return {
        "product": product.id,
        "quantity": gift.quantity,
        "unit_price": price,
        "found_price": price,
        "price_source": "gift",
        "promotion_amount": to_cents(price * gift.quantity),
    }


def _discounts(one: Priced, order: Record) -> list[dict[str, Any]]:
    products = {line.id: line.product for line in order.lines}
    rows = [_told(each, products[each.line]) for each in one.basket.discounts]
    given = [line for line in order.lines if line.price_source == "gift"]
    for gift, product in one.gifts:
        line = next(each for each in given if (each.product, each.quantity) == (product.id, gift.quantity))
        given.remove(line)
        rows.append(_told(Discount(line.id, "gift", gift.label, line.promotion_amount, gift.bearer), product.id))
    return rows


def _told(discount: Discount, product: int) -> dict[str, Any]:
    return {
        "line": discount.line,
        "product": product,
        "stage": discount.stage,
        "label": discount.label,
        "amount": discount.amount,
        "bearer": discount.bearer,
    }


def _as_told(order: Record) -> list[dict[str, Any]]:
    names = ("line", "product", "stage", "label", "amount", "bearer")
    return [{name: row[name] for name in names} for row in order.discounts]
