"""Amounts written out in Chinese capitals (大写), as bills and contracts carry them.

By the rules for filling in bills of the People's Bank of China's Payment and Settlement
Measures (《支付结算办法》附一《正确填写票据和结算凭证的基本规定》).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿", "亿亿")
TOO_LARGE = Decimal(10) ** 20


def in_capitals(amount: Decimal, unit: str = "元") -> str:
    """`Decimal("1409.50")` → `壹仟肆佰零玖元伍角整`. Rounds half away from zero to 分.

    Raises ValueError from 10^20 on: no bill is written over such a sum.
    """
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if abs(cents) >= TOO_LARGE * 100:
        raise ValueError("amount too large to be written in capitals")
    whole, fraction = divmod(abs(cents), 100)
    jiao, fen = divmod(fraction, 10)
    sign = "负" if cents < 0 else ""
    head = _whole(whole) + unit if whole or not fraction else ""
    return sign + head + _fraction(whole, jiao, fen)


def _whole(whole: int) -> str:
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
        words += _group(group) + GROUPS[position]
        gap = False
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            words += (DIGITS[0] if gap and words else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words


def _fraction(whole: int, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return "整"
    needs_zero = whole and (not jiao or whole % 10 == 0)
    words = DIGITS[0] if needs_zero else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    return words + (DIGITS[fen] + "分" if fen else "整")


def write(amount: Decimal) -> str | None:
    """In formulas: blank where it is too large."""
    return None if abs(round(amount, 2)) >= TOO_LARGE else in_capitals(amount)


def _sql() -> str:
    """The same in PostgreSQL: 20 digits in five groups of four get their places, then noughts that aren't said go."""
    placed = r"regexp_replace(lpad(a.whole::text, 20, '0'), '(.)(.)(.)(.)', '\1仟\2佰\3拾\4/', 'g')"
    for found, said in (("0[仟佰拾]", "0"), ("0+", "0"), ("0/", "/")):
        placed = f"regexp_replace({placed}, '{found}', '{said}', 'g')"
    groups = " || ".join(
        f"coalesce(nullif(split_part(g.said, '/', {place}), '') || '{unit}', '0')"
        for place, unit in enumerate(("亿亿", "万亿", "亿", "万", ""), 1)
    )
    words = f"coalesce(nullif(btrim(regexp_replace({groups}, '0+', '0', 'g'), '0'), ''), '0') || '元'"
    small = (
        "CASE WHEN a.whole > 0 AND (a.jiao = 0 OR mod(a.whole, 10) = 0) THEN '0' ELSE '' END"
        " || CASE WHEN a.jiao > 0 THEN a.jiao || '角' ELSE '' END"
        " || CASE WHEN a.fen > 0 THEN a.fen || '分' ELSE '整' END"
    )
    said = (
        "CASE WHEN a.amount < 0 THEN '负' ELSE '' END"
        f" || CASE WHEN a.whole > 0 OR a.jiao + a.fen = 0 THEN {words} ELSE '' END"
        f" || CASE WHEN a.jiao + a.fen = 0 THEN '整' ELSE {small} END"
    )
    parts = (
        "SELECT r.amount, div(abs(r.amount), 1) AS whole, mod(div(abs(r.amount) * 10, 1), 10) AS jiao,"
        " mod(div(abs(r.amount) * 100, 1), 10) AS fen FROM (SELECT round({0}, 2) AS amount) AS r"
    )
    return (
        f"(SELECT translate({said}, '0123456789', '{DIGITS}') FROM ({parts}) AS a,"
        f" LATERAL (SELECT {placed} AS said) AS g WHERE a.whole < {TOO_LARGE:f})"
    )


SQL = _sql()
