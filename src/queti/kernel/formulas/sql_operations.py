"""Operations in PostgreSQL's words. Each argument is written once, and none can raise."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql

from queti.kernel.formulas import formats, values
from queti.kernel.formulas.typed import Const, Expr, Op, Param

Element = ColumnElement[Any]

_NUMERIC, _TEXT, _DATE, _INTEGER = sa.Numeric(), sa.Text(), sa.Date(), sa.Integer()
_CLOCK, _MOMENT, _INTERVAL = sa.TIMESTAMP(), sa.TIMESTAMP(timezone=True), postgresql.INTERVAL()
f = sa.func


def _raw(text: str, type: Any = _NUMERIC) -> Element:
    return sa.literal_column(text, type)


def _number(value: int) -> Element:
    return _raw(str(value))


_TEN_TO_20 = _raw("100000000000000000000")
_TEN_TO_MINUS_20 = _raw("0.00000000000000000001")
_MICROSECOND = _raw("interval '1 microsecond'", _INTERVAL)
_DAY = _raw("interval '1 day'", _INTERVAL)
_MILLION = _raw("1000000")


def _clip(element: Element, below: Element, above: Element) -> Element:
    """NULL from `below` down and from `above` up: the first values that are too far."""
    inside = f.greatest(f.least(element, above, type_=element.type), below, type_=element.type)
    return f.nullif(f.nullif(inside, above, type_=element.type), below, type_=element.type)


def _clip_number(element: Element, low: int, high: int) -> Element:
    """Whole numbers only."""
    return _clip(element, _number(low - 1), _number(high + 1))


def _clip_date(element: Element) -> Element:
    return _clip(element, _raw("date '0001-12-31 BC'", _DATE), _raw("date '10000-01-01'", _DATE))


def _clip_moment(element: Element) -> Element:
    below = _raw("timestamptz '0001-01-01 23:59:59.999999+00'", _MOMENT)
    return _clip(element, below, _raw("timestamptz '9999-12-30 00:00:00.000001+00'", _MOMENT))


def _clip_interval(element: Element) -> Element:
    days = values.MOST_DAYS
    below = _raw(f"interval '-{days} days -00:00:00.000001'", _INTERVAL)
    return _clip(element, below, _raw(f"interval '{days} days 00:00:00.000001'", _INTERVAL))


def _integer(element: Element, low: int, high: int) -> Element:
    return sa.cast(_clip_number(f.trunc(element, type_=_NUMERIC), low, high), _INTEGER)


# --- numbers


def divide(dividend: Element, divisor: Element) -> Element:
    quotient = f.div(dividend * _TEN_TO_20, f.nullif(divisor, _number(0), type_=_NUMERIC), type_=_NUMERIC)
    return f.round(quotient * _TEN_TO_MINUS_20, sa.literal_column("12"), type_=_NUMERIC)


def _number_function(name: str) -> Callable[..., Element]:
    def build(value: Element) -> Element:
        return getattr(f, name)(value, type_=_NUMERIC)

    return build


def _smallest(*parts: Element) -> Element:
    return f.least(*parts, type_=parts[0].type)


def _largest(*parts: Element) -> Element:
    return f.greatest(*parts, type_=parts[0].type)


def _mod(dividend: Element, divisor: Element) -> Element:
    return f.mod(dividend, f.nullif(divisor, _number(0), type_=_NUMERIC), type_=_NUMERIC)


def _round(places: int, value: Element) -> Element:
    return f.round(value, sa.literal_column(str(places)), type_=_NUMERIC)


def _round_to(value: Element, places: Element) -> Element:
    return f.round(value, _integer(places, -20, 20), type_=_NUMERIC)


_NUMBER_TEXT = "'^([+-]?(?:[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})(?:[.][0-9]{0,20})?|[+-]?[.][0-9]{1,20})$'"


def _number_of_text(text: Element) -> Element:
    found = f.substring(f.btrim(text, _SPACES), _raw(_NUMBER_TEXT, _TEXT), type_=_TEXT)
    return sa.cast(f.replace(found, _raw("','", _TEXT), _raw("''", _TEXT), type_=_TEXT), _NUMERIC)


def _text_of_number(value: Element) -> Element:
    return sa.cast(f.trim_scale(value, type_=_NUMERIC), _TEXT)


def _text_of_number_fixed(places: int, value: Element) -> Element:
    return sa.cast(_round(places, value), _TEXT)


# --- days and moments


def _microseconds(length: Element) -> Element:
    seconds = sa.type_coerce(sa.extract("epoch", length), _NUMERIC)
    return sa.cast(seconds, _NUMERIC) * _MILLION


def _duration_of(microseconds: Element) -> Element:
    """Exact: the limit is below 2^53, all that a double keeps."""
    whole = f.round(microseconds, sa.literal_column("0"), type_=_NUMERIC)
    limited = _clip_number(whole, -values.MOST_MICROSECONDS, values.MOST_MICROSECONDS)
    number: Element = sa.cast(limited, sa.Double())
    return sa.type_coerce(number * _MICROSECOND, _INTERVAL)


def _duration(unit: str, count: Element) -> Element:
    return _duration_of(count * _number(values.UNITS[unit]))


def _in_unit(unit: str, length: Element) -> Element:
    return divide(_microseconds(length), _number(values.UNITS[unit]))


def _scale_duration(length: Element, factor: Element) -> Element:
    return _duration_of(_microseconds(length) * factor)


def _divide_duration(length: Element, divisor: Element) -> Element:
    return _duration_of(divide(_microseconds(length), divisor))


def _duration_ratio(length: Element, other: Element) -> Element:
    return divide(_microseconds(length), _microseconds(other))


def _negated_duration(length: Element) -> Element:
    return _minus(_raw("interval '0'", _INTERVAL), length)


def _sum_of_durations(length: Element, other: Element) -> Element:
    return _plus(length, other, _INTERVAL)


def _months(size: int, count: Element) -> Element:
    most = values.MOST_MONTHS // size
    return _integer(count, -most, most) * sa.literal_column(str(size), _INTEGER)


def _plus(start: Element, length: Element, type: Any) -> Element:
    return sa.type_coerce(start + length, type)


def _is_near(expr: Expr) -> bool:
    """Today or now, moved by a literal: within the calendar without a test."""
    if isinstance(expr, Op) and expr.name in ("date_plus", "moment_plus", "start_of_day"):
        return _is_near(expr.args[0]) and isinstance(expr.args[1], (Const, Param)) and not _is_moved(expr.args[0])
    return isinstance(expr, Param)


def _is_moved(expr: Expr) -> bool:
    return isinstance(expr, Op) and expr.name != "start_of_day" and not isinstance(expr.args[0], Param)


def _date_plus(expr: Op, day: Element, length: Element) -> Element:
    known = isinstance(expr.args[1], Const)
    moved = sa.cast(_plus(day, length if known else _clip_interval(length), _CLOCK), _DATE)
    return moved if _is_near(expr) else _clip_date(moved)


def _moment_plus(expr: Op, moment: Element, length: Element) -> Element:
    known = isinstance(expr.args[1], Const)
    moved = _plus(moment, length if known else _clip_interval(length), _MOMENT)
    return moved if _is_near(expr) else _clip_moment(moved)


def _start_of_day(expr: Op, day: Element, zone: Element) -> Element:
    start = f.timezone(zone, sa.cast(day, _CLOCK), type_=_MOMENT)
    return start if _is_near(expr) else _clip_moment(start)


def _in_zone(clock: Element, zone: Element) -> Element:
    return _clip_moment(f.timezone(zone, clock, type_=_MOMENT))


def _months_of(count: Element) -> Element:
    return f.make_interval(sa.literal_column("0"), count, type_=_INTERVAL)


def _date_plus_months(day: Element, count: Element) -> Element:
    return _clip_date(sa.cast(_plus(day, _months_of(count), _CLOCK), _DATE))


def _local(moment: Element, zone: Element) -> Element:
    return f.timezone(zone, moment, type_=_CLOCK)


def _local_date(moment: Element, zone: Element) -> Element:
    return sa.cast(_local(moment, zone), _DATE)


def _moment_plus_months(moment: Element, count: Element, zone: Element) -> Element:
    return _clip_moment(f.timezone(zone, _plus(_local(moment, zone), _months_of(count), _CLOCK), type_=_MOMENT))


def _days_between(day: Element, other: Element) -> Element:
    return sa.type_coerce(sa.type_coerce(day - other, _INTEGER) * _DAY, _INTERVAL)


def _minus(one: Element, other: Element) -> Element:
    return sa.type_coerce(one - other, _INTERVAL)


def _part(field: str, value: Element) -> Element:
    return sa.cast(sa.extract("isodow" if field == "weekday" else field, value), _NUMERIC)


def _local_part(field: str, moment: Element, zone: Element) -> Element:
    return _part(field, _local(moment, zone))


def _start_of(unit: str, day: Element) -> Element:
    return sa.cast(f.date_trunc(_raw(f"'{unit}'", _TEXT), sa.cast(day, _CLOCK), type_=_CLOCK), _DATE)


def _end_of_month(day: Element) -> Element:
    start = f.date_trunc(_raw("'month'", _TEXT), sa.cast(day, _CLOCK), type_=_CLOCK)
    return sa.cast(_plus(start, _raw("interval '1 month -1 day'", _INTERVAL), _CLOCK), _DATE)


def _make_date(year: Element, month: Element, day: Element) -> Element:
    one = sa.literal_column("1", _INTEGER)
    years = _integer(year, 1, 9999) - one
    months = _integer(month, -values.MOST_MONTHS, values.MOST_MONTHS) - one
    first = _plus(_raw("date '0001-01-01'", _DATE), f.make_interval(years, months, type_=_INTERVAL), _CLOCK)
    days = _integer(day, -values.MOST_DAYS, values.MOST_DAYS) - one
    return _clip_date(_plus(_clip_date(sa.cast(first, _DATE)), days, _DATE))


_CHAR_PARTS = {"YYYY": "YYYY", "MM": "MM", "DD": "DD", "HH": "HH24", "MI": "MI", "SS": "SS", "M": "FMMM", "D": "FMDD"}
FORMATTED = frozenset({"text_of_date", "text_of_moment"})


def char_format(expr: Op) -> str:
    """The pattern as to_char() writes it."""
    pieces: list[str] = []
    for is_part, text in formats.parts(expr.static[0]):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        pieces.append(_CHAR_PARTS[text] if is_part else f'"{quoted}"')
    return "".join(pieces)


def _text_of_date(pattern: Element, day: Element) -> Element:
    return f.to_char(sa.cast(day, _CLOCK), pattern, type_=_TEXT)


def _text_of_moment(pattern: Element, moment: Element, zone: Element) -> Element:
    return f.to_char(_local(moment, zone), pattern, type_=_TEXT)


# --- texts

_SPACES = _raw("U&' \\0009\\000A\\000D\\000C\\000B\\00A0\\3000'", _TEXT)
_NOTHING = _raw("''", _TEXT)


def _filled(text: Element) -> Element:
    """Empty text is blank."""
    return f.nullif(text, _NOTHING, type_=_TEXT)


def _or_empty(text: Element) -> Element:
    return f.coalesce(text, _NOTHING, type_=_TEXT)


def _concat(*parts: Element) -> Element:
    return _filled(f.concat(*parts, type_=_TEXT))


def _join(separator: Element, *parts: Element) -> Element:
    return _filled(f.concat_ws(_or_empty(separator), *parts, type_=_TEXT))


def _len(text: Element) -> Element:
    return sa.cast(f.char_length(_or_empty(text)), _NUMERIC)


def _replace(text: Element, found: Element, by: Element) -> Element:
    return _filled(f.replace(text, _or_empty(found), _or_empty(by), type_=_TEXT))


def _cut(name: str) -> Callable[..., Element]:
    def build(text: Element, count: Element) -> Element:
        whole = _integer(count, -values.MOST_CHARACTERS, values.MOST_CHARACTERS)
        return _filled(getattr(f, name)(text, whole, type_=_TEXT))

    return build


def _middle(text: Element, start: Element, count: Element) -> Element:
    first, whole = _integer(start, 1, values.MOST_CHARACTERS), _integer(count, 0, values.MOST_CHARACTERS)
    return _filled(f.substr(text, first, whole, type_=_TEXT))


def _trim(text: Element) -> Element:
    return _filled(f.btrim(text, _SPACES, type_=_TEXT))


def _lower(text: Element) -> Element:
    return f.lower(text, type_=_TEXT)


def _upper(text: Element) -> Element:
    return f.upper(text, type_=_TEXT)


def _like(text: Element, pattern: Element) -> Element:
    return text.ilike(pattern)


def _holds(held: Element, item: Element) -> Element:
    return held.op("@>")(sa.cast(postgresql.array([item]), postgresql.ARRAY(_TEXT)))


def _contains(text: Element, part: Element) -> Element:
    return f.strpos(_lower(text), _lower(part), type_=_INTEGER) > sa.literal_column("0", _INTEGER)


def _starts_with(text: Element, part: Element) -> Element:
    return f.starts_with(_lower(text), _lower(part), type_=sa.Boolean())


def _ends_with(text: Element, part: Element) -> Element:
    return f.right(_lower(text), f.char_length(part, type_=_INTEGER), type_=_TEXT) == _lower(part)


def _text_of_boolean(value: Element) -> Element:
    return sa.cast(value, _TEXT)


BUILD: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": divide,
    "mod": _mod,
    "negate": operator.neg,
    "abs": _number_function("abs"),
    "round": _round,
    "round_to": _round_to,
    "floor": _number_function("floor"),
    "ceil": _number_function("ceil"),
    "number_of_text": _number_of_text,
    "text_of_number": _text_of_number,
    "text_of_number_fixed": _text_of_number_fixed,
    "text_of_boolean": _text_of_boolean,
    "duration": _duration,
    "in_unit": _in_unit,
    "scale_duration": _scale_duration,
    "divide_duration": _divide_duration,
    "duration_ratio": _duration_ratio,
    "negate_duration": _negated_duration,
    "negate_months": operator.neg,
    "add_durations": _sum_of_durations,
    "subtract_durations": _minus,
    "moments_between": _minus,
    "days_between": _days_between,
    "months": _months,
    "date_plus_months": _date_plus_months,
    "moment_plus_months": _moment_plus_months,
    "in_zone": _in_zone,
    "local_date": _local_date,
    "local_part": _local_part,
    "date_part": _part,
    "start_of": _start_of,
    "end_of_month": _end_of_month,
    "make_date": _make_date,
    "text_of_date": _text_of_date,
    "text_of_moment": _text_of_moment,
    "concat": _concat,
    "join": _join,
    "len": _len,
    "lower": _lower,
    "upper": _upper,
    "trim": _trim,
    "replace": _replace,
    "left": _cut("left"),
    "right": _cut("right"),
    "middle": _middle,
    "min": _smallest,
    "max": _largest,
}
"""Operation → element of (*static, *arguments)."""

WITH_EXPR: dict[str, Callable[..., Element]] = {
    "date_plus": _date_plus,
    "moment_plus": _moment_plus,
    "start_of_day": _start_of_day,
}
"""Operations whose text depends on what their arguments are."""

TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "like": _like,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "holds": _holds,
}
