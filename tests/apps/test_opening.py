"""Opening the books: what holds whichever apps are there, whoever is quicker, and whatever the spreadsheets hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queti.kernel.errors import Refusal
from tests.apps.test_concurrency import at_once
from tests.apps.test_standing_alone import Company as Makes
from tests.apps.test_standing_alone import Small
from tests.apps.test_standing_alone import company as company
from tests.fixtures.company import Company, a_company
from tests.fixtures.database import Databases

OPENED_ON = "2026-04-30"
CENT = Decimal("0.01")
BEFORE_AND_AFTER = ({"on": "2026-04-29"}, {"on": OPENED_ON}, {})


def balance(small: Small, **amounts: str | Decimal) -> None:
    """`a1405="12"` is a debit, `a3001="-12"` a credit."""
    small.perform("finance.set_up")
    accounts = {account.code: account.id for account in small.run(lambda work: work.find("finance.account"))}
    for code, text in amounts.items():
        amount = Decimal(text)
        side = {"debit": amount} if amount > 0 else {"credit": -amount}
        small.create("finance.opening_balance", account=accounts[code.removeprefix("a")], **side)


def test_books_are_opened_without_stock(company: Makes) -> None:
    with company("finance") as small:
        party = small.create("base.party", name="A", is_customer=True)
        small.create("finance.opening_receivable", party=party.id, document="X-1", dated_on="2026-04-01", amount="30")
        balance(small, a1122="30", a1405="500", a3001="-530")
        small.perform("finance.open_books", opened_on=OPENED_ON)
        [receivable] = small.run(lambda work: work.find("finance.receivable"))
        assert (receivable.source, str(receivable.due_on), receivable.open_amount) == ("X-1", "2026-05-01", 30)


def test_goods_that_lay_here_before_the_books_are_part_of_them(company: Makes) -> None:
    """Stock first, books later: what was received beforehand counts with the opening's own rows."""
    with company("stock") as small:
        product = small.create("base.product", sku="P", name="P")
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        line = {"product": product.id, "quantity": "5", "unit_cost": "2.00"}
        small.perform("stock.receive", location=place.id, lines=[line], happened_at="2026-04-20T12:00:00+08:00")
        small.install("finance")
        small.create("stock.opening_stock", product=product.id, location=place.id, quantity="1", unit_cost="4")
        balance(small, a1405="14", a3001="-14")
        small.perform("finance.open_books", opened_on=OPENED_ON)
        [valuation] = small.run(lambda work: work.find("stock.valuation"))
        assert (valuation.quantity, valuation.value) == (6, 14)
        assert sum(row["difference"] for row in small.perform("finance.sub_ledger_check")["rows"][:3]) == 0


def test_an_opening_on_an_international_chart(company: Makes) -> None:
    with company("stock", "finance") as small:
        small.perform("finance.set_up", chart="international")
        product = small.create("base.product", sku="P", name="P")
        place = small.create("stock.location", code="W", name="W", kind="warehouse")
        small.create("stock.opening_stock", product=product.id, location=place.id, quantity="3", value="10")
        balance(small, a1210="10", a3000="-10")
        small.perform("finance.open_books", opened_on=OPENED_ON)
        assert all(small.perform("finance.sub_ledger_check", **day)["agrees"] for day in BEFORE_AND_AFTER)


@pytest.fixture
def ready(databases: Databases) -> Iterator[Company]:
    with a_company(databases) as company:
        accounts = {account.code: account.id for account in company.find("finance.account", fields=["code"])}
        rows = ({"account": accounts["1002"], "debit": "5"}, {"account": accounts["3001"], "credit": "5"})
        company.create("finance.opening_balance", *rows)
        yield company


def test_two_who_open_at_once_open_once(ready: Company) -> None:
    call = {"opened_on": OPENED_ON}
    answers = at_once(lambda _: ready.perform("finance.open_books", call), range(4), 4)

    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["books_open_already"] * 3
    assert len(ready.find("finance.journal_entry")) == 1


