"""The review of open orders: the rule says which of them wait for a person, and why."""

from __future__ import annotations

from collections.abc import Sequence

from queti.kernel.events import Event
from queti.kernel.record import Record
from queti.kernel.rules.remembering import fields_asked
from queti.kernel.work import Work

RULE = "oms.order_review"


def review(work: Work, orders: Sequence[Record]) -> None:
    """Hold those that the rule says something new of, with the reason and note of each row. No rule holds none.

    What somebody has looked at already, and lifted, doesn't hold again until what the row looks at changes.
    """
    if RULE not in work.model.rules or not orders:
        return
    answers = zip(orders, work.decide(RULE, orders, keep=True), strict=True)
    holds = [
        {"order": order.id, "reason": each["hold"], "note": each.get("note")}
        for order, answer in answers
        for each in answer.news
        if each.get("hold")
    ]
    if holds:
        work.perform("oms.hold_order", holds)


def to_review(work: Work, events: Sequence[Event]) -> list[int]:
    """The orders in which something changed that the rule asks for."""
    asked = fields_asked(work.model, RULE) if RULE in work.model.rules else frozenset[str]()
    return sorted({event.record for event in events if asked & set(event.data["fields"])})
