"""What a channel says of its order, and what follows for ours: only what may leave comes without a hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.kernel.operations import Call
from queti.kernel.record import Record
from queti.kernel.work import Work

MAY_LEAVE = ("to_review", "to_ship")
ITS_HOLDS = ("payment", "channel_lock")
"""Holds that the channel puts on and takes off; people have the others."""


def hold_of(status: str | None) -> str | None:
    """The hold that a channel's state asks for; a state that nobody knows waits for a person."""
    if not status or status in MAY_LEAVE or is_cancelled(status):
        return None
    return "payment" if status.startswith("pending") else "channel_lock"


def is_cancelled(status: str | None) -> bool:
    return bool(status) and str(status).startswith("cancelled")


def catch_up(work: Work, known: Sequence[tuple[Record, Call]]) -> list[Record]:
    """Orders that the channel has news of, as they are then: held, freed, or cancelled while nothing has left."""
    news = {
        order.id: call for order, call in known if call.channel_status and call.channel_status != order.channel_status
    }
    if not news:
        return []
    orders = work.fetch("oms.sales_order", sorted(news), lock=True)
    changed = work.change("oms.sales_order", [(order, _news(order, news[order.id])) for order in orders])
    _tell(work, orders, changed)
    ended = [order for order in orders if is_cancelled(news[order.id].channel_status) and _is_untouched(order)]
    if ended:
        calls = [{"order": order.id, "reason": news[order.id].channel_status} for order in ended]
        cancelled = {order.id: order for order in work.perform("oms.cancel_order", calls)}
        return [cancelled.get(order.id, order) for order in changed]
    return changed


def _is_untouched(order: Record) -> bool:
    return order.cancelled_at is None and order.shipped_quantity == 0


def _news(order: Record, call: Call) -> dict[str, Any]:
    news = {"channel_status": call.channel_status}
    if call.paid_amount is not None:
        news["paid_amount"] = call.paid_amount
    if order.cancelled_at is not None or order.is_shipped:
        return news
    holds = {hold for hold in order.holds or () if hold not in ITS_HOLDS}
    if hold := _hold_of_known(order, call.channel_status):
        holds.add(hold)
    return {**news, "holds": sorted(holds) or None, "hold_note": order.hold_note if holds else None}


def _hold_of_known(order: Record, status: str) -> str | None:
    """What is left of an order that has left in part doesn't follow once the channel cancelled it."""
    if is_cancelled(status):
        return None if _is_untouched(order) else "channel_lock"
    return hold_of(status)


def _tell(work: Work, before: Sequence[Record], after: Sequence[Record]) -> None:
    pairs = [(set(old.holds or ()), set(new.holds or ()), new) for old, new in zip(before, after, strict=True)]
    held = [(new, hold) for old, now, new in pairs for hold in sorted(now - old)]
    if held:
        work.tell("oms.order_held", [new for new, _ in held], data=[{"reason": hold} for _, hold in held])
    lifted = [new for old, now, new in pairs if old - now]
    if lifted:
        work.tell("oms.hold_lifted", lifted)
