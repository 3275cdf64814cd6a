"""Amounts written out: Chinese capitals (大写) and English words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from queti.kernel.formulas import capitals

UNIT_NAMES = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元"}

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion")


def in_capitals(amount: Decimal, currency: str = "CNY") -> str:
    """The amount in Chinese capitals with its currency's unit; see queti.kernel.formulas.capitals."""
    return capitals.in_capitals(amount, UNIT_NAMES.get(currency, currency))


def _cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def in_words(amount: Decimal, currency: str = "CNY") -> str:
    """`Decimal("1409.50")` → `CNY one thousand four hundred nine and 50/100`."""
    cents = _cents(amount)
    if cents >= 10**20:
        raise ValueError("amount too large to be written in words")
    whole, fraction = divmod(abs(cents), 100)
    sign = "minus " if cents < 0 else ""
    return f"{currency} {sign}{_whole_in_words(whole)} and {fraction:02d}/100"


def _whole_in_words(whole: int) -> str:
    if whole == 0:
        return ONES[0]
    parts: list[str] = []
    for scale in reversed(range(len(SCALES))):
        group = whole // 1_000**scale % 1_000
        if group:
            parts.append(_group_in_words(group) + SCALES[scale])
    return " ".join(parts)


def _group_in_words(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    parts = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(TENS[tens] + (f"-{ONES[ones]}" if ones else ""))
    elif rest:
        parts.append(ONES[rest])
    return " ".join(parts)
