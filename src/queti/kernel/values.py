"""Values of each field type: read strictly from JSON, leniently from a spreadsheet's text, shown as JSON.

Blank is None. A reader gets a value that is not None and answers the Python value or
raises FieldError in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, cast

import msgspec

from queti.kernel.definitions import FieldDef

WHOLE_DIGITS = 18
"""Digits before the point that every decimal column holds."""


class FieldError(ValueError):
    """A value doesn't fit its field."""

    def __init__(self, code: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.code = code
        self.en = en
        self.zh = zh


def read_text(value: Any, field: FieldDef) -> str | None:
    """One line of text; blank at either end doesn't count, empty text is blank."""
    text = _plain_text(value).strip()
    if "\n" in text or "\r" in text:
        raise FieldError("one_line", "Must be one line of text.", "只能填写一行文字。")
    return _within_length(text, field)


def read_long_text(value: Any, field: FieldDef) -> str | None:
    return _within_length(_plain_text(value).replace("\r\n", "\n"), field)


def _plain_text(value: Any) -> str:
    if not isinstance(value, str):
        raise FieldError("text", "Must be text.", "必须是文字。")
    if "\0" in value or (not value.isascii() and _HALF_LETTER.search(value)):
        raise FieldError("text", "Holds characters that can't be stored.", "含有无法保存的字符。")
    return value


_HALF_LETTER = re.compile("[\ud800-\udfff]")


def _within_length(text: str, field: FieldDef) -> str | None:
    longest = field.max_length
    if longest is not None and len(text) > longest:
        raise FieldError("too_long", f"At most {longest} characters.", f"最多 {longest} 个字符。")
    return text or None


def read_decimal(value: Any, field: FieldDef) -> Decimal:
    """A Decimal, an int or text of one; JSON fractions are refused because they are not exact."""
    number = _decimal(value)
    fitted = fit_decimal(number, field)
    if number != fitted:
        places = decimals_of(field)
        raise FieldError("decimals", f"At most {places} decimals.", f"最多 {places} 位小数。")
    return _within_bounds(fitted, field)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, float):
        raise FieldError("fraction", f'Write decimals as text: "{value}".', f'小数请写成文字："{value}"。')
    if isinstance(value, Decimal):
        number = value
    elif (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and _DECIMAL.fullmatch(value)
    ):
        number = Decimal(value)
    else:
        raise FieldError("number", "Must be a number.", "必须是数字。")
    if not number.is_finite() or abs(number) >= 10**WHOLE_DIGITS:
        raise FieldError(
            "too_large", f"At most {WHOLE_DIGITS} digits before the point.", f"整数部分最多 {WHOLE_DIGITS} 位。"
        )
    return number


_DECIMAL = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})", re.ASCII)


def fit_decimal(value: Any, field: FieldDef) -> Decimal:
    """The value with its field's decimals, rounded half away from zero."""
    places = field.decimals
    step = _STEPS[DEFAULT_DECIMALS.get(field.type, 6) if places is None else places]
    return (value if type(value) is Decimal else Decimal(value)).quantize(step, ROUND_HALF_UP)


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(_STEPS[places], ROUND_HALF_UP)


_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(21))
DEFAULT_DECIMALS = {"number": 6, "money": 2, "percent": 4, "progress": 0}


def decimals_of(field: FieldDef) -> int:
    return DEFAULT_DECIMALS.get(field.type, 6) if field.decimals is None else field.decimals


def _within_bounds(value: Any, field: FieldDef) -> Any:
    low, high = bounds_of(field)
    if low is not None and value < low:
        raise FieldError("too_small", f"Must be {low} or more.", f"不能小于 {low}。")
    if high is not None and value > high:
        raise FieldError("too_large", f"Must be {high} or less.", f"不能大于 {high}。")
    return value


def bounds_of(field: FieldDef) -> tuple[Any, Any]:
    """`min` and `max` as values; ValueError where one isn't a value of the type."""
    low, high = OWN_BOUNDS.get(field.type, (None, None))
    return _bound(field.type, field.min or low), _bound(field.type, field.max or high)


