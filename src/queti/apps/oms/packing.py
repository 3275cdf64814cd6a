"""What goes into a parcel: the lines it takes along and its share of their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queti.apps.oms.orders import ships_whole
from queti.apps.oms.pricing import NOTHING, Share, line_amount, share_of_line, to_cents
from queti.apps.oms.refusals import (
    GoodsStillWaiting,
    LineOfAnotherOrder,
    LineOnHold,
    LinesLieApart,
    MoreThanLeftToShip,
    OrderAlreadyShipped,
    QuantityNotPositive,
    ShipsFromElsewhere,
)
from queti.kernel.operations import Call
from queti.kernel.record import Record

SOME = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse that a parcel leaves from; of an order with several, `held` is what is kept there for each line."""

    id: int | None = None
    name: str = ""
    code: str = ""
    region: str | None = None
    held: dict[int, Decimal] | None = None

    def is_named(self, text: str | None) -> bool:
        return text is None or text.strip().casefold() in (self.name.casefold(), self.code.casefold())

    def has(self, line: Record, left: Decimal) -> Decimal:
        """Of what is left of a line, what this place can send; services go along with any."""
        if self.held is None or line["product.kind"] != "goods":
            return left
        return min(left, self.held.get(line.id, NOTHING))

    def keep(self, line: int, quantity: Decimal) -> None:
        if self.held is not None:
            self.held[line] = self.held.get(line, NOTHING) + quantity


@dataclass(frozen=True, slots=True)
class Packed:
    """One parcel to be: where it leaves from, the lines of its order with what each takes along."""

    call: Call
    order: Record
    place: Place
    shares: list[tuple[Record, Share]]
    freight: Decimal


Taken = dict[int, Share]
"""Line → what earlier parcels of the same call took of it."""


def pack(calls: Sequence[Call], orders: Sequence[Record], places: Mapping[int, Sequence[Place]]) -> list[Packed]:
    """Several parcels of one order in one call see what the earlier ones took; each leaves one of its places."""
    taken: Taken = {}
    freed: set[int] = set()
    packed: list[Packed] = []
    for call, order in zip(calls, orders, strict=True):
        place = _place_of(call, order, places[order.id], taken)
        shares = [(line, _share(order, line, quantity, taken)) for line, quantity in _wanted(call, order, place, taken)]
        for line, share in shares:
            place.keep(line.id, -share.quantity)
        freight = NOTHING if order.freight_billed or order.id in freed else order.freight or NOTHING
        freed.add(order.id)
        packed.append(Packed(call, order, place, shares, freight))
    return packed


def _place_of(call: Call, order: Record, places: Sequence[Place], taken: Taken) -> Place:
    """The warehouse named, else the first that has what the parcel is to take."""
    named = [place for place in places if place.is_named(call.warehouse)]
    if not named:
        raise ShipsFromElsewhere(order=order.number, warehouses=", ".join(place.name for place in places))
    able = [place for place in named if _has_them(call, order, place, taken)]
    if not able and len(named) > 1 and call.lines:
        raise LinesLieApart(order=order.number, warehouses=", ".join(place.name for place in named))
    return [*able, *named][0]


def _has_them(call: Call, order: Record, place: Place, taken: Taken) -> bool:
    lines = {line.id: line for line in order.lines}
    if not call.lines:
        return any(_there(line, place, taken) > 0 for line in order.lines if not line.hold)
    named = [(lines[row.line], row.quantity) for row in call.lines if row.line in lines]
    return all(_there(line, place, taken) >= (quantity or SOME) for line, quantity in named)


def _there(line: Record, place: Place, taken: Taken) -> Decimal:
    return place.has(line, _left(line, taken))


def _wanted(call: Call, order: Record, place: Place, taken: Taken) -> list[tuple[Record, Decimal]]:
    if not call.lines:
        if ships_whole(order):
            _refuse_waiting(order)
        left = [(line, _there(line, place, taken)) for line in order.lines if not line.hold]
        if not any(quantity > 0 for _, quantity in left):
            _refuse_waiting(order)
            held = next((line for line in order.lines if line.hold and _left(line, taken) > 0), None)
            if held is not None:
                raise LineOnHold(product=held["product.name"], order=order.number, reason=held.hold)
            raise OrderAlreadyShipped(order=order.number)
        return [(line, quantity) for line, quantity in left if quantity > 0]
    lines = {line.id: line for line in order.lines}
    wanted: dict[int, Decimal] = {}
    for row in call.lines:
        _refuse_wrong_line(order, lines, row)
        quantity = row.quantity if row.quantity is not None else _there(lines[row.line], place, taken)
        wanted[row.line] = wanted.get(row.line, NOTHING) + quantity
    for id, quantity in wanted.items():
        _refuse_wrong_quantity(order, lines[id], quantity, _there(lines[id], place, taken))
    return [(lines[id], quantity) for id, quantity in wanted.items()]


