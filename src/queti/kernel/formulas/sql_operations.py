"""Operations in PostgreSQL's words. Each argument is written once, and none can raise.

Every text is a call or in brackets, so it stands for itself in any expression. `{0}`,
`{1}` … are the arguments.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Cast, ColumnClause, ColumnElement, Numeric
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.functions import FunctionElement

from queti.kernel.formulas import capitals, formats, values
from queti.kernel.formulas.typed import Const, Expr, Op, Param

Element = ColumnElement[Any]


class Written(FunctionElement[Any]):
    """A text with places for arguments: one element, so that deep formulas stay within the compiler's reach."""

    inherit_cache = False
    name = "written"

    def __init__(self, template: str, type_: Any, *arguments: Element) -> None:
        self.template = template
        super().__init__(*map(_atom, arguments))
        self.type = type_


_ATOMS = (ColumnClause, BindParameter, FunctionElement, Cast, Grouping)


def _atom(element: Element) -> Element:
    return element if isinstance(element, _ATOMS) else Grouping(element)


@compiles(Written)
def _write(element: Written, compiler: Any, **settings: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    settings.pop("add_to_result_map", None)
    return element.template.format(*map(partial(compiler.process, **settings), element.clauses))


# --- limits: what is beyond them is NULL


def _clip(text: str, below: str, above: str) -> str:
    """NULL from `below` down and from `above` up: the first values that are too far."""
    return f"nullif(nullif(greatest(least({text}, {above}), {below}), {above}), {below})"


def _whole(text: str, low: int, high: int) -> str:
    return f"{_clip(f'trunc({text})', str(low - 1), str(high + 1))}::int"


def _date(text: str) -> str:
    return _clip(f"({text})::date", "date '0001-12-31 BC'", "date '10000-01-01'")


def _moment(text: str) -> str:
    below, above = "0001-01-01 23:59:59.999999+00", "9999-12-30 00:00:00.000001+00"
    return _clip(text, f"timestamptz '{below}'", f"timestamptz '{above}'")


def _length(text: str) -> str:
    days = f"{values.MOST_DAYS} days"
    return _clip(text, f"interval '-{days} -00:00:00.000001'", f"interval '{days} 00:00:00.000001'")


# --- pieces

_TEN_TO_20, _TEN_TO_MINUS_20 = "100000000000000000000", "0.00000000000000000001"
_MICROSECONDS = "(extract(epoch from {0}) * 1000000)"
_OTHER_MICROSECONDS = "(extract(epoch from {1}) * 1000000)"
_SPACES = "U&' \\0009\\000A\\000D\\000C\\000B\\00A0\\3000'"
_NUMBER = "[+-]?(?:[0-9]{{1,30}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,9}})(?:[.][0-9]{{0,20}})?|[+-]?[.][0-9]{{1,20}}"


def _divide(dividend: str, divisor: str) -> str:
    return f"round(div({dividend} * {_TEN_TO_20}, nullif({divisor}, 0)) * {_TEN_TO_MINUS_20}, 12)"


def divided(dividend: Element, divisor: Element) -> Written:
    return Written(_divide("{0}", "{1}"), Numeric(), dividend, divisor)


def _duration_of(microseconds: str) -> str:
    """Exact: the limit is below 2^53, all that a double keeps."""
    most = values.MOST_MICROSECONDS + 1
    return f"({_clip(f'round({microseconds})', str(-most), str(most))}::float8 * interval '1 microsecond')"


def _filled(text: str) -> str:
    """Empty text is blank."""
    return f"nullif({text}, '')"


_CHARACTERS = values.MOST_CHARACTERS

TEMPLATES: dict[str, str] = {
    "add": "({0} + {1})",
    "subtract": "({0} - {1})",
    "multiply": "({0} * {1})",
    "divide": _divide("{0}", "{1}"),
    "mod": "mod({0}, nullif({1}, 0))",
    "negate": "(- {0})",
    "abs": "abs({0})",
    "round_to": f"round({{0}}, {_whole('{1}', -20, 20)})",
    "floor": "floor({0})",
    "ceil": "ceil({0})",
    "number_of_text": f"replace(substring(btrim({{0}}, {_SPACES}) from '^({_NUMBER})$'), ',', '')::numeric",
    "text_of_number": "trim_scale({0})::text",
    "text_of_boolean": "({0})::text",
    "scale_duration": _duration_of(_MICROSECONDS + " * {1}"),
    "divide_duration": _duration_of(_divide(_MICROSECONDS, "{1}")),
    "duration_ratio": _divide(_MICROSECONDS, _OTHER_MICROSECONDS),
    "negate_duration": "(- {0})",
    "negate_months": "(- {0})",
    "add_durations": "({0} + {1})",
    "subtract_durations": "({0} - {1})",
    "moments_between": "({0} - {1})",
    "days_between": "(({0} - {1}) * interval '1 day')",
    "date_plus_months": _date("{0} + make_interval(0, {1})"),
    "moment_plus_months": _moment("timezone({2}, timezone({2}, {0}) + make_interval(0, {1}))"),
    "in_zone": _moment("timezone({1}, {0})"),
    "local_date": "timezone({1}, {0})::date",
    "end_of_month": "(date_trunc('month', {0}::timestamp) + interval '1 month -1 day')::date",
    "make_date": _date(
        _date(
            f"date '0001-01-01' + make_interval({_whole('{0}', 1, 9999)} - 1,"
            f" {_whole('{1}', -values.MOST_MONTHS, values.MOST_MONTHS)} - 1)"
        )
        + f" + ({_whole('{2}', -values.MOST_DAYS, values.MOST_DAYS)} - 1)"
    ),
    "text_of_date": "to_char({1}::timestamp, {0})",
    "text_of_moment": "to_char(timezone({2}, {1}), {0})",
    "len": "char_length(coalesce({0}, ''))::numeric",
    "lower": "lower({0})",
    "upper": "upper({0})",
    "trim": _filled(f"btrim({{0}}, {_SPACES})"),
    "replace": _filled("replace({0}, coalesce({1}, ''), coalesce({2}, ''))"),
    "left": _filled(f"left({{0}}, {_whole('{1}', -_CHARACTERS, _CHARACTERS)})"),
    "right": _filled(f"right({{0}}, {_whole('{1}', -_CHARACTERS, _CHARACTERS)})"),
    "middle": _filled(f"substr({{0}}, {_whole('{1}', 1, _CHARACTERS)}, {_whole('{2}', 0, _CHARACTERS)})"),
    "contains": "(strpos(lower({0}), lower({1})) > 0)",
    "starts_with": "starts_with(lower({0}), lower({1}))",
    "ends_with": "(right(lower({0}), char_length({1})) = lower({1}))",
    "holds": "({0} @> ARRAY[{1}]::text[])",
    "first_day": "lower({0})",
    "last_day": "(upper({0}) - 1)",
    "overlaps": "({0} && {1})",
    "capitals": capitals.SQL,
    "convert": "({0} * CASE WHEN {1} = {2} THEN 1 ELSE {3} END)",
}
"""Operation → its text."""


def _places(expr: Op) -> str:
    return f"round({{0}}, {int(expr.static[0])})"


def _fixed(expr: Op) -> str:
    return f"{_places(expr)}::text"


def _duration(expr: Op) -> str:
    return _duration_of(f"{{0}} * {values.UNITS[expr.static[0]]}")


def _in_unit(expr: Op) -> str:
    return _divide(_MICROSECONDS, str(values.UNITS[expr.static[0]]))


def _months(expr: Op) -> str:
    size = int(expr.static[0])
    most = values.MOST_MONTHS // size
    return f"({_whole('{0}', -most, most)} * {size})"


_PARTS = {name: name for name in ("year", "month", "day", "hour", "minute")} | {"weekday": "isodow"}


def _date_part(expr: Op) -> str:
    return f"extract({_PARTS[expr.static[0]]} from {{0}})"


def _local_part(expr: Op) -> str:
    return f"extract({_PARTS[expr.static[0]]} from timezone({{1}}, {{0}}))"


_UNITS = {name: name for name in ("week", "month", "year")}


def _start_of(expr: Op) -> str:
    return f"date_trunc('{_UNITS[expr.static[0]]}', {{0}}::timestamp)::date"


def _is_near(expr: Expr) -> bool:
    """Today or now, or moved from there by one literal: within the calendar without a test."""
    if not isinstance(expr, Op):
        return isinstance(expr, Param)
    if expr.name == "start_of_day":
        return _is_near(expr.args[0])
    return expr.name in ("date_plus", "moment_plus") and all(isinstance(arg, (Param, Const)) for arg in expr.args)


def _date_plus(expr: Op) -> str:
    if _is_near(expr):
        return "({0} + {1})::date"
    return _date("{0} + {1}" if isinstance(expr.args[1], Const) else f"{{0}} + {_length('{1}')}")


def _moment_plus(expr: Op) -> str:
    if _is_near(expr):
        return "({0} + {1})"
    return _moment("({0} + {1})" if isinstance(expr.args[1], Const) else f"({{0}} + {_length('{1}')})")


def _start_of_day(expr: Op) -> str:
    start = "timezone({1}, {0}::timestamp)"
    return start if _is_near(expr) else _moment(start)


def _listed(call: str) -> Callable[[Op], str]:
    def build(expr: Op) -> str:
        return call.format(", ".join(f"{{{index}}}" for index in range(len(expr.args))))

    return build


def _join(expr: Op) -> str:
    parts = "".join(f", {{{index}}}" for index in range(1, len(expr.args)))
    return _filled(f"concat_ws(coalesce({{0}}, ''){parts})")


BUILDERS: dict[str, Callable[[Op], str]] = {
    "round": _places,
    "text_of_number_fixed": _fixed,
    "duration": _duration,
    "in_unit": _in_unit,
    "months": _months,
    "date_part": _date_part,
    "local_part": _local_part,
    "start_of": _start_of,
    "date_plus": _date_plus,
    "moment_plus": _moment_plus,
    "start_of_day": _start_of_day,
    "concat": _listed(_filled("concat({})")),
    "join": _join,
    "min": _listed("least({})"),
    "max": _listed("greatest({})"),
    "default": _listed("coalesce({})"),
}
"""Operation → what writes its text from its settings and arguments."""


def text_of(expr: Op) -> str:
    template = TEMPLATES.get(expr.name)
    return BUILDERS[expr.name](expr) if template is None else template


FORMATTED = frozenset({"text_of_date", "text_of_moment"})
"""Operations whose first place is the format."""

_CHAR_PARTS = {"YYYY": "YYYY", "MM": "MM", "DD": "DD", "HH": "HH24", "MI": "MI", "SS": "SS", "M": "FMMM", "D": "FMDD"}


def char_format(expr: Op) -> str:
    """The format as to_char() reads it."""
    pieces: list[str] = []
    for is_part, text in formats.parts(expr.static[0]):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        pieces.append(_CHAR_PARTS[text] if is_part else f'"{quoted}"')
    return "".join(pieces)


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
