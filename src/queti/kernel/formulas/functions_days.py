"""Functions of days, moments and durations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from queti.kernel.formulas import arguments, coerce, formats
from queti.kernel.formulas.coerce import ZONE
from queti.kernel.formulas.nodes import Call
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Const, Expr
from queti.kernel.formulas.types import BOOLEAN, DATE, DURATION, MOMENT, MONTHS, NUMBER, WHOLE_NUMBER

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

_Build = Callable[["Checker", Call], Expr]


def _day_of(checker: Checker, node: Call, index: int = 0) -> Expr:
    """A date, or the workspace's date of a moment."""
    value = arguments.typed(checker, node, index, "date", "moment")
    return op("local_date", value, ZONE, type=DATE) if value.type.kind == "moment" else value


def date_of(checker: Checker, node: Call) -> Expr:
    if len(node.arguments) == 3:
        parts = [arguments.number(checker, node, index) for index in range(3)]
        return op("make_date", *parts, type=DATE)
    argument = node.arguments[0]
    value = checker.expr(argument)
    if value.type.kind in ("text", "choice"):
        pattern = arguments.fixed_text(checker, node, 1, "The format", "格式") if len(node.arguments) > 1 else ""
        if isinstance(value, Const) and not pattern:
            return coerce.const_to_type(checker, value, DATE, argument.place)
        return op("date_of_text", value, type=DATE, static=(pattern,))
    if len(node.arguments) == 2:
        raise checker.wrong_type(argument.place, value.type, "text")
    return _day_of(checker, node)


def moment_of(checker: Checker, node: Call) -> Expr:
    argument = node.arguments[0]
    value = checker.expr(argument)
    if value.type.kind in ("text", "choice"):
        return _read_moment(checker, node, value)
    if len(node.arguments) > 1:
        raise checker.wrong_type(argument.place, value.type, "text")
    if value.type.kind == "number":
        return op("moment_of_seconds", value, type=MOMENT)
    if value.type.kind == "date":
        return op("start_of_day", value, ZONE, type=MOMENT)
    if value.type.kind in ("moment", "blank"):
        return value
    raise checker.wrong_type(argument.place, value.type, "text", "date", "moment")


def _read_moment(checker: Checker, node: Call, value: Expr) -> Expr:
    """moment(text), moment(text, zone), moment(text, format), moment(text, format, zone)."""
    settings = [
        (arguments.fixed_text(checker, node, index, "Format and zone", "格式和时区"), node.arguments[index].place)
        for index in range(1, len(node.arguments))
    ]
    if not settings and isinstance(value, Const):
        return coerce.moment_literal(checker, value.value, node.arguments[0].place)
    pattern = zone = ""
    for text, place in settings:
        if formats.zone_of(text):
            zone = text
        elif "YYYY" in text:
            pattern = text
        else:
            raise checker.error(
                "wrong_type",
                place,
                f"“{text}” is neither a time zone nor a format such as YYYY-MM-DD HH:MI.",
                f"“{text}”既不是时区，也不是 YYYY-MM-DD HH:MI 这样的格式。",
            )
    return op("moment_of_text", value, ZONE, type=MOMENT, static=(pattern, zone))


def date_part(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("date_part", _day_of(checker, node), type=WHOLE_NUMBER, static=(name,))

    return build


def clock_part(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("local_part", arguments.typed(checker, node, 0, "moment"), ZONE, type=WHOLE_NUMBER, static=(name,))

    return build


def duration_of(unit: str) -> _Build:
    """days(3) is a duration; days(a duration) is a number."""

    def build(checker: Checker, node: Call) -> Expr:
        value = arguments.typed(checker, node, 0, "number", "duration")
        if value.type.kind == "duration":
            return op("in_unit", value, type=NUMBER.with_digits(20, 12), static=(unit,))
        return op("duration", value, type=DURATION, static=(unit,))

    return build


def months_of(size: int) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("months", arguments.number(checker, node, 0), type=MONTHS, static=(size,))

    return build


def start_of(unit: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("start_of", _day_of(checker, node), type=DATE, static=(unit,))

    return build


def end_of_month(checker: Checker, node: Call) -> Expr:
    return op("end_of_month", _day_of(checker, node), type=DATE)


def end_of_range(name: str) -> _Build:
    """first_day(range), last_day(range): blank where the range is open."""

    def build(checker: Checker, node: Call) -> Expr:
        return op(name, arguments.typed(checker, node, 0, "days"), type=DATE)

    return build


def overlaps(checker: Checker, node: Call) -> Expr:
    one, other = (arguments.typed(checker, node, index, "days") for index in range(2))
    return op("overlaps", one, other, type=BOOLEAN)
