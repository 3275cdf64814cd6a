"""Money spreads to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.apps.oms.pricing import NOTHING, Share, line_amount, share_of_line, spread, to_cents

CENTS = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
QUANTITIES = st.integers(1, 5000).map(lambda thousandths: Decimal(thousandths) / 10)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
        ("30.00", ["90", "300"], ["6.92", "23.08"]),
        ("0.01", ["1", "5"], ["0.00", "0.01"]),
        ("100.00", ["83.08", "276.92"], ["23.08", "76.92"]),
        ("7.00", ["0", "0"], ["7.00", "0"]),
        ("0", ["3", "4"], ["0", "0"]),
        ("5.00", [], []),
    ],
)
def test_spreading(amount: str, weights: list[str], shares: list[str]) -> None:
    assert spread(Decimal(amount), [Decimal(w) for w in weights]) == [Decimal(s) for s in shares]


@given(CENTS, st.lists(CENTS, min_size=1, max_size=30))
def test_shares_sum_to_the_amount_and_stay_within_a_cent_of_exact(amount: Decimal, weights: list[Decimal]) -> None:
    shares = spread(amount, weights)
    total = sum(weights, NOTHING)
    assert sum(shares, NOTHING) == amount
    if total:
        assert all(
            abs(share - amount * weight / total) < Decimal("0.01")
            for share, weight in zip(shares, weights, strict=True)
        )


@given(CENTS, CENTS, st.lists(QUANTITIES, min_size=1, max_size=8), st.booleans())
def test_parcels_book_every_line_exactly(net: Decimal, tax: Decimal, parts: list[Decimal], includes_tax: bool) -> None:
    ordered, whole = sum(parts, NOTHING), net + tax
    booked = Share(NOTHING, NOTHING, NOTHING)
    for part in parts:
        share = share_of_line(
            quantity=part,
            ordered=ordered,
            shipped=booked.quantity,
            net_amount=whole if includes_tax else net,
            tax=tax,
            booked_amount=booked.amount,
            booked_tax=booked.tax,
            includes_tax=includes_tax,
        )
        assert share.amount >= 0
        assert share.tax >= 0
        booked = Share(booked.quantity + part, booked.amount + share.amount, booked.tax + share.tax)
    assert booked == Share(ordered, net, tax)


def test_a_line_rounds_once() -> None:
    assert line_amount(Decimal(3), Decimal("33.335"), Decimal(10)) == Decimal("90.00")
    assert line_amount(Decimal(1), Decimal(100), Decimal(0), Decimal("16.92")) == Decimal("83.08")


@pytest.mark.parametrize(
    ("quantity", "price", "percent", "amount"),
    [("10", "23.90", "25", "179.25"), ("2", "9.99", "100", "0.00")],
)
def test_a_line_less_its_percent(quantity: str, price: str, percent: str, amount: str) -> None:
    assert line_amount(Decimal(quantity), Decimal(price), Decimal(percent)) == Decimal(amount)


def test_a_price_with_tax_and_freight_is_charged_to_the_cent() -> None:
    net = line_amount(Decimal(1), Decimal("24.99"), NOTHING)
    assert net + to_cents(net * Decimal("10.75") / 100) + Decimal("6.44") == Decimal("34.12")
