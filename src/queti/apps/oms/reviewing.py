"""The review of new orders: the rule says which of them wait for a person, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.work import Work

RULE = "oms.order_review"


def review(work: Work, orders: Sequence[Record]) -> list[Record]:
    """Those that are held, as they are then, with the reason and note of each row. No rule holds none."""
    if RULE not in work.model.rules:
        return []
    answers = zip(orders, work.decide(RULE, orders), strict=True)
    holds = [
        {"order": order.id, "reason": each["hold"], "note": each.get("note")}
        for order, answer in answers
        for each in _outcomes(answer)
        if each.get("hold")
    ]
    return work.perform("oms.hold_order", holds) if holds else []


def _outcomes(answer: Answer) -> list[dict[str, Any]]:
    """Of all rows or of the one that counts, as the company's own rule has it."""
    return answer.outcome if isinstance(answer.outcome, list) else [answer.outcome]
