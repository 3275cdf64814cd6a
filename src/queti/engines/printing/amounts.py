"""Amounts written out: Chinese capitals (大写) and English words.

The Chinese form follows the rules for filling in bills of the People's Bank of China's
Payment and Settlement Measures (《支付结算办法》附一《正确填写票据和结算凭证的基本规定》).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿", "亿亿")
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
    """`Decimal("1409.50")` → `壹仟肆佰零玖元伍角整`. Rounds half away from zero to 分.

    Raises ValueError from 10^20 on: no bill is written over such a sum.
    """
    cents = _cents(amount)
    if cents >= 10**22:
        raise ValueError("amount too large to be written in capitals")
    whole, fraction = divmod(abs(cents), 100)
    jiao, fen = divmod(fraction, 10)
    unit = UNIT_NAMES.get(currency, currency)
    sign = "负" if cents < 0 else ""
    head = _whole_in_capitals(whole) + unit if whole or not fraction else ""
    return sign + head + _fraction_in_capitals(whole, jiao, fen)


def _cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _whole_in_capitals(whole: int) -> str:
    if whole == 0:
        return DIGITS[0]
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, 10_000)
        groups.append(group)
    words = ""
    gap = False
    for position in reversed(range(len(groups))):
        group = groups[position]
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1_000):
            words += DIGITS[0]
        words += _group_in_capitals(group) + GROUPS[position]
        gap = False
    return words


def _group_in_capitals(group: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            words += (DIGITS[0] if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words


def _fraction_in_capitals(whole: int, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return "整"
    needs_zero = whole and (not jiao or whole % 10 == 0)
    words = DIGITS[0] if needs_zero else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    return words + (DIGITS[fen] + "分" if fen else "整")


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
