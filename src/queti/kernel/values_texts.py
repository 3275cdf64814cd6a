"""Values that are texts of a form of their own: colours, times of day, codes, divisions, ID numbers, rich text."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import nh3

from queti.kernel import regions
from queti.kernel.definitions import FieldDef
from queti.kernel.values import FieldError, read_long_text, read_text

TAGS = frozenset(
    """
    a b blockquote br code em h2 h3 h4 hr i li ol p pre s strong sub sup table tbody td th thead tr u ul
    """.split()  # noqa: SIM905
)
"""What rich text may hold: no images, no styles, nothing that runs or loads."""


def read_rich_text(value: Any, field: FieldDef) -> str | None:
    """HTML without what could do harm; blank where nothing is left to be read."""
    text = read_long_text(value, field)
    return clean(text) if text else None


def clean(html: str) -> str | None:
    safe = nh3.clean(html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}).strip()
    return safe if plain(safe) else None


def plain(html: str) -> str:
    """What can be read of rich text: its words, a line for each block."""
    lined = re.sub(r"<(br|/p|/li|/h\d|/tr|/blockquote|/pre|hr)[^>]*>", "\n", html)
    words = nh3.clean(lined, tags=set())
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&amp;", "&")):
        words = words.replace(entity, letter)
    return re.sub(r"\n{3,}", "\n\n", words).strip()


def read_colour(value: Any, field: FieldDef) -> str | None:
    text = read_text(value, field)
    if text is None:
        return None
    match = re.fullmatch(r"#?([0-9a-f]{6}|[0-9a-f]{3})", text.lower(), re.ASCII)
    if not match:
        raise FieldError("colour", "Must be a colour like #1677ff.", "必须是颜色，如 #1677ff。")
    digits = match[1]
    return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}"


def read_time(value: Any, field: FieldDef) -> str | None:
    """A time of day to the minute, as `HH:MM`."""
    text = read_text(value, field)
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,2})[:：](\d{2})([:：]00)?", text, re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise FieldError("time", "Must be a time of day like 09:30.", "必须是时刻，如 09:30。")
    return f"{int(match[1]):02}:{match[2]}"


def read_region(value: Any, field: FieldDef) -> str | None:
    """The code of a Chinese division that lies as deep as the field asks, or has nothing below it."""
    text = read_text(value, field)
    if text is None:
        return None
    code = regions.find(text)
    if code is None:
        raise FieldError("region", f"There is no division “{text}”.", f"没有行政区划“{text}”。")
    depth = field.depth or "district"
    wanted = regions.LEVELS[depth]
    if len(code) > wanted or (len(code) < wanted and regions.under(code)):
        zh = {"province": "省", "city": "市", "district": "区县"}[depth]
        raise FieldError("region_depth", f"Choose a {depth}.", f"请选择到{zh}。")
    return code


def show_region(text: str, field: FieldDef) -> str:  # noqa: ARG001
    return regions.full_name(text)


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def read_id_number(value: Any, field: FieldDef) -> str | None:
    """A Chinese citizen's number by GB 11643: province, day of birth, check digit (ISO 7064 MOD 11-2)."""
    text = read_text(value, field)
    if text is None:
        return None
    number = text.upper().replace(" ", "")
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII) or number[:2] not in regions.names():
        raise FieldError("id_number", "Must be an ID number of 18 digits.", "必须是 18 位居民身份证号。")
    if _born(number[6:14]) is None:
        raise FieldError("id_number_date", "Holds no possible day of birth.", "身份证号中的出生日期不存在。")
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    if _CHECKS[total % 11] != number[17]:
        raise FieldError("id_number_check", "The check digit doesn't fit; a digit is mistyped.", "校验位不符，请核对。")
    return number


def _born(text: str) -> date | None:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if day.year >= 1850 else None


def read_barcode(value: Any, field: FieldDef) -> str | None:
    """What a code can carry in its symbology: Code 128 printable ASCII, EAN-13 its 13 digits, QR any text."""
    text = read_text(value, field)
    symbology = field.symbology or "code128"
    if text is None or symbology == "qr":
        return text
    if symbology == "code128":
        if not re.fullmatch(r"[ -~]{1,80}", text):
            raise FieldError("barcode", "At most 80 letters and digits of ASCII.", "最多 80 个英文字母、数字或符号。")
        return text
    if not re.fullmatch(r"\d{12,13}", text, re.ASCII):
        raise FieldError("barcode", "Must be the 13 digits of an EAN.", "必须是 13 位 EAN 条码。")
    check = ean_check(text[:12])
    if len(text) == 13 and text[12] != check:
        raise FieldError("barcode_check", "The check digit doesn't fit; a digit is mistyped.", "校验位不符，请核对。")
    return text[:12] + check


def ean_check(twelve: str) -> str:
    """The thirteenth digit of an EAN-13 (ISO/IEC 15420)."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)
