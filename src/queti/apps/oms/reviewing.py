"""The review of open orders: the rule says which of them wait for a person, and why."""

from __future__ import annotations

from collections.abc import Sequence

from queti.apps.oms.operations.hold_order import REASONS
from queti.apps.oms.refusals import OrderNeedsReview
from queti.kernel.definitions import Words
from queti.kernel.events import Event
from queti.kernel.record import Record
from queti.kernel.rules.answers import Outcome
from queti.kernel.rules.remembering import fields_asked
from queti.kernel.work import Work

RULE = "oms.order_review"


def review(work: Work, orders: Sequence[Record]) -> None:
    """Hold those that the rule says something new of, with the reason and note of each row.

    What somebody has looked at already, and lifted, doesn't hold again until what the row looks at gets worse.
    """
    holds = [
        {"order": order.id, "reason": each["hold"], "note": each.get("note")}
        for order, news in _put(work, orders)
        for each in news
    ]
    if holds:
        work.perform("oms.hold_order", holds)


def refuse_unreviewed(work: Work, orders: Sequence[Record]) -> None:
    """The rule, a currency's rate or the blocked list may have changed since the order was put to it."""
    for order, news in _put(work, orders):
        if news:
            raise OrderNeedsReview(order=order.number, reasons=_told(news))


def _put(work: Work, orders: Sequence[Record]) -> list[tuple[Record, list[Outcome]]]:
    """What the rule newly holds each for. No rule holds none."""
    if RULE not in work.model.rules or not orders:
        return []
    answers = work.decide(RULE, orders, keep=True)
    return [(order, [each for each in answer.news if each.get("hold")])
            for order, answer in zip(orders, answers, strict=True)]  # fmt: skip


def _told(news: Sequence[Outcome]) -> Words:
    return {language: "; ".join(_reason(each, language) for each in news) for language in ("en", "zh")}


def _reason(outcome: Outcome, language: str) -> str:
    label = REASONS[outcome["hold"]].label[language] if outcome["hold"] in REASONS else outcome["hold"]
    return f"{label} ({outcome['note']})" if outcome.get("note") else label


def to_review(work: Work, events: Sequence[Event]) -> list[int]:
    """The orders in which something changed that the rule asks for."""
    asked = fields_asked(work.model, RULE) if RULE in work.model.rules else frozenset[str]()
    return sorted({event.record for event in events if asked & set(event.data["fields"])})