def _refuse_waiting(order: Record) -> None:
    for line in order.lines:
        if line.waiting_quantity > 0:
            raise _waits(order, line)


def _waits(order: Record, line: Record) -> GoodsStillWaiting:
    waiting = f"{line.waiting_quantity.normalize():f}"
    return GoodsStillWaiting(order=order.number, product=line["product.name"], waiting=waiting)


def _refuse_wrong_line(order: Record, lines: dict[int, Record], row: Call) -> None:
    line = lines.get(row.line)
    if line is None:
        raise LineOfAnotherOrder(line=row.line, order=order.number)
    if line.hold:
        raise LineOnHold(product=line["product.name"], order=order.number, reason=line.hold)


def _refuse_wrong_quantity(order: Record, line: Record, quantity: Decimal, left: Decimal) -> None:
    if quantity <= 0:
        raise QuantityNotPositive
    if quantity > left:
        if quantity <= left + line.waiting_quantity:
            raise _waits(order, line)
        raise MoreThanLeftToShip(
            order=order.number,
            product=line["product.name"],
            left=f"{left.normalize():f}",
            wanted=f"{quantity.normalize():f}",
        )


def _left(line: Record, taken: Taken) -> Decimal:
    gone = taken.get(line.id)
    return line.quantity - line.shipped_quantity - line.waiting_quantity - (gone.quantity if gone else NOTHING)


def _share(order: Record, line: Record, quantity: Decimal, taken: Taken) -> Share:
    gone = taken.get(line.id, Share(NOTHING, NOTHING, NOTHING))
    share = share_of_line(
        quantity=quantity,
        ordered=line.quantity,
        shipped=line.shipped_quantity + gone.quantity,
        net_amount=line.net_amount,
        tax=line.tax,
        booked_amount=line.shipped_amount + gone.amount,
        booked_tax=line.shipped_tax + gone.tax,
        includes_tax=bool(order.prices_include_tax),
    )
    taken[line.id] = Share(gone.quantity + quantity, gone.amount + share.amount, gone.tax + share.tax)
    return share


def kept_part(line: Record, quantity: Decimal) -> dict[str, Any]:
    """The line as if only `quantity` of it had been ordered; what it is discounted by goes down with it."""
    return {
        "quantity": quantity,
        "discount_amount": _scaled(line.discount_amount, line, quantity),
        "discount_share": _scaled(line.discount_share, line, quantity),
        "promotion_amount": _scaled(line.promotion_amount, line, quantity),
        "platform_share": _scaled(line.platform_share, line, quantity),
    }


def shipped_part(order: Record, line: Record) -> dict[str, Any]:
    """The line as if no more had been ordered than has left: worth what was booked of it."""
    kept = line.shipped_amount + (line.shipped_tax if order.prices_include_tax else NOTHING)
    gross = line_amount(line.shipped_quantity, line.unit_price, line.discount_percent or NOTHING)
    off = max(gross - kept, NOTHING)
    own = min(_scaled(line.discount_amount, line, line.shipped_quantity), off)
    promoted = min(_scaled(line.promotion_amount, line, line.shipped_quantity), off - own)
    return {
        "quantity": line.shipped_quantity,
        "discount_amount": own,
        "promotion_amount": promoted,
        "discount_share": off - own - promoted,
        "platform_share": _scaled(line.platform_share, line, line.shipped_quantity),
    }


def _scaled(amount: Decimal | None, line: Record, quantity: Decimal) -> Decimal:
    return to_cents((amount or NOTHING) * quantity / line.quantity)


def parts(parcel: Packed) -> list[dict[str, Any]]:
    """The parcel's money by kind of goods, category and tax rate, the freight for itself: as posting rules ask it."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line, share in parcel.shares:
        key = line["product.kind"], line["product.category.name"], line.tax_rate or NOTHING
        empty = dict(zip(("kind", "category", "tax_rate"), key, strict=True), net=NOTHING, tax=NOTHING)
        part = found.setdefault(key, empty)
        part["net"] += share.amount
        part["tax"] += share.tax
    freight = {"kind": "freight", "category": None, "tax_rate": NOTHING, "net": parcel.freight, "tax": NOTHING}
    return [*found.values(), *([freight] if parcel.freight or not found else [])]