OWN_BOUNDS = {"progress": ("0", "100"), "rating": ("1", "5")}
"""Of types that have bounds without being told."""


@lru_cache(maxsize=1024)
def _bound(type: str, text: str | None) -> Any:
    if text is None:
        return None
    return date.fromisoformat(text) if type == "date" else _decimal(text)


def read_integer(value: Any, _field: FieldDef) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise FieldError("integer", "Must be a whole number.", "必须是整数。")
    return value


def read_rating(value: Any, field: FieldDef) -> int:
    """Whole stars from 1 to `max`, 5 where that isn't set."""
    return _within_bounds(read_integer(value, field), field)


def read_boolean(value: Any, _field: FieldDef) -> bool:
    if not isinstance(value, bool):
        raise FieldError("boolean", "Must be true or false.", "必须是 true 或 false。")
    return value


def read_date(value: Any, field: FieldDef) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return _within_bounds(value, field)
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise _wrong_date()
    try:
        return _within_bounds(date.fromisoformat(value), field)
    except FieldError:
        raise
    except ValueError:
        raise _wrong_date() from None


def _wrong_date() -> FieldError:
    return FieldError("date", "Must be a day like 2026-01-31.", "必须是日期，如 2026-01-31。")


def read_moment(value: Any, _field: FieldDef) -> datetime:
    """A moment with its offset, answered in UTC."""
    moment = value
    if isinstance(value, str):
        try:
            moment = msgspec.convert(value, datetime)
        except msgspec.ValidationError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise FieldError(
            "moment",
            "Must be a moment with its offset, like 2026-01-31T09:30:00Z.",
            "必须是带时区的时间，如 2026-01-31T09:30:00Z。",
        )
    return moment.astimezone(UTC)


def read_duration(value: Any, _field: FieldDef) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return msgspec.convert(value if isinstance(value, str) else "", timedelta)
    except (msgspec.ValidationError, OverflowError):
        raise FieldError(
            "duration", "Must be a duration like P2D or PT1H30M.", "必须是时长，如 P2D 或 PT1H30M。"
        ) from None


def read_choice(value: Any, field: FieldDef) -> str | None:
    if value == "":
        return None
    if not isinstance(value, str) or value not in field.choices:
        names = ", ".join(field.choices)
        raise FieldError("choice", f"Must be one of: {names}.", f"必须是其中之一：{names}。")
    return value


def read_choices(value: Any, field: FieldDef) -> list[str] | None:
    if not isinstance(value, list | tuple):
        raise FieldError("choices", "Must be a list of choices.", "必须是选项的列表。")
    names = (read_choice(entry, field) for entry in cast("list[Any]", value))
    return [name for name in dict.fromkeys(names) if name] or None


def read_link(value: Any, _field: FieldDef) -> int | dict[str, Any]:
    """An id, or `{unique field: value}` that the caller resolves."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return value
    if isinstance(value, Mapping) and value:
        return dict(cast("Mapping[str, Any]", value))
    raise FieldError(
        "link",
        'Must be a record\'s id or {"unique field": value}.',
        '必须是记录的 id，或 {"唯一字段": 值}。',
    )


def read_rows(value: Any, _field: FieldDef) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise FieldError("lines", "Must be a list of lines.", "必须是明细行的列表。")
    return list(cast("list[Any]", value))


def read_group(value: Any, _field: FieldDef) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise FieldError("group", "Must be a set of named values.", "必须是一组有名称的值。")
    return dict(cast("Mapping[str, Any]", value))


def read_json(value: Any, _field: FieldDef) -> Any:
    return value


def read_email(value: Any, field: FieldDef) -> str | None:
    text = read_text(value, field)
    if text and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise FieldError(
            "email", "Must be an email address like mei@example.com.", "必须是邮箱地址，如 mei@example.com。"
        )
    return text


def read_phone(value: Any, field: FieldDef) -> str | None:
    text = read_text(value, field)
    if text and not re.fullmatch(r"\+?[\d\s().*#/-]{3,30}((ext|转|x)\.?\s*\d{1,6})?", text):
        raise FieldError(
            "phone", "Must be a phone number like +86 571 8888 0000.", "必须是电话号码，如 +86 571 8888 0000。"
        )
    return text


def read_url(value: Any, field: FieldDef) -> str | None:
    text = read_text(value, field)
    if text and not re.fullmatch(r"https?://[^\s/?#]+\S*", text):
        raise FieldError("url", "Must be an address like https://example.com.", "必须是网址，如 https://example.com。")
    return text


def show_plain(value: Any, _field: FieldDef) -> Any:
    return value


def show_number(value: Decimal, _field: FieldDef) -> str:
    """Without needless zeros: `1.5`, `100`."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def show_money(value: Decimal, field: FieldDef) -> str:
    return f"{fit_decimal(value, field):f}"


