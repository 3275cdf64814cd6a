"""The functions of the language: what each takes, and what it means in the typed tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from queti.kernel.formulas import aggregates, arithmetic, coerce, formats
from queti.kernel.formulas.coerce import ZONE, unify
from queti.kernel.formulas.errors import Place, nearest_names
from queti.kernel.formulas.nodes import Call, Literal, Node
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.printer import to_text
from queti.kernel.formulas.typed import Const, Expr, Op, Param
from queti.kernel.formulas.types import (
    BLANK,
    BOOLEAN,
    COMPANY,
    DATE,
    DURATION,
    MOMENT,
    MONTHS,
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    Type,
    link,
)

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


def _wrong_count(checker: Checker, node: Call, function: Function) -> Exception:
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


def _typed(checker: Checker, node: Call, index: int, *kinds: str) -> Expr:
    """The argument at `index`; blank fits every type."""
    return of_kind(checker, node.arguments[index], *kinds)


def of_kind(checker: Checker, node: Node, *kinds: str) -> Expr:
    expr = checker.expr(node)
    kind = expr.type.kind
    if kind in kinds or kind == "blank" or (kind == "choice" and "text" in kinds):
        return expr
    if isinstance(expr, Const) and kind == "text" and ("date" in kinds or "moment" in kinds):
        return coerce.const_to_type(checker, expr, DATE if "date" in kinds else MOMENT, node.place)
    raise checker.wrong_type(node.place, expr.type, *kinds)


def _amount(checker: Checker, node: Call, index: int = 0) -> Expr:
    return _typed(checker, node, index, "number", "money")


def _number(checker: Checker, node: Call, index: int) -> Expr:
    return _typed(checker, node, index, "number")


def _text(checker: Checker, node: Call, index: int) -> Expr:
    """Anything that `&` can join."""
    argument = node.arguments[index]
    return arithmetic.as_text(checker, checker.expr(argument), argument.place)


def _fixed_text(checker: Checker, node: Call, index: int, what_en: str, what_zh: str) -> str:
    argument = node.arguments[index]
    if isinstance(argument, Literal) and isinstance(argument.value, str) and argument.value:
        return argument.value
    raise checker.error(
        "wrong_type",
        argument.place,
        f"{what_en} must be written here as a text in quotes.",
        f"{what_zh}必须直接写成带引号的文本。",
        ("text",),
    )


# --- logic ------------------------------------------------------------------------


def _if(checker: Checker, node: Call) -> Expr:
    condition = checker.condition(node.arguments[0])
    with checker.guarded(node.arguments[0]):
        branches = [(checker.expr(branch), branch.place) for branch in node.arguments[1:]]
    if len(branches) == 1:
        branches.append((Const(None, BLANK), node.place))
    values, type = unify(checker, branches)
    return Op("if", (condition, *values), type)


def _default(checker: Checker, node: Call) -> Expr:
    checker.guards.append(frozenset({"*"}))
    values, type = unify(checker, [(checker.expr(argument), argument.place) for argument in node.arguments])
    checker.guards.pop()
    return Op("default", tuple(values), type)


def _blank(checker: Checker, node: Call) -> Expr:
    argument = node.arguments[0]
    path = aggregates.list_of(checker, argument) if hasattr(argument, "path") else None  # type: ignore[arg-type]
    if path is not None:
        raise checker.error(
            "wrong_type", argument.place, "A list is never blank; use count().", "列表不会为空，请用 count()。", ("count",)
        )
    return Op("is_blank", (checker.expr(argument),), BOOLEAN)


def _between(checker: Checker, node: Call) -> Expr:
    from queti.kernel.formulas.comparisons import compare
    from queti.kernel.formulas.nodes import Binary

    value, low, high = (checker.expr(argument) for argument in node.arguments)
    first, second, third = node.arguments
    above = compare(checker, ">=", value, low, Binary(">=", first, second, node.place, node.name_place))
    below = compare(checker, "<=", value, high, Binary("<=", first, third, node.place, node.name_place))
    return Op("and", (above, below), BOOLEAN)


# --- numbers ----------------------------------------------------------------------


def _round(checker: Checker, node: Call) -> Expr:
    value = _amount(checker, node)
    places = _number(checker, node, 1) if len(node.arguments) > 1 else Const(Decimal(0), NUMBER)
    if value.type.kind == "blank" or places.type.kind == "blank":
        return Const(None, BLANK)
    if not isinstance(places, Const):
        return op("round_to", value, places, type=value.type.with_digits(max(value.type.whole, 20) + 1, 20))
    count = _decimals(checker, places, node.arguments[-1].place, -20)
    whole = max(value.type.whole, -count) + 1
    return op("round", value, type=value.type.with_digits(whole, max(count, 0)), static=(count,))


def _decimals(checker: Checker, places: Expr, place: Place, least: int) -> int:
    """How many decimals a literal asks for."""
    if isinstance(places, Const) and places.type.kind == "number" and places.value in range(least, 21):
        return int(places.value)
    raise checker.error(
        "wrong_type",
        place,
        f"Decimals are a whole number from {least} to 20.",
        f"小数位数须为 {least} 至 20 的整数。",
    )


def _whole(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        value = _amount(checker, node)
        return op(name, value, type=value.type.with_digits(value.type.whole + 1, 0))

    return build


def _abs(checker: Checker, node: Call) -> Expr:
    value = _typed(checker, node, 0, "number", "money")
    return op("abs", value, type=value.type.with_digits(value.type.whole, value.type.scale))


def _mod(checker: Checker, node: Call) -> Expr:
    dividend, divisor = _amount(checker, node), _number(checker, node, 1)
    whole, scale = dividend.type.whole, max(dividend.type.scale, divisor.type.scale)
    return op("mod", dividend, divisor, type=dividend.type.with_digits(whole, scale))


def _extreme(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        values, type = unify(checker, [(checker.expr(argument), argument.place) for argument in node.arguments])
        if type.kind not in ("number", "money", "date", "moment", "duration", "text", "blank"):
            raise checker.wrong_type(node.arguments[0].place, type, "number", "money", "date", "moment")
        return op(name, *values, type=type)

    return build


def _to_number(checker: Checker, node: Call) -> Expr:
    value = _typed(checker, node, 0, "text", "number", "money")
    if value.type.is_amount:
        return replace(value, type=_plain_number(value.type))
    return op("number_of_text", value, type=NUMBER)


def _plain_number(type: Type) -> Type:
    return NUMBER.with_digits(type.whole, type.scale)


def _convert(checker: Checker, node: Call) -> Expr:
    amount = checker.expr(node.arguments[0])
    if amount.type.kind != "money":
        raise checker.wrong_type(node.arguments[0].place, amount.type, "money")
    target = checker.expr(node.arguments[1])
    if target.type.kind not in ("link", "text", "choice"):
        raise checker.wrong_type(node.arguments[1].place, target.type, "link")
    on = of_kind(checker, node.arguments[2], "date")
    source = checker.currency(amount.type.currency, target.type)
    currency = _currency_source(checker, target)
    type = Type("money", currency, whole=amount.type.whole + 20, scale=amount.type.scale + 20)
    return Op("convert", (amount, source, target, on), type)


def _currency_source(checker: Checker, target: Expr) -> tuple[str, ...]:
    if isinstance(target, Param):
        return COMPANY if target.name == "company.currency" else tuple(target.name.split("."))
    if isinstance(target, Const):
        return (f"={target.value}",)
    return checker.absolute.get(id(target), ())


# --- days and moments -------------------------------------------------------------


def _today(checker: Checker, node: Call) -> Expr:
    return Param("today", DATE)


def _now(checker: Checker, node: Call) -> Expr:
    return Param("now", MOMENT)


def _day_of(checker: Checker, node: Call, index: int = 0) -> Expr:
    """A date, or the workspace's date of a moment."""
    value = _typed(checker, node, index, "date", "moment")
    return op("local_date", value, ZONE, type=DATE) if value.type.kind == "moment" else value


