"""Operations on values in memory. None is blank; no function here is given one unless it says so.

All are total: what has no answer (a division by zero, a day beyond the year 9999) is
blank. Numbers are exact: the check proves that they stay below `MOST_DIGITS` digits,
and the context keeps more than that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

EXACT = Context(prec=5000, rounding=ROUND_HALF_UP, traps=[])
_QUOTIENT = Context(prec=60, rounding=ROUND_DOWN, traps=[])
_ZERO, _ONE = Decimal(0), Decimal(1)
_TWELVE_DECIMALS = Decimal(1).scaleb(-12)
_QUANTA = {places: Decimal(1).scaleb(-places) for places in range(-20, 21)}

MOST_DAYS = 100_000
MOST_MICROSECONDS = MOST_DAYS * 86_400_000_000
LONGEST_DURATION = timedelta(days=MOST_DAYS)
MOST_MONTHS = 48_000
MOST_CHARACTERS = 1_000_000_000
FIRST_MOMENT = datetime(1, 1, 2, tzinfo=UTC)
LAST_MOMENT = datetime(9999, 12, 30, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
UNITS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000}

add: Callable[[Any, Any], Decimal] = EXACT.add
subtract: Callable[[Any, Any], Decimal] = EXACT.subtract
multiply: Callable[[Any, Any], Decimal] = EXACT.multiply
quantize: Callable[[Any, Any], Decimal] = EXACT.quantize
negate: Callable[[Any], Decimal] = EXACT.minus
absolute: Callable[[Any], Decimal] = EXACT.abs


def divide(dividend: Any, divisor: Any) -> Decimal | None:
    """Truncated to 20 decimals or more, then rounded to 12: the exact quotient's rounding, half away from zero."""
    if not divisor:
        return None
    quotient = _QUOTIENT.divide(dividend, divisor)
    if quotient.adjusted() > 35:
        scaled = EXACT.divide_int(EXACT.scaleb(EXACT.create_decimal(dividend), 20), divisor)
        quotient = EXACT.scaleb(scaled, -20)
    return quantize(quotient, _TWELVE_DECIMALS)


def modulo(dividend: Any, divisor: Any) -> Decimal | None:
    return EXACT.remainder(dividend, divisor) if divisor else None


def round_to(value: Any, places: Any) -> Decimal | None:
    quantum = _QUANTA.get(int(places))
    return None if quantum is None else _rounded(value, quantum)


def _rounded(value: Any, quantum: Decimal) -> Decimal:
    rounded = quantize(value, quantum)
    return rounded if quantum <= _ONE else quantize(rounded, _ONE)


def round_static(places: int, value: Any) -> Decimal:
    return _rounded(value, _QUANTA[places])


def floor(value: Any) -> Decimal:
    return Decimal(value).to_integral_value(ROUND_FLOOR, EXACT)


def ceil(value: Any) -> Decimal:
    return Decimal(value).to_integral_value(ROUND_CEILING, EXACT)


def truncated(value: Any, most: int) -> int | None:
    """The whole part, or None where it is beyond ±most."""
    whole = int(value)
    return whole if -most <= whole <= most else None


_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:\.[0-9]{0,20})?|[+-]?\.[0-9]{1,20}")


def number_of_text(text: str) -> Decimal | None:
    found = text.strip(SPACES)
    return Decimal(found.replace(",", "")) if _PLAIN_NUMBER.fullmatch(found) else None


