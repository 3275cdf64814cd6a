"""What is to stand in the books on the day they begin, and whether its parts agree with its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.finance.ledger import Rates
from queti.apps.finance.open_items import PAYABLE, RECEIVABLE, Kind, item_of
from queti.apps.finance.posting import GOODS, Leg, without_zeros
from queti.apps.finance.refusals import BooksHaveBegun, OpeningDiffers
from queti.kernel.definitions import Words
from queti.kernel.errors import FieldProblem
from queti.kernel.operations import words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
OPENING = "finance.opening"
BALANCE = "finance.opening_balance"
STOCK = "stock.opening_stock"
WAITING = "blank(opening)"
USUAL_TERMS = 30


@dataclass(frozen=True, slots=True)
class Side:
    """One sub-ledger beside its account: debit less credit, `rows` of `object` waiting to be taken in."""

    label: Words
    object: str
    rows: int
    sub_ledger: Decimal
    books: Decimal

    @property
    def difference(self) -> Decimal:
        return self.sub_ledger - self.books

    def row(self, work: Work) -> dict[str, Any]:
        return {
            "label": self.label.get(work.language) or self.label["en"],
            "object": self.object,
            "rows": self.rows,
            "sub_ledger": self.sub_ledger,
            "books": self.books,
            "difference": self.difference,
        }

    def problem(self) -> FieldProblem:
        own, books, apart = (f"{amount:,.2f}" for amount in (self.sub_ledger, self.books, abs(self.difference)))
        return FieldProblem(
            path=self.object,
            code="opening_differs",
            en=f"{self.label['en']}: {own} in the rows, {books} on the account, {apart} apart",
            zh=f"{self.label['zh']}：明细合计 {own}，科目余额 {books}，相差 {apart}",
        )


def sides(work: Work, on: date) -> list[Side]:
    """Receivables, payables and stock value as they would stand at the end of `on`; the accounts' own balance last."""
    balances = work.find(BALANCE, WAITING, fields=("debit", "credit", "account.use"))
    on_account = {row["account.use"]: row.debit - row.credit for row in balances}
    found = [_items_side(work, kind, on_account.get(kind.account, NOTHING), on) for kind in (RECEIVABLE, PAYABLE)]
    if STOCK in work.model.objects:
        found.append(_stock_side(work, on, on_account.get(GOODS, NOTHING)))
    debit, credit = (sum((row[name] for row in balances), NOTHING) for name in ("debit", "credit"))
    return [*found, Side(words("Debit and credit", "借贷平衡"), BALANCE, len(balances), debit, credit)]


def _items_side(work: Work, kind: Kind, books: Decimal, on: date) -> Side:
    label = words("Receivables", "应收账款") if kind is RECEIVABLE else words("Payables", "应付账款")
    items = waiting_items(work, kind)
    rates = _rates(work, items)
    booked = sum((_booked(rates, item, on) for item in items), NOTHING)
    return Side(label, f"finance.opening_{kind.name}", len(items), kind.sign * booked, books)


def _stock_side(work: Work, on: date, books: Decimal) -> Side:
    """Goods that lay here before the books were installed count too."""
    waiting = work.sums(STOCK, "blank(opened_at)", by=(), add=("worth",))
    there = work.sums("stock.move", "date(happened_at) <= $on", {"on": on}, by=(), add=("value",))
    values = [row[name] or NOTHING for rows, name in ((waiting, "worth"), (there, "value")) for row in rows]
    return Side(
        words("Stock value", "库存商品"), STOCK, work.count(STOCK, "blank(opened_at)"), sum(values, NOTHING), books
    )


def refuse_differing(work: Work, on: date) -> None:
    differing = [side for side in sides(work, on) if side.difference != 0]
    if differing:
        problems = [side.problem() for side in differing]
        said = {"en": "; ".join(p.en for p in problems), "zh": "；".join(p.zh for p in problems)}
        raise OpeningDiffers(fields=problems, differences=said)


def refuse_begun(work: Work) -> None:
    """Whoever opens or takes back waits for postings under way, and finds what they wrote."""
    work.find("finance.period", fields=("id",), lock=True)
    if entry := first_posting(work):
        raise BooksHaveBegun(number=entry.number, posted_on=entry.posted_on)


def first_posting(work: Work) -> Record | None:
    """The first entry that isn't of an opening."""
    found = work.find("finance.journal_entry", WAITING, fields=("number", "posted_on"), sort="id", limit=1)
    return next(iter(found), None)


# -- what is booked


def waiting_items(work: Work, kind: Kind) -> Sequence[Record]:
    return work.find(f"finance.opening_{kind.name}", WAITING, fields=("*", "party.terms_days"), sort="id", lock=False)


def items(work: Work, waiting: Sequence[Record], opening: Record) -> list[dict[str, Any]]:
    rates = _rates(work, waiting)
    return [_item(work, rates, item, opening) for item in waiting]


def _item(work: Work, rates: Rates, item: Record, opening: Record) -> dict[str, Any]:
    return item_of(
        rates,
        party=item.party,
        booked_on=opening.opened_on,
        due_on=item.due_on or _due(work, item, opening.opened_on),
        currency=item.currency or rates.own,
        rate=item.rate,
        net_amount=item.amount,
        tax=NOTHING,
        amount=item.amount,
        source=item.document,
        opening=opening.id,
    )


def _due(work: Work, item: Record, opened_on: date) -> date:
    terms = (item["party.terms_days"], work.company.get("terms_days"), USUAL_TERMS)
    return (item.dated_on or opened_on) + timedelta(days=int(next(days for days in terms if days is not None)))


def _rates(work: Work, items: Sequence[Record]) -> Rates:
    """Of the currencies that come without a rate of their own."""
    return Rates(work, [item.currency for item in items if item.currency and not item.rate])


def _booked(rates: Rates, item: Record, on: date) -> Decimal:
    return rates.booked(item.amount, item.currency or rates.own, item.rate, on)


def legs(balances: Sequence[Record]) -> list[Leg]:
    return without_zeros([Leg(balance.account, balance.debit, balance.credit) for balance in balances])


def back(entry: Record) -> list[Leg]:
    """The opening's entry the other way round."""
    return [replace(Leg(line.account, line.debit, line.credit), note=line.note).reversed() for line in entry.lines]


def noon(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(work.timezone))
