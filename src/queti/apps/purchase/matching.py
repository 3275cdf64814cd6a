"""What a delivery is worth and what a bill clears, whichever of the two comes first.

Each line keeps what was received and what was billed, by quantity and by value in the
company's currency. Their gap is what goods received not billed (暂估应付) owes for it:
above zero when the goods came first, below when the bill did.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NOTHING = Decimal(0)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """`matched` of a quantity met the gap, which is worth `value`; `ahead` of it goes beyond."""

    matched: Decimal
    value: Decimal
    ahead: Decimal


@dataclass(slots=True)
class Progress:
    """What has come of a line and what was billed; it moves on with each document."""

    received: Decimal
    received_value: Decimal
    billed: Decimal
    billed_value: Decimal

    @property
    def to_bill(self) -> Decimal:
        return max(self.received - self.billed, NOTHING)

    def receive(self, quantity: Decimal, unit_cost: Decimal) -> Decimal:
        """The value of what comes: as it was billed already, the rest at `unit_cost`."""
        part = _part(self.billed - self.received, self.billed_value - self.received_value, quantity)
        value = part.value + to_cents(part.ahead * unit_cost)
        self.received += quantity
        self.received_value += value
        return value

    def bill(self, quantity: Decimal, amount: Decimal) -> Part:
        """What the bill clears of the goods that came; `amount` is what it asks for all of them.

        What is billed ahead is cleared at its share of the bill.
        """
        part = _part(self.received - self.billed, self.received_value - self.billed_value, quantity)
        ahead = amount if part.ahead == quantity else to_cents(amount * part.ahead / quantity)
        self.billed += quantity
        self.billed_value += part.value + ahead
        return Part(part.matched, part.value + ahead, part.ahead)

    def give_back(self, quantity: Decimal) -> Part:
        """Goods go back: those not billed first; `ahead` are those that were, at what their bills cleared."""
        part = _part(self.received - self.billed, self.received_value - self.billed_value, quantity)
        value = part.value + (to_cents(self.billed_value * part.ahead / self.billed) if part.ahead else NOTHING)
        self.received -= quantity
        self.received_value -= value
        return Part(part.matched, value, part.ahead)

    def credit(self, quantity: Decimal) -> Decimal:
        """A credit note takes back what was billed of goods that went back; its share of the value billed."""
        value = (
            self.billed_value - self.received_value
            if self.billed - self.received == quantity
            else to_cents(self.billed_value * quantity / self.billed)
        )
        self.billed -= quantity
        self.billed_value -= value
        return value


def _part(gap: Decimal, gap_value: Decimal, quantity: Decimal) -> Part:
    """How much of `quantity` meets the gap; the last of it takes the rest of its value."""
    matched = max(min(gap, quantity), NOTHING)
    if matched == 0:
        return Part(NOTHING, NOTHING, quantity)
    value = gap_value if matched == gap else to_cents(gap_value * matched / gap)
    return Part(matched, value, quantity - matched)


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
