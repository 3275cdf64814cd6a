"""Moving weighted average cost, in exact cents (移动加权平均)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNIT_COST = Decimal("0.0001")
NOTHING = Decimal(0)


class Pile:
    """What lies of one product in one warehouse, and what it cost."""

    __slots__ = ("last_cost", "quantity", "value")

    def __init__(self, quantity: Decimal = NOTHING, value: Decimal = NOTHING, last_cost: Decimal = NOTHING) -> None:
        self.quantity = quantity
        self.value = value
        self.last_cost = last_cost

    def put(self, quantity: Decimal, unit_cost: Decimal, value: Decimal | None = None) -> Decimal:
        """The value that comes in with `quantity`, to the cent; `value` where it is known better than by the unit."""
        value = to_cents(quantity * unit_cost) if value is None else value
        self.quantity += quantity
        self.value += value
        self.last_cost = unit_cost
        return value

    def correct(self, quantity: Decimal, difference: Decimal) -> Decimal:
        """What came in as `quantity` cost more or less by `difference`: the part that what still lies here takes."""
        here = max(min(quantity, self.quantity), NOTHING)
        part = difference if here == quantity else to_cents(difference * here / quantity)
        part = max(part, -self.value) if here > 0 else NOTHING
        self.value += part
        return part

    def late_cost(self, quantity: Decimal, unit_cost: Decimal) -> Decimal:
        """Before `quantity` comes in: what of it that left beforehand costs beyond what was taken for it."""
        covered = min(quantity, -self.quantity)
        if covered <= 0:
            return NOTHING
        taken = -self.value if covered == -self.quantity else to_cents(covered * self.unit_cost)
        return to_cents(covered * unit_cost) - taken

    def take(self, quantity: Decimal) -> Decimal:
        """The cost of `quantity` going out: its share of the value; the last unit takes the rest."""
        cost = self.cost_of(quantity)
        self.quantity -= quantity
        self.value -= cost
        return cost

    def cost_of(self, quantity: Decimal) -> Decimal:
        if quantity == 0:
            return NOTHING
        if quantity == self.quantity:
            return self.value
        return to_cents(quantity * self.unit_cost)

    @property
    def unit_cost(self) -> Decimal:
        """The average; where nothing lies, the cost that was known last."""
        return self.value / self.quantity if self.quantity != 0 else self.last_cost

    @property
    def known_cost(self) -> Decimal:
        """What one costs as far as is known: the average while something lies there."""
        return (self.unit_cost if self.quantity > 0 else self.last_cost).quantize(UNIT_COST, ROUND_HALF_UP)


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
