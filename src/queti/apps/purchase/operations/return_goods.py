from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.purchase.crediting import Credited, credit
from queti.apps.purchase.matching import NOTHING, Part, Progress
from queti.apps.purchase.orders import (
    day_of,
    fetch_orders,
    line_of,
    plain,
    progress_of,
    refuse_cancelled,
    sum_of,
    with_lines,
    written,
)
from queti.apps.purchase.refusals import LocationMissing, MoreThanReceived, QuantityNotPositive, ServicesDontGoBack
from queti.kernel.operations import Call, boolean, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

SEEN = ("lines.product.kind", "lines.product.name")
REPLACED_HELP = words("The supplier sends others for them", "供应商将补发商品")


@operation(
    on="purchase.purchase_order",
    label=words("Return goods", "采购退货"),
    help=words(
        "Goods go back to the supplier; of what was billed a credit note is recorded.",
        "商品退回供应商，已开票部分同时登记贷项通知单。",
    ),
    when="received_quantity > 0",
    inputs={
        "order": link("purchase.purchase_order", label=words("Order", "采购订单"), required=True),
        "location": link("stock.location", label=words("Taken from", "出库库位")),
        "returned_at": moment(label=words("Returned at", "退货时间")),
        "reason": text(label=words("Reason", "原因")),
        "is_replaced": boolean(label=words("To be replaced", "换货"), help=REPLACED_HELP, default="false"),
        "lines": lines(
            {
                "line": link("purchase.purchase_order_line", label=words("Line", "明细"), required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "lot": link("stock.lot", label=words("Lot", "批次")),
            },
            label=words("Lines", "明细"),
            required=True,
            min_rows=1,
        ),
    },
    tells=("purchase.goods_returned", "purchase.bill_recorded"),
    performs=("stock.issue_returned",),
    repeats=True,
)
def return_goods(work: Work, calls: list[Call]) -> Sequence[Record]:
    """What goes back is no longer owed for; unless it is replaced, nobody waits for it."""
    orders = fetch_orders(work, [call.order for call in calls], *SEEN)
    refuse_cancelled(orders.values())
    progress = {line.id: progress_of(line) for order in orders.values() for line in order.lines}
    going = [Going(call, orders[call.order], _going(call, orders[call.order], progress)) for call in calls]

    made = work.create("purchase.goods_return", [_return(work, one) for one in going])
    costs = _take_from_stock(work, going, made)
    credited = [
        Credited(record, line, part.ahead, progress[line.id].credit(part.ahead))
        for one, record in zip(going, made, strict=True)
        for line, _, part in one.lines
        if part.ahead > 0
    ]
    _book_on_orders(work, going, progress)
    data = [_data(work, *each) for each in zip(going, made, costs, strict=True)]
    work.tell("purchase.goods_returned", made, data=data)
    credit(work, credited)
    return made


@dataclass(frozen=True, slots=True)
class Going:
    """What goes back in one return: the line, what was asked, and how it stood with its bills."""

    call: Call
    order: Record
    lines: list[tuple[Record, Call, Part]]


def _going(call: Call, order: Record, progress: Mapping[int, Progress]) -> list[tuple[Record, Call, Part]]:
    going: list[tuple[Record, Call, Part]] = []
    for row in call.lines:
        line = line_of(order, row.line)
        state = progress[line.id]
        if row.quantity <= 0:
            raise QuantityNotPositive
        if line["product.kind"] != "goods":
            raise ServicesDontGoBack(product=line["product.name"])
        if row.quantity > state.received:
            raise MoreThanReceived(
                order=order.number,
                product=line["product.name"],
                most=plain(state.received),
                wanted=plain(row.quantity),
            )
        going.append((line, row, state.give_back(row.quantity)))
    return going


def _return(work: Work, one: Going) -> dict[str, Any]:
    return {
        "order": one.order.id,
        "supplier": one.order.supplier,
        "location": _location(work, one),
        "returned_at": one.call.returned_at or work.now,
        "is_replaced": bool(one.call.is_replaced),
        "reason": one.call.reason,
        "lines": [
            {
                "order_line": line.id,
                "product": line.product,
                "lot": row.lot,
                "quantity": row.quantity,
                "billed_quantity": part.ahead,
                "value": part.value,
            }
            for line, row, part in one.lines
        ],
    }


def _location(work: Work, one: Going) -> int:
    location = one.call.location or one.order.location or work.company.get("buying_location")
    if location is None:
        raise LocationMissing(order=one.order.number)
    return location


def _take_from_stock(work: Work, going: Sequence[Going], made: Sequence[Record]) -> list[Decimal]:
    """What is promised to others stays; the answer is what each return cost."""
    work.perform("stock.issue_returned", [_issue(*each) for each in zip(going, made, strict=True)])
    numbers = [record.number for record in made]
    moves = work.find("stock.move", "source in $numbers", {"numbers": numbers}, ("source", "value"))
    return [sum_of([-move.value for move in moves if move.source == number]) for number in numbers]


def _issue(one: Going, record: Record) -> dict[str, Any]:
    return {
        "reason": one.call.reason,
        "happened_at": record.returned_at,
        "source": record.number,
        "booked_with": record.number,
        "lines": [
            {"product": line.product, "quantity": row.quantity, "location": record.location, "lot": row.lot}
            for line, row, _ in one.lines
        ],
    }


def _book_on_orders(work: Work, going: Sequence[Going], progress: Mapping[int, Progress]) -> None:
    changed: dict[int, tuple[Record, dict[int, Decimal]]] = {}
    for one in going:
        lines = changed.setdefault(one.order.id, (one.order, {}))[1]
        for line, row, _ in one.lines:
            gone = NOTHING if one.call.is_replaced else row.quantity
            lines.setdefault(line.id, line.returned_quantity)
            lines[line.id] += gone
    changes = [
        (
            order,
            with_lines(
                {"id": id, "returned_quantity": returned, **written(progress[id])} for id, returned in lines.items()
            ),
        )
        for order, lines in changed.values()
    ]
    work.change("purchase.purchase_order", changes)


def _data(work: Work, one: Going, record: Record, cost: Decimal) -> dict[str, Any]:
    return {
        "number": record.number,
        "return": record.id,
        "order": one.order.id,
        "order_number": one.order.number,
        "supplier": one.order.supplier,
        "returned_on": day_of(work, record.returned_at),
        "lines": [
            {"line": line.id, "product": line.product, "quantity": row.quantity, "amount": part.value}
            for line, row, part in one.lines
        ],
        "amount": sum_of([part.value for _, _, part in one.lines]),
        "cost": cost,
        "products": sorted({line.product for line, _, _ in one.lines}),
    }
