"""Amounts on prints: the examples of the regulation, and the edges around them."""

from decimal import Decimal

import pytest

from queti.engines.printing.amounts import in_capitals, in_words


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000100", "壹佰万零壹佰元整"),
        ("20005000.10", "贰仟万伍仟元零壹角整"),
        ("1000000000000", "壹万亿元整"),
        ("-12.3", "负壹拾贰元叁角整"),
        ("2.345", "贰元叁角伍分"),
    ],
)
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
