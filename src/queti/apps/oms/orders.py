"""What several acts ask of an order."""

from __future__ import annotations

from collections.abc import Iterable

from queti.apps.oms.refusals import OrderAlreadyConfirmed, OrderCancelled, OrderOnHold
from queti.kernel.record import Record


def once(orders: Iterable[Record]) -> list[Record]:
    """Each order once, whatever number of calls name it."""
    return list({order.id: order for order in orders}.values())


def refuse_cancelled(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.cancelled_at is not None:
            raise OrderCancelled(order=order.number)


def refuse_confirmed(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.confirmed_at is not None:
            raise OrderAlreadyConfirmed(order=order.number)


def refuse_held(orders: Iterable[Record]) -> None:
    for order in orders:
        if order.holds:
            raise OrderOnHold(order=order.number)


def ships_whole(order: Record) -> bool:
    """In one parcel from one warehouse, as it or its shop says."""
    return bool(order.ship_complete or order["channel.ship_complete"])
