"""Journal entries as values: who may be debited and credited with what, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from queti.apps.finance.refusals import EntryDoesNotBalance, LineNeedsOneSide

NOTHING = Decimal(0)
CENT = Decimal("0.01")

Series = Literal["general", "receipt", "payment", "transfer"]
"""凭证字: entries of one series are numbered together in a period."""

BANK = "bank"
CASH = "cash"
PLATFORM_ACCOUNT = "platform"
RECEIVABLES = "receivables"
PAYABLES = "payables"
GOODS = "goods"
UNEXPLAINED = "unexplained"
RECEIVED_NOT_BILLED = "received_not_billed"
INPUT_TAX = "input_tax"
OUTPUT_TAX = "output_tax"
REVENUE = "revenue"
COST_OF_SALES = "cost_of_sales"
EXCHANGE_DIFFERENCES = "exchange_differences"
PROFIT_OF_YEAR = "profit_of_year"
UNDISTRIBUTED = "undistributed"
"""What the apps use accounts for, whatever their codes in the company's chart."""


Dimensions = tuple[tuple[str, Any], ...]
"""Fields of the journal line and their values."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The row of a posting rule that a leg comes from, counted from 1."""

    rule: str
    row: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry, in the company's currency; `account` is a use, a code or an id."""

    account: str | int
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING
    note: str | None = None
    currency: int | None = None
    foreign_amount: Decimal | None = None
    dimensions: Dimensions = ()
    origin: Origin | None = None

    def plus(self, other: Leg) -> Leg:
        return replace(self, debit=self.debit + other.debit, credit=self.credit + other.credit)

    def reversed(self) -> Leg:
        """红冲: the same side with the opposite sign."""
        foreign = None if self.foreign_amount is None else -self.foreign_amount
        return replace(self, debit=-self.debit, credit=-self.credit, foreign_amount=foreign)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted."""

    posted_on: date
    summary: str
    legs: Sequence[Leg]
    party: int | None = None
    source: str | None = None
    links: Mapping[str, int] = field(default_factory=dict[str, int])


def refuse_unbalanced(legs: Sequence[Leg]) -> None:
    for number, leg in enumerate(legs, 1):
        if (leg.debit == 0) == (leg.credit == 0):
            raise LineNeedsOneSide(line=number)
    debit, credit = total(leg.debit for leg in legs), total(leg.credit for leg in legs)
    if debit != credit:
        raise EntryDoesNotBalance(debit=debit, credit=credit, difference=abs(debit - credit))


def series_of(legs: Sequence[Leg], money: Collection[str | int]) -> Series:
    """收 when money comes in, 付 when it goes out or moves between our own accounts, 转 when none moves."""
    moved = [leg for leg in legs if leg.account in money]
    if not moved:
        return "transfer"
    comes_in = sum((leg.debit - leg.credit for leg in moved), NOTHING) > 0
    return "receipt" if comes_in else "payment"


def without_zeros(legs: Sequence[Leg]) -> list[Leg]:
    return [leg for leg in legs if leg.debit != 0 or leg.credit != 0]


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_code(day: date) -> str:
    return f"{day:%Y-%m}"


def total(amounts: object) -> Decimal:
    return sum(amounts, NOTHING)  # type: ignore[call-overload]


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
