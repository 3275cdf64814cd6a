"""Which receivables a payment settles: those named, or the oldest first."""

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
    """A receivable that is open; amounts in its own currency, `booked_` ones in the company's."""

    id: int
    due_on: date
    open_amount: Decimal
    booked_open: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """`booked` is what leaves the books: the part by amount, the last one takes the rest."""

    receivable: int
    amount: Decimal
    booked: Decimal


def oldest_first(amount: Decimal, receivables: Sequence[Open]) -> tuple[list[Settled], Decimal]:
    """What `amount` settles in the order of the due dates, and what is left of it."""
    settled: list[Settled] = []
    for receivable in sorted(receivables, key=lambda r: (r.due_on, r.id)):
        if amount <= 0:
            break
        part = min(amount, receivable.open_amount)
        if part > 0:
            settled.append(settle(receivable, part))
            amount -= part
    return settled, amount


def as_named(
    named: Sequence[tuple[int, Decimal | None]], receivables: Mapping[int, Open], amount: Decimal
) -> list[Settled]:
    """Settle the named ones; one without an amount takes what is open, as far as the payment goes."""
    settled: list[Settled] = []
    for id, wanted in named:
        part = _rest(receivables[id], amount, settled) if wanted is None else wanted
        settled.append(settle(receivables[id], part))
        amount -= part
    return settled


def _rest(receivable: Open, rest: Decimal, settled: Sequence[Settled]) -> Decimal:
    """What is open, as far as the rest of the payment goes; nothing left for it is a mistake of who named it."""
    if rest <= 0:
        before = sum((one.amount for one in settled), NOTHING)
        raise SettlementsDiffer(settled=before + receivable.open_amount, amount=before + rest)
    return min(receivable.open_amount, rest)


def settle(receivable: Open, amount: Decimal) -> Settled:
    whole = amount == receivable.open_amount
    booked = receivable.booked_open if whole else _part(receivable, amount)
    receivable.open_amount -= amount
    receivable.booked_open -= booked
    return Settled(receivable.id, amount, booked)


def _part(receivable: Open, amount: Decimal) -> Decimal:
    if receivable.open_amount == receivable.booked_open:
        return amount
    return (receivable.booked_open * amount / receivable.open_amount).quantize(CENT, ROUND_HALF_UP)
