"""Journal entries as values: who may be debited and credited with what, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from queti.apps.finance.refusals import EntryDoesNotBalance, LineNeedsOneSide

NOTHING = Decimal(0)
CENT = Decimal("0.01")

BANK = "1002"
CASH = "1001"
PLATFORM_ACCOUNT = "1012"
RECEIVABLES = "1122"
GOODS = "1405"
UNEXPLAINED = "1901"
PAYABLES_NOT_INVOICED = "220201"
OUTPUT_VAT = "2221"
REVENUE = "5001"
COST_OF_SALES = "5401"
FINANCE_COSTS = "5603"


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry, in the company's currency; `account` is a code or an id."""

    account: str | int
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING
    note: str | None = None
    currency: int | None = None
    foreign_amount: Decimal | None = None

    def reversed(self) -> Leg:
        """红冲: the same side with the opposite sign."""
        foreign = None if self.foreign_amount is None else -self.foreign_amount
        return Leg(self.account, -self.debit, -self.credit, self.note, self.currency, foreign)


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


def sale(net: Decimal, tax: Decimal, receivable: Decimal) -> list[Leg]:
    """A parcel sold: what is owed to us, revenue and output tax."""
    return without_zeros([Leg(RECEIVABLES, debit=receivable), Leg(REVENUE, credit=net), Leg(OUTPUT_VAT, credit=tax)])


def payment(account: str, received: Decimal, settled: Decimal) -> list[Leg]:
    """Money in against receivables; what the exchange rate made of it in between is a finance cost."""
    difference = settled - received
    return without_zeros(
        [Leg(account, debit=received), Leg(RECEIVABLES, credit=settled), Leg(FINANCE_COSTS, debit=difference)]
    )


def goods_received(value: Decimal) -> list[Leg]:
    return without_zeros([Leg(GOODS, debit=value), Leg(PAYABLES_NOT_INVOICED, credit=value)])


def goods_issued(cost: Decimal) -> list[Leg]:
    return without_zeros([Leg(COST_OF_SALES, debit=cost), Leg(GOODS, credit=cost)])


def stock_adjusted(value: Decimal) -> list[Leg]:
    """A surplus debits the stock, a loss credits it; 待处理财产损溢 takes the other side."""
    if value >= 0:
        return without_zeros([Leg(GOODS, debit=value), Leg(UNEXPLAINED, credit=value)])
    return [Leg(UNEXPLAINED, debit=-value), Leg(GOODS, credit=-value)]


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