def text_of_number(value: Any) -> str:
    plain = format(Decimal(value), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def text_of_number_fixed(places: int, value: Any) -> str:
    rounded = round_static(places, value)
    return format(rounded or abs(rounded), "f")


# --- days and moments -------------------------------------------------------------


def duration(unit: str, count: Any) -> timedelta | None:
    return _duration_of(multiply(count, UNITS[unit]))


def _duration_of(microseconds: Decimal) -> timedelta | None:
    whole = int(quantize(microseconds, _ONE))
    return timedelta(microseconds=whole) if -MOST_MICROSECONDS <= whole <= MOST_MICROSECONDS else None


def in_unit(unit: str, length: timedelta) -> Decimal | None:
    return divide(length // _MICROSECOND, UNITS[unit])


def scale_duration(length: timedelta, factor: Any) -> timedelta | None:
    return _duration_of(multiply(length // _MICROSECOND, factor))


def divide_duration(length: timedelta, divisor: Any) -> timedelta | None:
    quotient = divide(length // _MICROSECOND, divisor)
    return None if quotient is None else _duration_of(quotient)


def duration_ratio(length: timedelta, other: timedelta) -> Decimal | None:
    return divide(length // _MICROSECOND, other // _MICROSECOND)


def months(size: int, count: Any) -> int | None:
    whole = truncated(count, MOST_MONTHS // size)
    return None if whole is None else whole * size


def date_plus(day: date, length: timedelta) -> date | None:
    """Whole days are counted, rounded down."""
    if not -LONGEST_DURATION <= length <= LONGEST_DURATION:
        return None
    try:
        return day + timedelta(days=length.days)
    except OverflowError:
        return None


def date_plus_months(day: date, count: int) -> date | None:
    """The same day `count` months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def moment_plus(moment: datetime, length: timedelta) -> datetime | None:
    if not -LONGEST_DURATION <= length <= LONGEST_DURATION:
        return None
    try:
        return _known(moment + length)
    except OverflowError:
        return None


def _known(moment: datetime) -> datetime | None:
    return moment if FIRST_MOMENT <= moment <= LAST_MOMENT else None


def moment_plus_months(moment: datetime, count: int, zone: ZoneInfo) -> datetime | None:
    local = moment.astimezone(zone)
    day = date_plus_months(local.date(), count)
    return None if day is None else in_zone(datetime.combine(day, local.time()), zone)


def days_between(day: date, other: date) -> timedelta:
    return day - other


def in_zone(local: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment of a clock time in a zone. Of an hour that comes twice the later, of one that is skipped the later
    by the clock: both times the smaller offset, as PostgreSQL does."""
    offsets = (local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1))
    try:
        return _known((local - min(offsets)).replace(tzinfo=UTC))
    except OverflowError:
        return None


def start_of_day(day: date, zone: ZoneInfo) -> datetime | None:
    return in_zone(datetime.combine(day, time()), zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def local_part(part: str, moment: datetime, zone: ZoneInfo) -> Decimal:
    return Decimal(getattr(moment.astimezone(zone), part))


def date_part(part: str, day: date) -> Decimal:
    return Decimal(day.isoweekday() if part == "weekday" else getattr(day, part))


def start_of(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def end_of_month(day: date) -> date:
    return day.replace(day=_days_in(day.year, day.month))


def make_date(year: Any, month: Any, day: Any) -> date | None:
    """Months and days beyond the calendar's run on into the next, as in a spreadsheet."""
    years, month_count, day_count = truncated(year, 9999), truncated(month, MOST_MONTHS), truncated(day, MOST_DAYS)
    if years is None or years < 1 or month_count is None or day_count is None:
        return None
    first = date_plus_months(date(years, 1, 1), month_count - 1)
    return None if first is None else date_plus(first, timedelta(days=day_count - 1))


# --- texts ------------------------------------------------------------------------

SPACES = " \t\n\r\f\v\u00a0\u3000"
_TITLE_ONLY = {"\u0130": "i"}


def lower(text: str) -> str:
    """Letter by letter, so that the length stays (Unicode's simple mapping)."""
    return text.lower() if text.isascii() else "".join(map(_lower_letter, text))


def upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(_upper_letter, text))


@lru_cache(maxsize=4096)
def _lower_letter(letter: str) -> str:
    found = letter.lower()
    return found if len(found) == 1 else _TITLE_ONLY.get(letter, letter)


@lru_cache(maxsize=4096)
def _upper_letter(letter: str) -> str:
    found = letter.upper()
    if len(found) == 1:
        return found
    title = letter.title()
    return title if len(title) == 1 else letter


def trim(text: str) -> str | None:
    return text.strip(SPACES) or None


def join(separator: str | None, *parts: str | None) -> str | None:
    """Blank parts are left out; a blank separator is none."""
    return (separator or "").join(part for part in parts if part is not None) or None


def length(text: str | None) -> int:
    return len(text) if text else 0


def replace(text: str | None, found: str | None, by: str | None) -> str | None:
    if text is None:
        return None
    return (text.replace(found, by or "") if found else text) or None


def left(text: str, count: Any) -> str | None:
    """A negative count leaves out that many at the other end."""
    whole = truncated(count, MOST_CHARACTERS)
    return None if whole is None else text[:whole] or None


def right(text: str, count: Any) -> str | None:
    whole = truncated(count, MOST_CHARACTERS)
    if whole is None:
        return None
    return (text[-whole:] if whole else "") or None


def middle(text: str, start: Any, count: Any) -> str | None:
    """`count` characters from the `start`th on, counted from 1."""
    first, whole = truncated(start, MOST_CHARACTERS), truncated(count, MOST_CHARACTERS)
    if first is None or whole is None or first < 1 or whole < 0:
        return None
    return text[first - 1 : first - 1 + whole] or None


def contains(text: str, part: str) -> bool:
    return lower(part) in lower(text)


def starts_with(text: str, part: str) -> bool:
    return lower(text).startswith(lower(part))


def ends_with(text: str, part: str) -> bool:
    return lower(text).endswith(lower(part))


def smallest(*values: Any) -> Any:
    """Of what isn't blank."""
    return min((value for value in values if value is not None), default=None)


def largest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def text_of_boolean(value: bool) -> str:
    return "true" if value else "false"


def duration_negate(length: timedelta) -> timedelta:
    return -length


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "mod": modulo,
    "negate": negate,
    "abs": absolute,
    "round": round_static,
    "round_to": round_to,
    "floor": floor,
    "ceil": ceil,
    "number_of_text": number_of_text,
    "text_of_number": text_of_number,
    "text_of_number_fixed": text_of_number_fixed,
    "text_of_boolean": text_of_boolean,
    "duration": duration,
    "in_unit": in_unit,
    "scale_duration": scale_duration,
    "divide_duration": divide_duration,
    "duration_ratio": duration_ratio,
    "negate_duration": duration_negate,
    "months": months,
    "date_plus": date_plus,
    "date_plus_months": date_plus_months,
    "moment_plus": moment_plus,
    "moment_plus_months": moment_plus_months,
    "days_between": days_between,
    "start_of_day": start_of_day,
    "in_zone": in_zone,
    "local_date": local_date,
    "local_part": local_part,
    "date_part": date_part,
    "start_of": start_of,
    "end_of_month": end_of_month,
    "make_date": make_date,
    "lower": lower,
    "upper": upper,
    "trim": trim,
    "len": length,
    "join": join,
    "replace": replace,
    "left": left,
    "right": right,
    "middle": middle,
    "contains": contains,
    "starts_with": starts_with,
    "ends_with": ends_with,
    "min": smallest,
    "max": largest,
}
"""Operation → function of (*static, *arguments)."""