def show_date(value: date, _field: FieldDef) -> str:
    return value.isoformat()


def show_moment(value: datetime, _field: FieldDef) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def show_duration(value: timedelta, _field: FieldDef) -> str:
    return msgspec.to_builtins(value)


def write_plain(value: Any, _field: FieldDef) -> str:
    return str(value)


def write_shown(show: Callable[[Any, FieldDef], str]) -> Callable[[Any, FieldDef], str]:
    """What is text in JSON is the same text elsewhere."""
    return lambda value, field: value if isinstance(value, str) else show(value, field)


def write_boolean(value: Any, _field: FieldDef) -> str:
    return "yes" if value else "no"


def write_choices(value: Any, _field: FieldDef) -> str:
    return ", ".join(value)


def text_as_is(text: str, _field: FieldDef) -> Any:
    return text


def text_as_decimal(text: str, _field: FieldDef) -> Any:
    """`1,234.50`, `¥ 12`, `15 %` and full-width digits, as spreadsheets write them."""
    plain = text.translate(_FULL_WIDTH).strip().strip("¥￥$€% \u00a0").replace("\u00a0", "").strip()
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if _SCIENTIFIC.fullmatch(plain):
        plain = f"{Decimal(plain):f}"
    try:
        Decimal(plain)
    except InvalidOperation:
        raise FieldError("number", f"“{text}” is not a number.", f"“{text}”不是数字。") from None
    return plain


def text_as_whole(text: str, field: FieldDef) -> Any:
    plain = text_as_decimal(text, field)
    number = Decimal(plain)
    return int(number) if number == number.to_integral_value() else plain


_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_SCIENTIFIC = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d{1,2}")
_FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("．"): ".",
    ord("，"): ",",
    ord("－"): "-",
    ord("％"): "%",
}


def text_as_boolean(text: str, _field: FieldDef) -> Any:
    word = text.strip().lower()
    if word in {"true", "yes", "y", "1", "是", "对", "√", "有"}:
        return True
    if word in {"false", "no", "n", "0", "否", "错", "×", "无"}:
        return False
    raise FieldError("boolean", f"“{text}” is neither yes nor no.", f"“{text}”不是“是”或“否”。")


def text_as_date(text: str, _field: FieldDef) -> Any:
    """Year first, with `-`, `/`, `.` or 年月日; a time of midnight behind it is left out."""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?([ T]00:00(:00(\.0+)?)?)?", text.strip())
    if not match:
        raise _wrong_date()
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"


def text_as_choice(text: str, field: FieldDef) -> Any:
    """By name or by label in either language."""
    word = text.strip()
    if word in field.choices:
        return word
    for name, entry in field.choices.items():
        if word.lower() in {label.lower() for label in entry.label.values()}:
            return name
    return word


def text_as_choices(text: str, field: FieldDef) -> Any:
    return [text_as_choice(part, field) for part in re.split(r"[,，;；、|]", text) if part.strip()]


def text_as_link(text: str, _field: FieldDef) -> Any:
    return int(text) if text.strip().isdecimal() else text.strip()


def text_as_json(text: str, _field: FieldDef) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise FieldError("json", "Must be JSON.", "必须是 JSON。") from None
