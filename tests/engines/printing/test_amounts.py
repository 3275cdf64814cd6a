"""Amounts on prints: the examples of the regulation, and the edges around them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from queti.engines.printing.amounts import in_capitals, in_words

CASES = json.loads((Path(__file__).parent / "capitals.json").read_text("utf-8"))
"""The screen reads the same cases."""


@pytest.mark.parametrize(("amount", "capitals"), CASES["capitals"])
def test_amounts_are_written_in_capitals(amount: str, capitals: str) -> None:
    assert in_capitals(Decimal(amount)) == capitals


def test_another_currency_names_its_unit() -> None:
    assert in_capitals(Decimal("5.00"), "USD") == "伍美元整"


def test_a_sum_that_no_bill_carries_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        in_capitals(Decimal(10) ** 20)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "CNY zero and 00/100"),
        ("1409.50", "CNY one thousand four hundred nine and 50/100"),
        ("21", "CNY twenty-one and 00/100"),
        ("1000000.01", "CNY one million and 01/100"),
        ("-13", "CNY minus thirteen and 00/100"),
    ],
)
def test_amounts_are_written_in_english(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words
