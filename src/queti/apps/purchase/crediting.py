"""Credit notes: what suppliers owe back for goods that were billed and went back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.purchase.booking import tell_bills
from queti.apps.purchase.matching import NOTHING, to_cents
from queti.kernel.record import Record
from queti.kernel.work import Work

SEEN = ("order_line", "order", "product", "unit_cost", "tax_rate", "bill.currency", "bill.rate")


@dataclass(frozen=True, slots=True)
class Credited:
    """`value` is what its bill had cleared of goods received not billed, in the company's currency."""

    goods_return: Record
    line: Record
    quantity: Decimal
    value: Decimal


@dataclass(slots=True)
class Note:
    goods_return: Record
    currency: int
    rate: Decimal
    rows: list[dict[str, Any]]
    cleared: Decimal = NOTHING


def credit(work: Work, credited: Sequence[Credited]) -> None:
    """One credit note for each return and currency, at what was billed last."""
    if not credited:
        return
    notes = list(_notes(credited, _last_bills(work, [one.line.id for one in credited])).values())
    made = work.create("purchase.bill", [_row(work, note, number) for number, note in enumerate(notes)])
    shares = [(bill, _share(bill, note)) for bill, note in zip(made, notes, strict=True)]
    tell_bills(work, work.change("purchase.bill", shares))


def _last_bills(work: Work, lines: Sequence[int]) -> dict[int, Record]:
    where = 'order_line in $lines and bill.kind = "bill"'
    return {line.order_line: line for line in work.find("purchase.bill_line", where, {"lines": lines}, SEEN, sort="id")}


def _notes(credited: Sequence[Credited], bills: dict[int, Record]) -> dict[tuple[int, int], Note]:
    notes: dict[tuple[int, int], Note] = {}
    for one in credited:
        billed = bills[one.line.id]
        currency, rate = billed["bill.currency"], billed["bill.rate"]
        note = notes.setdefault((one.goods_return.id, currency), Note(one.goods_return, currency, rate, []))
        note.rows.append(
            {
                "order_line": one.line.id,
                "order": billed.order,
                "product": billed.product,
                "quantity": -one.quantity,
                "unit_cost": billed.unit_cost,
                "ordered_cost": billed.unit_cost,
                "tax_rate": billed.tax_rate,
            }
        )
        note.cleared += one.value
    return notes


def _row(work: Work, note: Note, number: int) -> dict[str, Any]:
    """The supplier's own number isn't known yet: ours stands for it."""
    mark = f"-{number + 1}" if number else ""
    return {
        "kind": "credit_note",
        "supplier": note.goods_return.supplier,
        "bill_number": f"{note.goods_return.number}{mark}",
        "billed_on": work.today,
        "due_on": work.today,
        "goods_return": note.goods_return.id,
        "currency": note.currency,
        "rate": note.rate,
        "lines": note.rows,
    }


def _share(bill: Record, note: Note) -> dict[str, Decimal]:
    """What was billed above or below the receipt's value comes back as it went: to the goods that left."""
    booked = to_cents(bill.net_amount * bill.rate)
    return {"received_value": -note.cleared, "difference_in_cost": booked + note.cleared}