def test_a_posting_and_taking_back_at_once(ready: Company) -> None:
    """One of them wins; never is an opening gone beneath a posting."""
    opening = ready.perform("finance.open_books", {"opened_on": OPENED_ON})
    [bank, capital] = ready.find("finance.account", 'code in ("1002", "3001")', ["code"])
    lines = [{"account": bank.id, "debit": "1"}, {"account": capital.id, "credit": "1"}]
    acts: list[tuple[str, dict[str, Any]]] = [
        ("finance.take_back_opening", {"opening": opening.id}),
        ("finance.post_journal_entry", {"lines": lines, "posted_on": OPENED_ON}),
    ]
    at_once(lambda act: ready.perform(*act), acts, 2)

    [after] = ready.find("finance.opening")
    booked_for = [
        entry.opening for entry in sorted(ready.find("finance.journal_entry"), key=lambda entry: entry.number)
    ]
    expected = [opening.id, opening.id, None] if after.state == "taken_back" else [opening.id, None]
    assert booked_for == expected
    assert all(ready.perform("finance.sub_ledger_check", day)["agrees"] for day in BEFORE_AND_AFTER)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.decimals("0.001", "999", places=3),
        st.decimals("0", "99", places=6),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, owed=st.lists(st.decimals("0.01", "9999", places=2), max_size=4))
def test_whatever_is_opened_ties_and_goes_back_to_nothing(
    databases: Databases, rows: list[tuple[int, Decimal, Decimal]], owed: list[Decimal]
) -> None:
    """Sub-ledgers = ledger and stock value = ledger after the opening; all of them nothing after it was taken back."""
    with a_company(databases) as company:
        fill(company, rows, owed)
        opening = company.perform("finance.open_books", {"opened_on": OPENED_ON})
        assert company.total("stock.valuation", "value") == worth(rows)
        assert company.total("finance.receivable", "booked_open") == sum(owed, Decimal(0))
        assert all(company.perform("finance.sub_ledger_check", day)["agrees"] for day in BEFORE_AND_AFTER)

        company.perform("finance.take_back_opening", {"opening": opening.id})
        assert company.total("stock.valuation", "value") == company.total("stock.balance", "on_hand") == 0
        assert company.perform("finance.trial_balance", {})["rows"] == []
        assert all(company.perform("finance.sub_ledger_check", day)["agrees"] for day in BEFORE_AND_AFTER)


def fill(company: Company, rows: list[tuple[int, Decimal, Decimal]], owed: list[Decimal]) -> None:
    """Each row is a lot of its own of one of four products."""
    products = company.create("base.product", *({"sku": f"P{n}", "name": f"P{n}"} for n in range(4)))
    [place] = company.create("stock.location", {"code": "W", "name": "W", "kind": "warehouse"})
    [party] = company.create("base.party", {"name": "A", "is_customer": True})
    stock = [
        {"product": products[of].id, "location": place.id, "lot": f"L{number}", "quantity": quantity, "unit_cost": cost}
        for number, (of, quantity, cost) in enumerate(rows)
    ]
    company.create("stock.opening_stock", *stock)
    items = [{"party": party.id, "document": f"X-{number}", "amount": amount} for number, amount in enumerate(owed)]
    company.create("finance.opening_receivable", *items)
    accounts = {account.code: account.id for account in company.find("finance.account", fields=["code"])}
    debits = {"1405": worth(rows), "1122": sum(owed, Decimal(0)), "1002": Decimal(1)}
    balances = [{"account": accounts[code], "debit": amount} for code, amount in debits.items()]
    company.create(
        "finance.opening_balance", *balances, {"account": accounts["3001"], "credit": sum(debits.values(), Decimal(0))}
    )


def worth(rows: list[tuple[int, Decimal, Decimal]]) -> Decimal:
    return sum(((quantity * cost).quantize(CENT, ROUND_HALF_UP) for _, quantity, cost in rows), Decimal(0))
