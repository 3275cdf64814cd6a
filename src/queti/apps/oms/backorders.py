"""Orders that wait for goods: read, served and promised a day, for many products at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from queti.apps.oms.allocation import NOTHING, Promise
from queti.apps.oms.sourcing import OF_ORDER, reserve, served_from, stock_of
from queti.apps.oms.waiting import Coming, Waiting, promised_days, serve
from queti.engines.discussion.followers import follow_each
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

SEEN = (
    "order",
    "product",
    "waiting_quantity",
    "promised_on",
    "order.confirmed_at",
    "order.hurried_at",
    "order.warehouse",
)


def waiting_for(work: Work, products: Sequence[int]) -> list[Waiting]:
    found = work.find(
        "oms.sales_order_line", "waiting_quantity > 0 and product in $products", {"products": products}, SEEN
    )
    return [_waiting(line, line.order, line["order.confirmed_at"], line["order.hurried_at"], line["order.warehouse"])
            for line in found]  # fmt: skip


def _waiting_of(order: Record, products: Collection[int]) -> Iterator[Waiting]:
    for line in order.lines:
        if line.waiting_quantity > 0 and line.product in products:
            yield _waiting(line, order.id, order.confirmed_at, order.hurried_at, order.warehouse)


def _waiting(line: Record, order: int, since: datetime, hurried_at: datetime | None, warehouse: int | None) -> Waiting:
    return Waiting(
        order=order,
        line=line.id,
        product=line.product,
        quantity=line.waiting_quantity,
        since=since,
        promised_on=line.promised_on,
        hurried_at=hurried_at,
        warehouse=warehouse,
    )


def products_that_lack(work: Work) -> list[int]:
    found = work.find("oms.sales_order_line", "waiting_quantity > 0", fields=("product",))
    return sorted({line.product for line in found})


def coming_of(work: Work, products: Sequence[int]) -> list[Coming]:
    """What suppliers owe; what is past its day comes nobody knows when."""
    if not work.has("purchase.list_expected"):
        return []
    rows = work.perform("purchase.list_expected", {"products": list(products)})
    return [Coming(row["product"], row["quantity"], _still(work, row["promised_on"])) for row in rows]


def _still(work: Work, day: date | None) -> date | None:
    return day if day is not None and day >= work.today else None


def hold_queue(work: Work, products: Sequence[int]) -> None:
    """Who deals a product's goods out holds it until the commit: no two promise the same."""
    work.fetch("base.product", products, fields=("id",), lock=True)


def days_for(work: Work, new: Sequence[Waiting]) -> dict[int, date | None]:
    """The days that may be promised to these lines, behind all who wait already."""
    products = sorted({one.product for one in new})
    return promised_days([*waiting_for(work, products), *new], coming_of(work, products))


def deal_anew(work: Work, products: Sequence[int]) -> None:
    """Goods that are there go to the orders that wait, and the others learn their day anew.

    Locks in this order: the products, the orders, the balances. The products come first, since
    whoever is confirmed to wait holds them until then, and has not seen goods that came meanwhile.
    """
    hold_queue(work, products)
    orders = {one.order for one in waiting_for(work, products)}
    if not orders:
        return
    held = {o.id: o for o in work.fetch("oms.sales_order", sorted(orders), ("*", "lines", *OF_ORDER), lock=True)}
    stock = stock_of(work, products)
    allowed = served_from(work, list(held.values()), stock)
    waiting = [
        replace(one, served_from=allowed[order.id])
        for order in held.values()
        for one in _waiting_of(order, set(products))
    ]
    promises = serve(waiting, stock.supplies)
    reserve(work, _by_number(held, waiting, promises))
    left = sorted({one.product for one in waiting if one.quantity > 0})
    days = promised_days(waiting, coming_of(work, left)) if left else {}
    _write(work, held, waiting, promises, days)


UNSHIPPED = "not blank(confirmed_at) and blank(cancelled_at) and open_quantity > waiting_quantity"


def let_open_orders_wait(work: Work) -> list[int]:
    """Confirmed goods that nothing is kept for wait from now on; the answer is their products."""
    seen = ("*", "lines", "lines.product.kind")
    orders = work.find("oms.sales_order", UNSHIPPED, fields=seen, sort="id", lock=True)
    kept = _kept_for(work, [order.number for order in orders])
    lacking = [(order, _lacking(order, kept)) for order in orders]
    changes = [(order, {"lines": Patch(change=rows)}) for order, rows in lacking if rows]
    let_owners_follow(work, work.change("oms.sales_order", changes))
    return sorted({line.product for order, rows in lacking if rows for line in order.lines})


