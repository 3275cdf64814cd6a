from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from queti.apps.finance.balances import Balances, balances_on
from queti.apps.finance.ledger import post
from queti.apps.finance.posting import PROFIT_OF_YEAR, UNDISTRIBUTED, Draft, Leg, total, without_zeros
from queti.apps.finance.refusals import NothingToCarry
from queti.apps.finance.summaries import word
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

DECEMBER = 12
NOTHING = Decimal(0)


@operation(
    on="finance.period",
    label=words("Carry the profit forward", "结转损益"),
    help=words(
        "Clears the profit and loss accounts into the profit of the year at the end of the month;"
        " in December that goes on to undistributed profit. What is posted later is carried by doing it again.",
        "期末将损益类科目余额转入本年利润；12 月同时将本年利润转入利润分配。之后又有记账的，可再次结转。",
    ),
    when='state = "open"',
    inputs={"period": link("finance.period", label=words("Period", "会计期间"), required=True)},
    tells=("finance.profit_carried",),
)
def carry_profit(work: Work, calls: list[Call]) -> list[Record]:
    """结转损益: the entries are posted, the statements leave them out of revenue and costs."""
    asked = {call.period for call in calls}
    entries: list[Record] = []
    for period in _to_carry(work, asked):
        posted = _carry(work, period)
        if not posted and period.id in asked:
            raise NothingToCarry(period=period.code)
        entries += posted
    work.tell("finance.profit_carried", entries)
    return entries


def _to_carry(work: Work, asked: Collection[int]) -> list[Record]:
    """The asked ones and those carried after them, which had taken along what is carried before them now.

    What stands at the end of a month is of all months until then: of two acts at once the second waits.
    """
    periods = work.find("finance.period", lock=True)
    first = min(period.starts_on for period in periods if period.id in asked)
    later = work.find("finance.journal_entry", "clears.starts_on > $first", {"first": first}, fields=("clears",))
    wanted = {*asked, *(entry.clears for entry in later)}
    return sorted((period for period in periods if period.id in wanted), key=lambda period: period.starts_on)


def _carry(work: Work, period: Record) -> Sequence[Record]:
    balances = balances_on(work, period.ends_on)
    accounts = _accounts(work)
    if PROFIT_OF_YEAR not in {each.use for each in accounts}:
        # A chart of before months were carried: it is told which of its accounts take the profit.
        work.perform("finance.set_up", {})
        accounts = _accounts(work)
    cleared = {each.id: balances.get(each.id, NOTHING) for each in accounts if each.category == "profit_and_loss"}
    drafts = [_draft(work, period, "carry", [*_clearing(cleared), _profit(cleared)])] if any(cleared.values()) else []
    of_use = {each.use: each.id for each in accounts if each.use}
    if period.starts_on.month == DECEMBER and UNDISTRIBUTED in of_use:
        of_year = total(cleared.values()) + balances.get(of_use.get(PROFIT_OF_YEAR, 0), NOTHING)
        drafts += [_draft(work, period, "distribute", _moved(of_year))] if of_year else []
    return post(work, drafts)


def _accounts(work: Work) -> Sequence[Record]:
    return work.find("finance.account", 'category = "profit_and_loss" or not blank(use)', fields=("category", "use"))


def _clearing(balances: Balances) -> Iterable[Leg]:
    """Against the side on which the balance stands, so that it is nothing afterwards."""
    return [
        Leg(account, max(-balance, NOTHING), max(balance, NOTHING)) for account, balance in balances.items() if balance
    ]


def _profit(balances: Balances) -> Leg:
    loss = total(balances.values())
    return Leg(PROFIT_OF_YEAR, max(loss, NOTHING), max(-loss, NOTHING))


def _moved(balance: Decimal) -> list[Leg]:
    """The year's profit (a credit, below zero) to what is undistributed."""
    debit, credit = max(-balance, NOTHING), max(balance, NOTHING)
    return [Leg(PROFIT_OF_YEAR, debit, credit), Leg(UNDISTRIBUTED, credit, debit)]


def _draft(work: Work, period: Record, act: str, legs: Sequence[Leg]) -> Draft:
    summary = f"{word(work, act)} {period.code}"
    return Draft(period.ends_on, summary, without_zeros(legs), links={"clears": period.id})
