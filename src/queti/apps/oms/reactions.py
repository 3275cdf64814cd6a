"""What the order desk does when sales and accounts speak."""

from __future__ import annotations

from typing import Any

from queti.apps.oms.backorders import let_open_orders_wait
from queti.apps.oms.prices.pricing import price, to_price
from queti.apps.oms.reviewing import review, to_review
from queti.kernel.events import Event, reacts_to
from queti.kernel.record import Record
from queti.kernel.work import Work

LINE = ("product", "quantity", "unit_price", "discount_percent", "tax_rate")


@reacts_to("crm.quote_accepted", inline=True, needs=("crm",), performs=("oms.place_order",))
def place_accepted_quotes(work: Work, events: list[Event]) -> None:
    """An accepted quote is an order, with the quote's number as the channel's."""
    quotes = work.fetch("crm.quote", [event.record for event in events], fields=("*", "lines"))
    direct = work.find("oms.channel", 'platform = "direct" and is_open', fields=("code",), sort="code", limit=1)
    channel = direct[0].id if direct else None
    homes = _first_addresses(work, quotes)
    orders = work.perform("oms.place_order", [_order(quote, channel, homes.get(quote.customer)) for quote in quotes])
    work.change("crm.quote", [(quote, {"order": order.id}) for quote, order in zip(quotes, orders, strict=True)])


def _first_addresses(work: Work, quotes: list[Record]) -> dict[int, Record]:
    """Customer → the first of its addresses."""
    customers = sorted({quote.customer for quote in quotes})
    found = work.find("base.party_address", "party in $customers", {"customers": customers}, sort="-position")
    return {address.party: address for address in found}


def _order(quote: Record, channel: int | None, address: Record | None) -> dict[str, Any]:
    return {
        "ship_to": _ship_to(address) if address else None,
        "channel": channel,
        "external_number": quote.number,
        "customer": quote.customer,
        "currency": quote.currency,
        "prices_include_tax": quote.prices_include_tax,
        "freight": quote.freight,
        "owner": quote.owner,
        "seller_note": quote.note,
        "lines": [{name: line[name] for name in LINE} for line in quote.lines],
    }


def _ship_to(address: Record) -> dict[str, Any]:
    """In the order of Chinese post: the larger place first."""
    parts = (address.region, address.city, address.address)
    return {
        "name": address.name,
        "phone": address.phone,
        "address": " ".join(filter(None, parts)),
        "region": address.region,
    }


@reacts_to("oms.sales_order.created", inline=True, performs=("oms.hold_order",))
def review_placed_orders(work: Work, events: list[Event]) -> None:
    """However an order came in, it is placed, priced and reviewed."""
    placed = [event.subject for event in events if event.subject and _is_open(event.subject)]
    if placed:
        placed = price(work, placed)
        work.tell("oms.order_placed", placed, data=[_placed(order) for order in placed])
        review(work, placed)


@reacts_to("oms.sales_order.changed", inline=True)
def price_revised_orders(work: Work, events: list[Event]) -> None:
    """Until it is confirmed, an order's prices follow what they rest on."""
    price(work, _open(work, to_price(event for event in events if _may_be_priced(event.subject))))


def _may_be_priced(order: Record | None) -> bool:
    """Parcels and payments change orders as well; whose prices are agreed isn't read again for them."""
    return order is None or (_is_open(order) and not order.prices_as_given)


@reacts_to("oms.sales_order.changed", inline=True, performs=("oms.hold_order",))
def review_revised_orders(work: Work, events: list[Event]) -> None:
    """What changes before the order is confirmed is reviewed again, and told to those who lend the money."""
    worth = [event.record for event in events if _WORTH & set(event.data["fields"])]
    doubtful = to_review(work, events)
    orders = {order.id: order for order in _open(work, sorted({*worth, *doubtful}))}
    revised = [orders[id] for id in worth if id in orders]
    if revised:
        work.tell("oms.order_revised", revised, data=[_placed(order) for order in revised])
    review(work, [orders[id] for id in doubtful if id in orders])


