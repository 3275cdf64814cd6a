"""Reading a call's arguments: each helper answers the typed argument or says what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.kernel.formulas import arithmetic, coerce
from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.nodes import Call, Literal, Node
from queti.kernel.formulas.typed import Const, Expr
from queti.kernel.formulas.types import DATE, MOMENT

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker


def typed(checker: Checker, node: Call, index: int, *kinds: str) -> Expr:
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


def amount(checker: Checker, node: Call, index: int = 0) -> Expr:
    return typed(checker, node, index, "number", "money")


def number(checker: Checker, node: Call, index: int) -> Expr:
    return typed(checker, node, index, "number")


def text(checker: Checker, node: Call, index: int) -> Expr:
    """Anything that `&` can join."""
    argument = node.arguments[index]
    return arithmetic.as_text(checker, checker.expr(argument), argument.place)


def fixed_text(checker: Checker, node: Call, index: int, what_en: str, what_zh: str) -> str:
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


def decimals(checker: Checker, places: Expr, place: Place, least: int) -> int:
    """How many decimals a literal asks for."""
    if isinstance(places, Const) and places.type.kind == "number" and places.value in range(least, 21):
        return int(places.value)
    raise checker.error(
        "wrong_type",
        place,
        f"Decimals are a whole number from {least} to 20.",
        f"小数位数须为 {least} 至 20 的整数。",
    )
