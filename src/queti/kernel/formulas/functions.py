"""The functions of the language, by name: how many arguments each takes and what builds its typed tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queti.kernel.formulas import aggregates
from queti.kernel.formulas import functions_days as days
from queti.kernel.formulas import functions_numbers as numbers
from queti.kernel.formulas import functions_rules as rules
from queti.kernel.formulas import functions_texts as texts
from queti.kernel.formulas.errors import FormulaError, nearest_names
from queti.kernel.formulas.nodes import Call
from queti.kernel.formulas.typed import Expr, Param
from queti.kernel.formulas.types import DATE, MOMENT, WHOLE_NUMBER, Type, link

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

_Build = Callable[["Checker", Call], Expr]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many arguments it takes, and how its call becomes a typed tree."""

    least: int
    most: int
    build: _Build


def call(checker: Checker, node: Call) -> Expr:
    if aggregates.is_aggregate(checker, node):
        return aggregates.aggregate(checker, node)
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise checker.error(
            "unknown_function",
            node.name_place,
            f"There is no function “{node.name}”.",
            f"没有函数“{node.name}”。",
            ("name",),
            nearest_names(node.name, FUNCTION_NAMES),
        )
    if node.where is not None:
        raise checker.error(
            "syntax", node.where.place, f"{node.name}() takes no “where”.", f"{node.name}() 不能带“where”。"
        )
    if not function.least <= len(node.arguments) <= function.most:
        raise _wrong_count(checker, node, function)
    return function.build(checker, node)


def _wrong_count(checker: Checker, node: Call, function: Function) -> FormulaError:
    least, most = function.least, function.most
    if least == most:
        en = zh = str(least)
    elif most > 50:
        en, zh = f"at least {least}", f"至少 {least}"
    else:
        en, zh = f"{least} to {most}", f"{least} 至 {most}"
    found = len(node.arguments)
    return checker.error(
        "wrong_count",
        node.name_place,
        f"{node.name}() takes {en} arguments, here are {found}.",
        f"{node.name}() 需要 {zh} 个参数，此处有 {found} 个。",
    )


def _parameter(name: str, type: Type) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:  # noqa: ARG001
        return Param(name, type)

    return build


MANY = 100

FUNCTIONS: dict[str, Function] = {
    "if": Function(2, 3, numbers.choose),
    "default": Function(2, MANY, numbers.first_present),
    "blank": Function(1, 1, numbers.is_blank),
    "between": Function(3, 3, numbers.between),
    "round": Function(1, 2, numbers.rounded),
    "floor": Function(1, 1, numbers.whole("floor")),
    "ceil": Function(1, 1, numbers.whole("ceil")),
    "abs": Function(1, 1, numbers.absolute),
    "mod": Function(2, 2, numbers.modulo),
    "min": Function(1, MANY, numbers.extreme("min")),
    "max": Function(1, MANY, numbers.extreme("max")),
    "number": Function(1, 1, numbers.number_of),
    "convert": Function(3, 3, numbers.converted),
    "today": Function(0, 0, _parameter("today", DATE)),
    "now": Function(0, 0, _parameter("now", MOMENT)),
    "date": Function(1, 3, days.date_of),
    "moment": Function(1, 3, days.moment_of),
    "year": Function(1, 1, days.date_part("year")),
    "month": Function(1, 1, days.date_part("month")),
    "day": Function(1, 1, days.date_part("day")),
    "weekday": Function(1, 1, days.date_part("weekday")),
    "hour": Function(1, 1, days.clock_part("hour")),
    "minute": Function(1, 1, days.clock_part("minute")),
    "days": Function(1, 1, days.duration_of("days")),
    "hours": Function(1, 1, days.duration_of("hours")),
    "minutes": Function(1, 1, days.duration_of("minutes")),
    "months": Function(1, 1, days.months_of(1)),
    "years": Function(1, 1, days.months_of(12)),
    "start_of_week": Function(1, 1, days.start_of("week")),
    "start_of_month": Function(1, 1, days.start_of("month")),
    "start_of_year": Function(1, 1, days.start_of("year")),
    "end_of_month": Function(1, 1, days.end_of_month),
    "first_day": Function(1, 1, days.end_of_range("first_day")),
    "last_day": Function(1, 1, days.end_of_range("last_day")),
    "overlaps": Function(2, 2, days.overlaps),
    "capitals": Function(1, 1, texts.in_capitals),
    "text": Function(1, 2, texts.text_of),
    "len": Function(1, 1, texts.of_text("len", WHOLE_NUMBER)),
    "lower": Function(1, 1, texts.of_text("lower")),
    "upper": Function(1, 1, texts.of_text("upper")),
    "trim": Function(1, 1, texts.of_text("trim")),
    "left": Function(2, 2, texts.cut("left")),
    "right": Function(2, 2, texts.cut("right")),
    "middle": Function(3, 3, texts.cut("middle")),
    "replace": Function(3, 3, texts.replaced),
    "join": Function(2, MANY, texts.joined),
    "contains": Function(2, 2, texts.search("contains")),
    "starts_with": Function(2, 2, texts.search("starts_with")),
    "ends_with": Function(2, 2, texts.search("ends_with")),
    "my_departments": Function(0, 0, _parameter("my_departments", Type("list", element=link("base.department")))),
    "map": Function(2, 2, texts.mapped),
    "decide": Function(1, MANY, rules.decide),
}
FUNCTION_NAMES = sorted({*FUNCTIONS, *aggregates.NAMES})
