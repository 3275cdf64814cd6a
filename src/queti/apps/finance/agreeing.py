"""Do the sub-ledgers and the books tell the same? Compared document by document, at the end of any day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from queti.apps.finance.balances import balances_on
from queti.apps.finance.ledger import day_of
from queti.apps.finance.open_items import PAYABLE, RECEIVABLE, Kind
from queti.apps.finance.opening import OPENING
from queti.apps.finance.posting import GOODS
from queti.kernel.definitions import Words
from queti.kernel.operations import words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
MOST = 200
"""Documents that are named of one sub-ledger."""

Amounts = dict[str, Decimal]
"""Document → amount, debit less credit."""

LABELS: Mapping[str, Words] = {
    "receivables": words("Receivables", "应收账款"),
    "payables": words("Payables", "应付账款"),
    "goods": words("Stock value", "库存商品"),
    "balances": words("Kept balances", "科目余额"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """`sub_ledger` and `books`: what each side has for each document."""

    label: str
    sub_ledger: Amounts
    books: Amounts

    def differences(self) -> list[dict[str, Any]]:
        names = sorted({*self.sub_ledger, *self.books})
        differing = (name for name in names if self._of(name)[0] != self._of(name)[1])
        return [self._told(name, *self._of(name)) for _, name in zip(range(MOST), differing, strict=False)]

    def row(self) -> dict[str, Any]:
        own, books = (sum(side.values(), NOTHING) for side in (self.sub_ledger, self.books))
        return {**self._told(None, own, books), "_kind": "total", "_level": 0}

    def _of(self, name: str) -> tuple[Decimal, Decimal]:
        return self.sub_ledger.get(name, NOTHING), self.books.get(name, NOTHING)

    def _told(self, document: str | None, own: Decimal, books: Decimal) -> dict[str, Any]:
        return {
            "ledger": self.label,
            "document": document and {"label": document},
            "sub_ledger": own,
            "books": books,
            "difference": own - books,
            "_kind": "line",
            "_level": 1,
        }


def compared(work: Work, on: date) -> list[Compared]:
    sides: list[tuple[str, Callable[[Work, date], Amounts], Callable[[Work, date], Amounts]]] = [
        ("receivables", lambda work, on: _items(work, on, RECEIVABLE), _booked(RECEIVABLE.account)),
        ("payables", lambda work, on: _items(work, on, PAYABLE), _booked(PAYABLE.account)),
    ]
    if "stock.move" in work.model.objects:
        sides.append(("goods", _stock, _booked(GOODS)))
    sides.append(("balances", _kept, _lines))
    return [Compared(_say(work, LABELS[name]), own(work, on), books(work, on)) for name, own, books in sides]


def _say(work: Work, label: Words) -> str:
    return label.get(work.language) or label["en"]


def _items(work: Work, on: date, kind: Kind) -> Amounts:
    """What was booked by then under its document, less what was settled by then under the payment's."""
    booked = work.sums(
        kind.object,
        "booked_on <= $on and (blank(reversed_on) and blank(reversed_at) or reversed_on > $on)",
        {"on": on},
        by=("opening.number", "source", "number"),
        add=("booked_amount",),
    )
    settled = work.sums(
        "finance.settlement",
        f"payment.paid_on <= $on and not blank({kind.name})",
        {"on": on},
        by=("payment.number",),
        add=("booked_amount",),
    )
    named = [(_document_of_item(row), kind.sign * row["booked_amount"]) for row in booked]
    return _added([*named, *((row["payment.number"], -kind.sign * row["booked_amount"]) for row in settled)])


def _document_of_item(row: Mapping[str, Any]) -> str:
    """What the books were opened with stands there under the opening."""
    return row["opening.number"] or row["source"] or row["number"]


def _stock(work: Work, on: date) -> Amounts:
    """Moves without a document stand under their day."""
    opening = next(iter(work.find(OPENING, "blank(taken_back_at) and opened_on <= $on", {"on": on}, limit=1)), None)
    moves = work.sums(
        "stock.move",
        "date(happened_at) <= $on",
        {"on": on},
        by=("booked_with", "source", "happened_at", "created_at"),
        add=("value",),
    )
    return _added((_document_of_move(work, row, opening), row["value"]) for row in moves)


def _document_of_move(work: Work, move: Mapping[str, Any], opening: Record | None) -> str:
    """What lay there before the books began stands under their opening."""
    day = day_of(work, move["happened_at"])
    if opening is not None and move["created_at"] <= opening.created_at and day <= opening.opened_on:
        return opening.number
    return move["booked_with"] or move["source"] or f"{day}"


def _booked(use: str) -> Callable[[Work, date], Amounts]:
    """What stands on the account of a use; entries without a document stand under their own number."""

    def booked(work: Work, on: date) -> Amounts:
        rows = work.sums(
            "finance.journal_line",
            "account.use = $use and entry.posted_on <= $on",
            {"use": use, "on": on},
            by=("entry.source", "entry.posted_on", "entry.number"),
            add=("debit", "credit"),
        )
        return _added((_document(row), row["debit"] - row["credit"]) for row in rows)

    return booked


def _document(row: Mapping[str, Any]) -> str:
    source: str = row["entry.source"] or ""
    if source.startswith("stock.move "):
        return f"{row['entry.posted_on']}"
    return source or f"{row['entry.posted_on']} {row['entry.number']}"


def _kept(work: Work, on: date) -> Amounts:
    codes = _codes(work)
    return _added((codes[account], amount) for account, amount in balances_on(work, on).items())


def _lines(work: Work, on: date) -> Amounts:
    rows = work.sums(
        "finance.journal_line", "entry.posted_on <= $on", {"on": on}, by=("account",), add=("debit", "credit")
    )
    codes = _codes(work)
    return _added((codes[row["account"]], row["debit"] - row["credit"]) for row in rows)


def _codes(work: Work) -> dict[int, str]:
    return {account.id: account.code for account in work.find("finance.account", fields=("code",))}


def _added(rows: Iterable[tuple[str, Decimal]]) -> Amounts:
    amounts: Amounts = {}
    for document, amount in rows:
        amounts[document] = amounts.get(document, NOTHING) + amount
    return amounts
