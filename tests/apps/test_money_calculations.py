"""Settling and posting, before anything is written."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.apps import finance
from queti.apps.finance import posting
from queti.apps.finance.chart import CHARTS, chart_named
from queti.apps.finance.posting import Leg, refuse_unbalanced
from queti.apps.finance.posting_rules import in_parts
from queti.apps.finance.refusals import EntryDoesNotBalance, LineNeedsOneSide
from queti.apps.finance.settling import Open, as_named, oldest_first
from queti.apps.finance.statements import LAYOUTS, layout, values_of
from queti.kernel.publishing.apps import read_yaml

CENTS = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
FACTS = Path(__file__).parents[3] / "shared/data/china/small_enterprise_accounts.csv"


def owed(id: int, due: int, amount: str, booked: str | None = None) -> Open:
    return Open(id, date(2026, 1, due), Decimal(amount), Decimal(booked or amount))


def test_the_oldest_is_settled_first() -> None:
    settled, rest = oldest_first(Decimal(150), [owed(1, 20, "100"), owed(2, 10, "100")])
    assert [(s.item, s.amount) for s in settled] == [(2, 100), (1, 50)]
    assert rest == 0


def test_a_credit_note_is_used_before_the_oldest_bill() -> None:
    settled, rest = oldest_first(Decimal(50), [owed(1, 1, "100"), owed(2, 20, "-30")])
    assert [(s.item, s.amount) for s in settled] == [(2, -30), (1, 80)]
    assert rest == 0


def test_what_nobody_owes_is_left() -> None:
    settled, rest = oldest_first(Decimal(150), [owed(1, 20, "100")])
    assert ([s.amount for s in settled], rest) == ([100], 50)


def test_a_named_one_without_an_amount_takes_what_is_open() -> None:
    receivables = {1: owed(1, 1, "100"), 2: owed(2, 1, "100")}
    settled = as_named([(1, None), (2, None)], receivables, Decimal(130))
    assert [s.amount for s in settled] == [100, 30]


@pytest.mark.parametrize("named", [[(1, None), (2, None), (3, Decimal(20))], [(3, Decimal(20)), (2, None), (1, None)]])
def test_in_whichever_order_they_are_named_amounts_and_credits_come_first(
    named: list[tuple[int, Decimal | None]],
) -> None:
    items = {1: owed(1, 1, "100"), 2: owed(2, 1, "-30"), 3: owed(3, 1, "50")}
    settled = as_named(named, items, Decimal(90))
    assert {s.item: s.amount for s in settled} == {1: 100, 2: -30, 3: 20}


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12), st.integers(1, 100_000))
def test_parts_of_a_foreign_receivable_leave_nothing_in_the_books(parts: list[int], booked: int) -> None:
    receivable = owed(1, 1, str(Decimal(sum(parts)) / 100), str(Decimal(booked) / 100))
    taken = [as_named([(1, Decimal(part) / 100)], {1: receivable}, Decimal(part) / 100)[0].booked for part in parts]
    assert sum(taken) == Decimal(booked) / 100
    assert (receivable.open_amount, receivable.booked_open) == (0, 0)


@given(CENTS, st.lists(CENTS, min_size=1, max_size=8))
def test_parts_add_up_to_the_cent(amount: Decimal, weights: list[Decimal]) -> None:
    parts = in_parts(amount, weights)
    assert sum(parts) == amount
    assert all(part == posting.to_cents(part) for part in parts)


def test_what_does_not_balance_is_refused() -> None:
    with pytest.raises(EntryDoesNotBalance, match="differ by 1"):
        refuse_unbalanced([Leg("1", debit=Decimal(3)), Leg("2", credit=Decimal(2))])
    with pytest.raises(LineNeedsOneSide, match="Line 2"):
        refuse_unbalanced([Leg("1", debit=Decimal(3)), Leg("2", debit=Decimal(1), credit=Decimal(1))])


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_has_one_account_for_each_use(chart: str) -> None:
    account = read_yaml((resources.files(finance) / "objects/account.yaml").read_text("utf-8"))
    used = [body["use"] for body in chart_named(chart).values() if "use" in body]
    assert sorted(used) == sorted(account["fields"]["use"]["choices"])


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_is_posted_to_accounts_with_parts(chart: str) -> None:
    accounts = chart_named(chart)
    assert not [code for code, body in accounts.items() if "use" in accounts.get(body.get("parent", ""), {})]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("statement", ["profit_and_loss", "balance_sheet"])
def test_every_account_stands_on_one_line(chart: str, name: str, statement: str) -> None:
    lines = [line for line in layout(statement, name) if line.kind != "part"]
    for code, body in chart_named(chart).items():
        is_wanted = statement == "balance_sheet" or body["category"] == "profit_and_loss"
        assert len([line.name for line in lines if line.holds(chart, code)]) == is_wanted, code


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_any_balanced_books_make_a_balance_sheet_that_balances(chart: str, name: str) -> None:
    codes = list(chart_named(chart))
    amounts = {code: Decimal(place * place) for place, code in enumerate(codes)}
    amounts[codes[0]] -= sum(amounts.values(), Decimal(0))
    values = values_of(layout("balance_sheet", name), chart, amounts)
    assert values["assets"] == values["liabilities_and_equity"]


def test_the_chart_is_that_of_the_standard_for_small_enterprises() -> None:
    chart = chart_named("small_enterprise")
    first_level = {code: body for code, body in chart.items() if "parent" not in body}
    assert len(first_level) == 66
    assert all(body["name_en"] and body["parent"] in chart for body in chart.values() if "parent" in body)
    if not FACTS.exists():
        print(f"not compared: {FACTS} isn't here")  # noqa: T201
        return
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        facts = {row["code"]: row for row in csv.DictReader(file)}
    assert first_level.keys() == facts.keys()
    for code, fact in facts.items():
        assert {name: first_level[code][name] for name in ("name", "category", "normal_balance")} == {
            name: fact[name] for name in ("name", "category", "normal_balance")
        }