def _kept_for(work: Work, numbers: Sequence[str]) -> dict[tuple[str, int], Decimal]:
    found = work.sums(
        "stock.reservation", "source in $numbers", {"numbers": numbers}, by=("source", "source_line"), add=("open",)
    )
    return {(row["source"], int(row["source_line"])): row["open"] for row in found if row["source_line"] is not None}


def _lacking(order: Record, kept: Mapping[tuple[str, int], Decimal]) -> list[dict[str, Any]]:
    goods = [line for line in order.lines if line["product.kind"] == "goods"]
    left = {line.id: line.open_quantity - kept.get((order.number, line.id), NOTHING) for line in goods}
    return [
        {"id": line.id, "waiting_quantity": left[line.id]} for line in goods if left[line.id] > line.waiting_quantity
    ]


def _by_number(
    held: Mapping[int, Record], waiting: Iterable[Waiting], promises: Iterable[Promise]
) -> dict[str, list[Promise]]:
    order_of = {one.line: one.order for one in waiting}
    grouped: dict[str, list[Promise]] = {}
    for promise in promises:
        grouped.setdefault(held[order_of[promise.line]].number, []).append(promise)
    return grouped


def _write(
    work: Work,
    held: Mapping[int, Record],
    waiting: Iterable[Waiting],
    promises: Sequence[Promise],
    days: Mapping[int, date | None],
) -> None:
    """What has changed, on the orders; and who was served or promised another day is told."""
    served: dict[int, Decimal] = {}
    for promise in promises:
        served[promise.line] = served.get(promise.line, NOTHING) + promise.quantity
    rows: dict[int, list[dict[str, Any]]] = {}
    for one in waiting:
        day = days.get(one.line)
        if one.line in served or day != one.promised_on:
            row = {"id": one.line, "waiting_quantity": one.quantity, "promised_on": day}
            rows.setdefault(one.order, []).append(row)
    before = {id: held[id].promised_on for id in rows}
    sent = _sent_from(held, {one.line: one.order for one in waiting}, promises)
    changes = [(id, {**sent.get(id, {}), "lines": Patch(change=mine)}) for id, mine in rows.items()]
    changed = work.change("oms.sales_order", changes)
    quantities = {id: sum((served.get(row["id"], NOTHING) for row in mine), NOTHING) for id, mine in rows.items()}
    tell_served(work, [(order, quantities[order.id]) for order in changed if quantities[order.id] > 0])
    tell_promised(
        work, [order for order in changed if order.waiting_quantity > 0 and order.promised_on != before[order.id]]
    )


def _sent_from(
    held: Mapping[int, Record], order_of: Mapping[int, int], promises: Iterable[Promise]
) -> dict[int, dict[str, Any]]:
    """Order → where it ships from, now that goods of further warehouses are kept for it."""
    found: dict[int, list[int]] = {}
    for one in promises:
        order = held[order_of[one.line]]
        known = [order.warehouse] if order.warehouse is not None and _has_some(order) else []
        found.setdefault(order.id, known).append(one.warehouse)
    return {
        id: {"warehouse": mine[0], "is_split": bool(held[id].is_split) or len(set(mine)) > 1}
        for id, mine in found.items()
    }


def _has_some(order: Record) -> bool:
    """Are goods kept for it, or sent, from its warehouse already?"""
    goods = [line for line in order.lines if line["product.kind"] == "goods"]
    return any(line.quantity > line.waiting_quantity for line in goods)


def let_owners_follow(work: Work, orders: Iterable[Record]) -> None:
    """Whose order waits hears of each new day, and that it is served."""
    follow_each(work, "oms.sales_order", [(order.id, order.owner) for order in orders if order.owner is not None])


def tell_served(work: Work, served: Sequence[tuple[Record, Decimal]]) -> None:
    data = [{**_about(order), "quantity": quantity} for order, quantity in served]
    work.tell("oms.backorder_served", [order for order, _ in served], data=data)


def tell_promised(work: Work, orders: Sequence[Record]) -> None:
    """For the salesperson and for the channel's connector."""
    work.tell("oms.promise_changed", orders, data=[_about(order) for order in orders])


def tell_waiting_changed(work: Work, before: Sequence[tuple[Record, Sequence[int]]]) -> None:
    """Orders that no longer wait for some products, or go first now: what is promised of these is dealt anew."""
    some = [(order, products) for order, products in before if products]
    data = [{"products": sorted(set(products))} for _, products in some]
    work.tell("oms.waiting_changed", [order for order, _ in some], data=data)


def products_waited_for(order: Record) -> list[int]:
    return [line.product for line in order.lines if line.waiting_quantity > 0]


def _about(order: Record) -> dict[str, Any]:
    same = ("number", "customer", "channel", "external_number", "owner", "promised_on", "waiting_quantity")
    return {name: order[name] for name in same}
