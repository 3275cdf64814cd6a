from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from queti.apps.oms.allocation import Plan
from queti.apps.oms.backorders import days_for, hold_queue, let_owners_follow, tell_promised, waiting_for
from queti.apps.oms.orders import refuse_cancelled, refuse_confirmed, refuse_held
from queti.apps.oms.refusals import OrderWithoutLines
from queti.apps.oms.reviewing import refuse_unreviewed
from queti.apps.oms.sourcing import OF_ORDER, products_of, promise, stock_of
from queti.apps.oms.waiting import Waiting, serve
from queti.kernel.operations import Call, boolean, link, moment, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

SEEN = ("lines", "lines.product.kind", "lines.product.name")
BACKORDER_HELP = words(
    "Keeps what is there; the rest waits, with a day where goods are on the way",
    "先占用现有库存，其余等待到货；已有在途采购时给出承诺交期",
)


@operation(
    on="oms.sales_order",
    key="c",
    primary=True,
    label=words("Confirm order", "确认订单"),
    help=words("Promises the goods to the customer and holds them in stock.", "向客户承诺交货并占用库存。"),
    when="blank(confirmed_at) and blank(cancelled_at) and blank(holds)",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "backorder": boolean(label=words("Let the rest wait", "不足部分等待到货"), help=BACKORDER_HELP),
        "confirmed_at": moment(label=words("Confirmed at", "确认时间")),
    },
    tells=("oms.order_confirmed", "oms.promise_changed"),
    performs=("stock.reserve", "purchase.list_expected"),
)
def confirm_order(work: Work, calls: list[Call]) -> Sequence[Record]:
    """All orders are promised in full, or none is; of those that may wait the rest is promised a day."""
    has_stock = work.has("stock.reserve")
    seen = ("*", *SEEN, *(OF_ORDER if has_stock else ()))
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=seen, lock=True)
    refuse_cancelled(orders)
    refuse_confirmed(orders)
    _refuse_empty(orders)
    refuse_held(orders)
    refuse_unreviewed(work, orders)

    may_wait = {call.order for call in calls if call.backorder}
    plans = _promise(work, orders, may_wait) if has_stock else {}
    days = _days(work, orders, plans)
    confirmed = work.change(
        "oms.sales_order",
        [
            (order, _confirmation(work, call, plans.get(order.id), days))
            for order, call in zip(orders, calls, strict=True)
        ],
    )
    work.tell("oms.order_confirmed", confirmed, data=[{"customer": order.customer} for order in confirmed])
    waiting = [order for order in confirmed if order.waiting_quantity > 0]
    let_owners_follow(work, waiting)
    tell_promised(work, waiting)
    return confirmed


def _promise(work: Work, orders: Sequence[Record], may_wait: set[int]) -> Mapping[int, Plan]:
    """What came for those who wait already is theirs, even before it was dealt out."""
    products = products_of(orders)
    if not products:
        return {}
    if may_wait:
        hold_queue(work, products)
    stock = stock_of(work, products)
    serve(waiting_for(work, products), stock.supplies)
    return promise(work, orders, stock, may_wait)


def _days(work: Work, orders: Iterable[Record], plans: Mapping[int, Plan]) -> dict[int, tuple[Any, date | None]]:
    """Line → what it waits for, and the day that it is promised."""
    new = [
        Waiting(order.id, one.line, one.product, one.lacking, work.now)
        for order in orders
        if order.id in plans
        for one in plans[order.id].missing
    ]
    days = days_for(work, new) if new else {}
    return {one.line: (one.quantity, days[one.line]) for one in new}


def _confirmation(
    work: Work, call: Call, plan: Plan | None, days: Mapping[int, tuple[Any, date | None]]
) -> dict[str, Any]:
    change: dict[str, Any] = {"confirmed_at": call.confirmed_at or work.now, "confirmed_by": work.who.user}
    if plan is None:
        return change
    rows: dict[int, dict[str, Any]] = {}
    if plan.promises:
        [first, *others] = plan.warehouses
        change |= {"warehouse": first, "is_split": bool(others)}
        rows = {line: {"warehouse": warehouse} for line, warehouse in plan.lines_from.items()} if others else rows
    for one in plan.missing:
        quantity, day = days[one.line]
        rows.setdefault(one.line, {}).update(waiting_quantity=quantity, promised_on=day)
    if rows:
        change["lines"] = Patch(change=[{"id": line, **row} for line, row in rows.items()])
    return change


def _refuse_empty(orders: Iterable[Record]) -> None:
    for order in orders:
        if not order.lines:
            raise OrderWithoutLines(order=order.number)