_WORTH = {"total", "currency", "customer"}


def _open(work: Work, orders: list[int]) -> list[Record]:
    """Those that are neither confirmed nor cancelled."""
    found = work.fetch("oms.sales_order", orders) if orders else []
    return [order for order in found if _is_open(order)]


def _is_open(order: Record) -> bool:
    return order.confirmed_at is None and order.cancelled_at is None


def _placed(order: Record) -> dict[str, Any]:
    return {name: order[name] for name in ("customer", "number", "total", "currency", "ordered_on")}


@reacts_to("stock.keeping_began", inline=True, needs=("stock",), performs=("oms.serve_waiting_orders",))
def wait_for_stock(work: Work, _: list[Event]) -> None:
    """What was confirmed while no stock was kept has nothing reserved, and could never leave."""
    if products := let_open_orders_wait(work):
        work.perform("oms.serve_waiting_orders", {"products": products})


@reacts_to("stock.became_available", needs=("stock",), performs=("oms.serve_waiting_orders",))
def serve_with_free_goods(work: Work, events: list[Event]) -> None:
    """Each receipt serves who waits in a transaction of its own, done once though a worker dies over it."""
    _deal_out(work, events)


@reacts_to("oms.waiting_changed", needs=("stock",), performs=("oms.serve_waiting_orders",))
def deal_after_changes(work: Work, events: list[Event]) -> None:
    """An order that was cancelled, shrunk or hurried leaves others another day."""
    _deal_out(work, events)


@reacts_to("purchase.order_placed", needs=("stock", "purchase"), performs=("oms.serve_waiting_orders",))
def promise_what_was_ordered(work: Work, events: list[Event]) -> None:
    _deal_out(work, events)


@reacts_to("purchase.order_rescheduled", needs=("stock", "purchase"), performs=("oms.serve_waiting_orders",))
def promise_the_new_day(work: Work, events: list[Event]) -> None:
    _deal_out(work, events)


@reacts_to("purchase.order_cancelled", needs=("stock", "purchase"), performs=("oms.serve_waiting_orders",))
def promise_without_it(work: Work, events: list[Event]) -> None:
    _deal_out(work, events)


def _deal_out(work: Work, events: list[Event]) -> None:
    products = sorted({product for event in events for product in event.data["products"]})
    work.perform("oms.serve_waiting_orders", {"products": products})


@reacts_to("finance.receivable_settled", inline=True, needs=("finance",))
def settle_paid_orders(work: Work, events: list[Event]) -> None:
    """An order is settled when all of it is shipped and all its receivables are paid.

    The order is locked before its receivables are read: of two payments at once, the later sees the earlier.
    """
    paid = sorted({event.data["order"] for event in events if event.data.get("order")})
    if not paid:
        return
    orders = work.fetch("oms.sales_order", paid, lock=True)
    waiting = _waiting_for_money(work, paid)
    _settle(work, [order for order in orders if order.id not in waiting])


@reacts_to("oms.order_shipped", inline=True, needs=("finance",))
def settle_shipped_orders(work: Work, events: list[Event]) -> None:
    """What left last may have cost nothing, and all before it be paid; whoever tells has locked the order."""
    shipped = [event.record for event in events if not event.data["billed"]]
    if not shipped:
        return
    waiting = _waiting_for_money(work, shipped)
    paid = sorted({id for id in shipped if id not in waiting})
    if paid:
        _settle(work, work.fetch("oms.sales_order", paid))


def _waiting_for_money(work: Work, orders: list[int]) -> set[int]:
    unpaid = work.find(
        "finance.receivable", "order in $orders and open_amount > 0", {"orders": orders}, fields=("order",)
    )
    return {receivable.order for receivable in unpaid}


def _settle(work: Work, orders: list[Record]) -> None:
    settled = [order for order in orders if order.is_shipped and order.settled_at is None]
    if settled:
        changed = work.change("oms.sales_order", [(order, {"settled_at": work.now}) for order in settled])
        work.tell("oms.order_settled", changed)
