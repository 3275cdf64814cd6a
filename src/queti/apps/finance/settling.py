"""Which open items a payment settles: those named, or the oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from queti.apps.finance.refusals import SettlementsDiffer

NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(slots=True)
class Open:
    """A receivable or payable that is open; amounts in its own currency, `booked_` ones in the company's.

    A credit note has negative amounts.
    """

    id: int
    due_on: date
    open_amount: Decimal
    booked_open: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """`booked` is what leaves the books: the part by amount, the last one takes the rest."""

    item: int
    amount: Decimal
    booked: Decimal


def oldest_first(amount: Decimal, items: Sequence[Open]) -> tuple[list[Settled], Decimal]:
    """What `amount` settles in the order of the due dates, and what is left of it. Credit notes are used first."""
    settled: list[Settled] = []
    for item in sorted(items, key=lambda item: (item.open_amount > 0, item.due_on, item.id)):
        part = min(amount, item.open_amount)
        if item.open_amount < 0 or part > 0:
            settled.append(settle(item, part))
            amount -= part
    return settled, amount


def as_named(named: Sequence[tuple[int, Decimal | None]], items: Mapping[int, Open], amount: Decimal) -> list[Settled]:
    """Settle the named ones; one without an amount takes what is open, as far as the payment goes, credits first."""
    settled: list[Settled] = []
    for id, wanted in sorted(named, key=lambda one: (one[1] is None, items[one[0]].open_amount > 0)):
        part = _rest(items[id], amount, settled) if wanted is None else wanted
        settled.append(settle(items[id], part))
        amount -= part
    return settled


def _rest(item: Open, rest: Decimal, settled: Sequence[Settled]) -> Decimal:
    """What is open, as far as the rest of the payment goes; nothing left for it is a mistake of who named it."""
    if item.open_amount > 0 and rest <= 0:
        before = sum((one.amount for one in settled), NOTHING)
        raise SettlementsDiffer(settled=before + item.open_amount, amount=before + rest)
    return min(item.open_amount, rest)


def settle(item: Open, amount: Decimal) -> Settled:
    whole = amount == item.open_amount
    booked = item.booked_open if whole else _part(item, amount)
    item.open_amount -= amount
    item.booked_open -= booked
    return Settled(item.id, amount, booked)


def _part(item: Open, amount: Decimal) -> Decimal:
    if item.open_amount == item.booked_open:
        return amount
    return (item.booked_open * amount / item.open_amount).quantize(CENT, ROUND_HALF_UP)
