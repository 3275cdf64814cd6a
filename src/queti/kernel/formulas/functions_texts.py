"""Functions of texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from queti.kernel.formulas import arguments, arithmetic, coerce, formats
from queti.kernel.formulas.coerce import ZONE
from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.nodes import Call
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Const, Expr, Op
from queti.kernel.formulas.types import BOOLEAN, TEXT, Type

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

_Build = Callable[["Checker", Call], Expr]


def text_of(checker: Checker, node: Call) -> Expr:
    if len(node.arguments) == 1:
        return arguments.text(checker, node, 0)
    value = checker.expr(node.arguments[0])
    if value.type.kind == "blank":
        return value
    if value.type.is_amount:
        return _fixed_decimals(checker, node, value)
    pattern = arguments.fixed_text(checker, node, 1, "The format", "格式")
    if value.type.kind == "date" and formats.is_date_format(pattern):
        return op("text_of_date", value, type=TEXT, static=(pattern,))
    if value.type.kind == "moment":
        return op("text_of_moment", value, ZONE, type=TEXT, static=(pattern,))
    raise checker.wrong_type(node.arguments[0].place, value.type, "number", "moment")


def _fixed_decimals(checker: Checker, node: Call, value: Expr) -> Expr:
    places = arguments.decimals(checker, checker.expr(node.arguments[1]), node.arguments[1].place, 0)
    return op("text_of_number_fixed", value, type=TEXT, static=(places,))


def of_text(name: str, type: Type = TEXT) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        return op(name, arguments.text(checker, node, 0), type=type)

    return build


def cut(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        numbers = [arguments.number(checker, node, index) for index in range(1, len(node.arguments))]
        return op(name, arguments.text(checker, node, 0), *numbers, type=TEXT)

    return build


def replaced(checker: Checker, node: Call) -> Expr:
    text, found, by = (arguments.text(checker, node, index) for index in range(3))
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


def joined(checker: Checker, node: Call) -> Expr:
    return op("join", *(arguments.text(checker, node, index) for index in range(len(node.arguments))), type=TEXT)


def search(name: str) -> _Build:
    """A literal part is a LIKE pattern, which a trigram or prefix index serves."""

    def build(checker: Checker, node: Call) -> Expr:
        whole = checker.expr(node.arguments[0])
        part = arguments.text(checker, node, 1)
        if whole.type.kind == "choices" and name == "contains":
            part = (
                coerce.choice(checker, part, whole.type, node.arguments[1].place) if isinstance(part, Const) else part
            )
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


def mapped(checker: Checker, node: Call) -> Expr:
    name = arguments.fixed_text(checker, node, 0, "The table's name", "对照表名称")
    return op("map", arguments.text(checker, node, 1), type=TEXT, static=(name,))


def in_capitals(checker: Checker, node: Call) -> Expr:
    return op("capitals", arguments.amount(checker, node), type=TEXT)
