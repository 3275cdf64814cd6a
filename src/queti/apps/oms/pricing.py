"""Money of an order, exact to the cent: spreading, taxes, a parcel's share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Share:
    """What a parcel books of one order line: net of tax, and the tax."""

    quantity: Decimal
    amount: Decimal
    tax: Decimal


def line_amount(
    quantity: Decimal, unit_price: Decimal, discount_percent: Decimal, discount_amount: Decimal = NOTHING
) -> Decimal:
    return to_cents(quantity * unit_price * (1 - discount_percent / HUNDRED)) - discount_amount


def spread(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Shares of `amount` by weight, in cents that sum exactly: the largest remainders get the odd cents.

    Equal remainders go to the earlier line. With no weight at all the first line gets everything.
    """
    if len(weights) < 2:
        return [amount for _ in weights]
    total = sum(weights, NOTHING)
    if total == 0:
        return [amount, *([NOTHING] * (len(weights) - 1))]
    exact = [amount * weight / total for weight in weights]
    shares = [share.quantize(CENT, ROUND_DOWN) for share in exact]
    odd = int((amount - sum(shares, NOTHING)) / CENT)
    step = CENT if odd >= 0 else -CENT
    order = sorted(range(len(weights)), key=lambda line: (-abs(exact[line] - shares[line]), line))
    for line in order[: abs(odd)]:
        shares[line] += step
    return shares


def share_of_line(
    *,
    quantity: Decimal,
    ordered: Decimal,
    shipped: Decimal,
    net_amount: Decimal,
    tax: Decimal,
    booked_amount: Decimal,
    booked_tax: Decimal,
    includes_tax: bool,
) -> Share:
    """A parcel's part of a line by quantity, never more than is left; the last one takes the rest."""
    net = net_amount - tax if includes_tax else net_amount
    is_last = shipped + quantity >= ordered
    return Share(
        quantity,
        _part(net, booked_amount, quantity, ordered, is_last),
        _part(tax, booked_tax, quantity, ordered, is_last),
    )


def _part(whole: Decimal, booked: Decimal, quantity: Decimal, ordered: Decimal, is_last: bool) -> Decimal:
    left = whole - booked
    return left if is_last else min(to_cents(whole * quantity / ordered), left)


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