def _date(checker: Checker, node: Call) -> Expr:
    if len(node.arguments) == 3:
        parts = [_number(checker, node, index) for index in range(3)]
        return op("make_date", *parts, type=DATE)
    value = checker.expr(node.arguments[0])
    if value.type.kind in ("text", "choice"):
        pattern = _fixed_text(checker, node, 1, "The format", "格式") if len(node.arguments) > 1 else ""
        if isinstance(value, Const) and not pattern:
            return coerce.const_to_type(checker, value, DATE, node.arguments[0].place)
        return op("date_of_text", value, type=DATE, static=(pattern,))
    if len(node.arguments) == 2:
        raise checker.wrong_type(node.arguments[0].place, value.type, "text")
    return _day_of(checker, node)


def _moment(checker: Checker, node: Call) -> Expr:
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
        (_fixed_text(checker, node, index, "Format and zone", "格式和时区"), node.arguments[index].place)
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


def _part(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("date_part", _day_of(checker, node), type=WHOLE_NUMBER, static=(name,))

    return build


def _clock_part(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("local_part", _typed(checker, node, 0, "moment"), ZONE, type=WHOLE_NUMBER, static=(name,))

    return build


def _length(unit: str) -> _Build:
    """days(3) is a duration; days(a duration) is a number."""

    def build(checker: Checker, node: Call) -> Expr:
        value = _typed(checker, node, 0, "number", "duration")
        if value.type.kind == "duration":
            return op("in_unit", value, type=NUMBER.with_digits(20, 12), static=(unit,))
        return op("duration", value, type=DURATION, static=(unit,))

    return build


def _months(size: int) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("months", _number(checker, node, 0), type=MONTHS, static=(size,))

    return build


def _start_of(unit: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op("start_of", _day_of(checker, node), type=DATE, static=(unit,))

    return build


def _end_of_month(checker: Checker, node: Call) -> Expr:
    return op("end_of_month", _day_of(checker, node), type=DATE)


# --- texts ------------------------------------------------------------------------


def _to_text(checker: Checker, node: Call) -> Expr:
    if len(node.arguments) == 1:
        return _text(checker, node, 0)
    value = checker.expr(node.arguments[0])
    if value.type.kind == "blank":
        return value
    if value.type.is_amount:
        return _fixed_decimals(checker, node, value)
    pattern = _fixed_text(checker, node, 1, "The format", "格式")
    if value.type.kind == "date" and formats.is_date_format(pattern):
        return op("text_of_date", value, type=TEXT, static=(pattern,))
    if value.type.kind == "moment":
        return op("text_of_moment", value, ZONE, type=TEXT, static=(pattern,))
    raise checker.wrong_type(node.arguments[0].place, value.type, "number", "moment")


def _fixed_decimals(checker: Checker, node: Call, value: Expr) -> Expr:
    places = _decimals(checker, checker.expr(node.arguments[1]), node.arguments[1].place, 0)
    return op("text_of_number_fixed", value, type=TEXT, static=(places,))


def _of_text(name: str, type: Type = TEXT) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op(name, _text(checker, node, 0), type=type)

    return build


def _cut(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        numbers = [_number(checker, node, index) for index in range(1, len(node.arguments))]
        return op(name, _text(checker, node, 0), *numbers, type=TEXT)

    return build


def _replace(checker: Checker, node: Call) -> Expr:
    text, found, by = (_text(checker, node, index) for index in range(3))
    refuse_growth(checker, text, found, by, node.place)
    return op("replace", text, found, by, type=TEXT)


MOST_GROWTH = 100


def refuse_growth(checker: Checker, text: Expr, found: Expr, by: Expr, place: Place) -> None:
    """Nested replacements may not multiply a text's length without bound."""
    if _growth(text) * _factor(found, by) > MOST_GROWTH:
        raise checker.error(
            "too_large", place, "These replacements could make the text too long.", "这些替换可能使文本过长。"
        )


def _factor(found: Expr, by: Expr) -> int:
    if isinstance(by, Const) and by.value is None:
        return 1
    if isinstance(found, Const) and isinstance(by, Const):
        return max(1, -(-len(by.value) // len(found.value))) if found.value else 1
    return 10


def _growth(expr: Expr) -> int:
    if isinstance(expr, Op):
        inner = max((_growth(arg) for arg in expr.args), default=1)
        return inner * _factor(expr.args[1], expr.args[2]) if expr.name == "replace" else inner
    return 1


def _join(checker: Checker, node: Call) -> Expr:
    return op("join", *(_text(checker, node, index) for index in range(len(node.arguments))), type=TEXT)


def _search(name: str) -> _Build:
    """A literal part is a LIKE pattern, which a trigram or prefix index serves."""

    def build(checker: Checker, node: Call) -> Expr:
        whole = checker.expr(node.arguments[0])
        part = _text(checker, node, 1)
        if whole.type.kind == "choices" and name == "contains":
            part = coerce.choice(checker, part, whole.type, node.arguments[1].place) if isinstance(part, Const) else part
            return Op("holds", (whole, part), BOOLEAN)
        whole = arithmetic.as_text(checker, whole, node.arguments[0].place)
        if "blank" in (whole.type.kind, part.type.kind):
            return Const(False, BOOLEAN)
        if isinstance(part, Const) and not isinstance(whole, Const):
            return Op("like", (whole, Const(like_pattern(name, part.value), TEXT)), BOOLEAN, (name,))
        return Op(name, (whole, part), BOOLEAN)

    return build


def like_pattern(name: str, part: str) -> str:
    """The LIKE pattern of a search, with `\\`, `%` and `_` taken literally."""
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    before = "" if name == "starts_with" else "%"
    after = "" if name == "ends_with" else "%"
    return before + escaped + after


# --- the rest ---------------------------------------------------------------------


def _my_departments(checker: Checker, node: Call) -> Expr:
    return Param("my_departments", Type("list", element=link("base.department")))


def _map(checker: Checker, node: Call) -> Expr:
    name = _fixed_text(checker, node, 0, "The table's name", "对照表名称")
    return op("map", _text(checker, node, 1), type=TEXT, static=(name,))


MANY = 100

FUNCTIONS: dict[str, Function] = {
    "if": Function(2, 3, _if),
    "default": Function(2, MANY, _default),
    "blank": Function(1, 1, _blank),
    "between": Function(3, 3, _between),
    "round": Function(1, 2, _round),
    "floor": Function(1, 1, _whole("floor")),
    "ceil": Function(1, 1, _whole("ceil")),
    "abs": Function(1, 1, _abs),
    "mod": Function(2, 2, _mod),
    "min": Function(1, MANY, _extreme("min")),
    "max": Function(1, MANY, _extreme("max")),
    "number": Function(1, 1, _to_number),
    "convert": Function(3, 3, _convert),
    "today": Function(0, 0, _today),
    "now": Function(0, 0, _now),
    "date": Function(1, 3, _date),
    "moment": Function(1, 3, _moment),
    "year": Function(1, 1, _part("year")),
    "month": Function(1, 1, _part("month")),
    "day": Function(1, 1, _part("day")),
    "weekday": Function(1, 1, _part("weekday")),
    "hour": Function(1, 1, _clock_part("hour")),
    "minute": Function(1, 1, _clock_part("minute")),
    "days": Function(1, 1, _length("days")),
    "hours": Function(1, 1, _length("hours")),
    "minutes": Function(1, 1, _length("minutes")),
    "months": Function(1, 1, _months(1)),
    "years": Function(1, 1, _months(12)),
    "start_of_week": Function(1, 1, _start_of("week")),
    "start_of_month": Function(1, 1, _start_of("month")),
    "start_of_year": Function(1, 1, _start_of("year")),
    "end_of_month": Function(1, 1, _end_of_month),
    "text": Function(1, 2, _to_text),
    "len": Function(1, 1, _of_text("len", WHOLE_NUMBER)),
    "lower": Function(1, 1, _of_text("lower")),
    "upper": Function(1, 1, _of_text("upper")),
    "trim": Function(1, 1, _of_text("trim")),
    "left": Function(2, 2, _cut("left")),
    "right": Function(2, 2, _cut("right")),
    "middle": Function(3, 3, _cut("middle")),
    "replace": Function(3, 3, _replace),
    "join": Function(2, MANY, _join),
    "contains": Function(2, 2, _search("contains")),
    "starts_with": Function(2, 2, _search("starts_with")),
    "ends_with": Function(2, 2, _search("ends_with")),
    "my_departments": Function(0, 0, _my_departments),
    "map": Function(2, 2, _map),
}
FUNCTION_NAMES = sorted({*FUNCTIONS, *aggregates.NAMES})

__all__ = ["FUNCTIONS", "FUNCTION_NAMES", "call", "like_pattern", "to_text"]
