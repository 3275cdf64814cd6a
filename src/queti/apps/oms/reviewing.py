"""The review of new orders: the rule says which of them wait for a person, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.work import Work

RULE = "oms.order_review"


def review(work: Work, orders: Sequence[Record]) -> list[Record]:
    """The orders as they are then; those that a row holds have its reason and note. No rule holds none."""
    if RULE not in work.model.rules:
        return list(orders)
    answers = zip(orders, work.decide(RULE, orders), strict=True)
    found = {order.id: holds for order, answer in answers if (holds := _holding(answer))}
    if not found:
        return list(orders)
    held = work.change("oms.sales_order", [(o, _holds(o, found[o.id])) for o in orders if o.id in found])
    reasons = [(order, each["hold"]) for order in held for each in found[order.id]]
    work.tell("oms.order_held", [order for order, _ in reasons], data=[{"reason": reason} for _, reason in reasons])
    changed = {order.id: order for order in held}
    return [changed.get(order.id, order) for order in orders]


def _holding(answer: Answer) -> list[dict[str, Any]]:
    """The outcomes that hold, of all rows or of the one that counts, as the company's own rule has it."""
    outcomes = answer.outcome if isinstance(answer.outcome, list) else [answer.outcome]
    return [each for each in outcomes if each.get("hold")]


def _holds(order: Record, outcomes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    notes = "; ".join(dict.fromkeys(each["note"] for each in outcomes if each.get("note")))
    return {
        "holds": sorted({*(order.holds or ()), *(each["hold"] for each in outcomes)}),
        "hold_note": notes or None,
    }
