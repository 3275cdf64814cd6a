"""Bills and credit notes written: on the orders, on what the goods cost, and told to the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.purchase.billing import Bill, Billed, cut_back
from queti.apps.purchase.documents import create_once
from queti.apps.purchase.matching import NOTHING, Progress
from queti.apps.purchase.orders import moment_on, with_lines, written
from queti.apps.purchase.refusals import BillTwice
from queti.kernel.record import Record
from queti.kernel.work import Work


def book_bills(work: Work, bills: Sequence[Bill], progress: Mapping[int, Progress]) -> Sequence[Record]:
    made = create_once(work, "purchase.bill", [_row(work, bill) for bill in bills], "bill_number", _twice)
    _book_on_orders(work, bills, progress)
    in_stock = _put_on_stock(work, bills, made)
    shares = [
        {
            "received_value": bill.cleared,
            "difference_in_stock": part,
            "difference_in_cost": bill.booked - bill.cleared - part,
        }
        for bill, part in zip(bills, in_stock, strict=True)
    ]
    records = work.change("purchase.bill", list(zip(made, shares, strict=True)))
    tell_bills(work, records)
    return records


def tell_bills(work: Work, bills: Sequence[Record]) -> None:
    work.tell("purchase.bill_recorded", bills, data=[_told(bill) for bill in bills])


def _told(bill: Record) -> dict[str, Any]:
    same = ("number", "supplier", "bill_number", "billed_on", "due_on", "currency", "rate", "total", "tax")
    return {
        **{name: bill[name] for name in same},
        "bill": bill.id,
        "net": bill.net_amount,
        "received_amount": bill.received_value,
        "difference_in_stock": bill.difference_in_stock,
        "difference_in_cost": bill.difference_in_cost,
    }


def _twice(known: Record) -> BillTwice:
    return BillTwice(bill_number=known.bill_number, supplier=known["supplier.name"], bill=known.number)


def _row(work: Work, bill: Bill) -> dict[str, Any]:
    call = bill.call
    return {
        "kind": "bill",
        "supplier": call.supplier,
        "bill_number": call.bill_number,
        "billed_on": call.billed_on or work.today,
        "due_on": call.due_on,
        "currency": bill.currency,
        "rate": bill.rate,
        "lines": [_line(one) for one in bill.lines],
    }


def _line(one: Billed) -> dict[str, Any]:
    return {
        "order_line": one.line.id,
        "order": one.order.id,
        "product": one.line.product,
        "quantity": one.quantity,
        "received_quantity": one.to_bill,
        "ahead_quantity": one.cleared.ahead,
        "unit_cost": one.unit_cost,
        "ordered_cost": one.ordered_cost,
        "tax_rate": one.tax_rate,
    }


def _book_on_orders(work: Work, bills: Sequence[Bill], progress: Mapping[int, Progress]) -> None:
    billed: dict[int, tuple[Record, dict[int, Progress]]] = {}
    for one in (one for bill in bills for one in bill.lines):
        billed.setdefault(one.order.id, (one.order, {}))[1][one.line.id] = progress[one.line.id]
    changes = [
        (order, with_lines({"id": id, **written(state)} for id, state in lines.items()))
        for order, lines in billed.values()
    ]
    work.change("purchase.purchase_order", changes)


def _put_on_stock(work: Work, bills: Sequence[Bill], made: Sequence[Record]) -> list[Decimal]:
    """What of each bill's difference its goods take that still lie there."""
    differing = [(place, one) for place, bill in enumerate(bills) for one in cut_back(bill.lines)]
    parts = [NOTHING] * len(bills)
    if not differing:
        return parts
    places = _places(work, [one.line.id for _, one in differing])
    calls = [
        {
            "happened_at": moment_on(work, made[place].billed_on),
            "source": made[place].number,
            "booked_with": made[place].number,
            "lines": [_difference(one, places[one.line.id])],
        }
        for place, one in differing
    ]
    for (place, _), values in zip(differing, work.perform("stock.revalue", calls), strict=True):
        parts[place] += sum(values, NOTHING)
    return parts


def _places(work: Work, lines: Sequence[int]) -> dict[int, Record]:
    """Where the goods of each line came last."""
    seen = ("order_line", "lot", "receipt.location")
    found = work.find("purchase.receipt_line", "order_line in $lines", {"lines": sorted(set(lines))}, seen, sort="id")
    return {line.order_line: line for line in found}


def _difference(one: Billed, place: Record) -> dict[str, Any]:
    return {
        "product": one.line.product,
        "location": place["receipt.location"],
        "lot": place.lot,
        "quantity": one.cleared.matched,
        "value": one.difference,
    }
