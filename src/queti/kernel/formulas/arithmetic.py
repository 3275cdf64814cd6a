"""What `+ - * / &` and the sign mean for each pair of types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from queti.kernel.formulas import formats
from queti.kernel.formulas.coerce import ZONE, const_to_type, same_currency
from queti.kernel.formulas.errors import FormulaError, Place
from queti.kernel.formulas.nodes import Binary, Literal, Node, walk
from queti.kernel.formulas.operations import constant, op
from queti.kernel.formulas.printer import to_text
from queti.kernel.formulas.typed import Const, Expr, Op
from queti.kernel.formulas.types import (
    BLANK,
    DATE,
    DURATION,
    MOMENT,
    MOST_DIGITS,
    NUMBER,
    TEXT,
    WORDS,
    Type,
)
from queti.kernel.formulas.values import LONGEST_DURATION

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker


def negate(checker: Checker, expr: Expr, place: Place) -> Expr:
    kind = expr.type.kind
    if kind == "blank":
        return expr
    if kind == "duration":
        return op("negate_duration", expr, type=DURATION)
    if kind == "months":
        return op("negate_months", expr, type=expr.type)
    if expr.type.is_amount:
        return op("negate", expr, type=expr.type.with_digits(expr.type.whole, expr.type.scale))
    raise checker.wrong_type(place, expr.type, "number", "money", "duration")


def plus(checker: Checker, left: Expr, right: Expr, node: Binary) -> Expr:
    kinds = left.type.kind, right.type.kind
    if "blank" in kinds:
        return Const(None, BLANK)
    if left.type.is_amount and right.type.is_amount:
        return _sum(checker, "add", left, right, node)
    if kinds == ("duration", "duration"):
        return op("add_durations", left, right, type=DURATION)
    if kinds[0] in ("duration", "months") and kinds[1] in ("date", "moment"):
        return later(right, left)
    if kinds[1] in ("duration", "months") and kinds[0] in ("date", "moment"):
        return later(left, right)
    if "text" in kinds or "choice" in kinds:
        raise checker.error("wrong_type", node.sign_place, "Texts are joined with “&”.", "文本请用“&”连接。", ("&",))
    raise no_sense(checker, "+", left, right, node)


def minus(checker: Checker, left: Expr, right: Expr, node: Binary) -> Expr:
    kinds = left.type.kind, right.type.kind
    if "blank" in kinds:
        return Const(None, BLANK)
    if left.type.is_amount and right.type.is_amount:
        return _sum(checker, "subtract", left, right, node)
    if kinds == ("duration", "duration"):
        return op("subtract_durations", left, right, type=DURATION)
    if kinds == ("date", "date"):
        return op("days_between", left, right, type=DURATION)
    if kinds == ("moment", "moment"):
        return op("moments_between", left, right, type=DURATION)
    if kinds[1] in ("duration", "months") and kinds[0] in ("date", "moment"):
        return later(left, negate(checker, right, node.right.place))
    raise no_sense(checker, "-", left, right, node)


def _sum(checker: Checker, name: str, left: Expr, right: Expr, node: Binary) -> Expr:
    left, right = alike(checker, left, right, node)
    whole = max(left.type.whole, right.type.whole) + 1
    scale = max(left.type.scale, right.type.scale)
    return exact(checker, op(name, left, right, type=left.type.with_digits(whole, scale)), node.place)


def alike(checker: Checker, left: Expr, right: Expr, node: Binary) -> tuple[Expr, Expr]:
    """Two amounts of one kind: a literal number becomes money beside money."""
    if left.type.kind != right.type.kind:
        if isinstance(left, Const):
            left = const_to_type(checker, left, right.type, node.left.place)
        elif isinstance(right, Const):
            right = const_to_type(checker, right, left.type, node.right.place)
        else:
            raise no_sense(checker, node.sign, left, right, node)
    same_currency(checker, left.type, right.type, node.sign_place)
    return left, right


def later(start: Expr, length: Expr) -> Expr:
    """A day or moment, moved. A literal duration beyond the limit is blank here, so no back end meets one."""
    if isinstance(length, Const) and length.type.kind == "duration" and abs(length.value) > LONGEST_DURATION:
        return Const(None, BLANK)
    if start.type.kind == "date":
        return op("date_plus" if length.type.kind == "duration" else "date_plus_months", start, length, type=DATE)
    if length.type.kind == "duration":
        return op("moment_plus", start, length, type=MOMENT)
    return op("moment_plus_months", start, length, ZONE, type=MOMENT)


def times(checker: Checker, left: Expr, right: Expr, node: Binary) -> Expr:
    kinds = left.type.kind, right.type.kind
    if "blank" in kinds:
        return Const(None, BLANK)
    if kinds == ("number", "duration"):
        return op("scale_duration", right, left, type=DURATION)
    if kinds == ("duration", "number"):
        return op("scale_duration", left, right, type=DURATION)
    if not (left.type.is_amount and right.type.is_amount) or kinds == ("money", "money"):
        raise no_sense(checker, "*", left, right, node)
    type = left.type if left.type.kind == "money" else right.type
    whole, scale = left.type.whole + right.type.whole, left.type.scale + right.type.scale
    return exact(checker, op("multiply", left, right, type=type.with_digits(whole, scale)), node.place)


def over(checker: Checker, left: Expr, right: Expr, node: Binary) -> Expr:
    kinds = left.type.kind, right.type.kind
    if "blank" in kinds:
        return Const(None, BLANK)
    if kinds == ("duration", "duration"):
        return op("duration_ratio", left, right, type=NUMBER.with_digits(40, 12))
    if kinds == ("duration", "number"):
        return op("divide_duration", left, right, type=DURATION)
    if kinds == ("money", "money"):
        same_currency(checker, left.type, right.type, node.sign_place)
    elif not left.type.is_amount or kinds[1] != "number":
        raise no_sense(checker, "/", left, right, node)
    type = NUMBER if kinds[0] == kinds[1] else left.type
    reciprocal = _exact_reciprocal(right, left.type.scale)
    if reciprocal is not None:
        digits = type.with_digits(left.type.whole + reciprocal.type.whole, left.type.scale + reciprocal.type.scale)
        return exact(checker, op("multiply", left, reciprocal, type=digits), node.place)
    whole = left.type.whole + right.type.scale
    return exact(checker, op("divide", left, right, type=type.with_digits(whole, 12)), node.place)


_TERMINATING = {10**power: power for power in range(1, 7)}


def _exact_reciprocal(divisor: Expr, scale: int) -> Const | None:
    """1/divisor, where multiplying by it gives the very digits of the division: `/ 100` is `* 0.01`."""
    if not isinstance(divisor, Const) or divisor.value not in _TERMINATING:
        return None
    places = _TERMINATING[divisor.value]
    if scale + places > 12:
        return None
    return constant(divisor.value.scaleb(-places - places), NUMBER)


def exact(checker: Checker, expr: Expr, place: Place) -> Expr:
    """Refuses a number that could have more digits than the back ends keep exactly."""
    if expr.type.is_amount and expr.type.whole + expr.type.scale > MOST_DIGITS:
        raise checker.error(
            "too_large",
            place,
            f"This result could have more than {MOST_DIGITS} digits; round() its parts.",
            f"该结果可能超过 {MOST_DIGITS} 位，请先用 round() 处理各部分。",
            ("round",),
        )
    return expr


def no_sense(checker: Checker, sign: str, left: Expr, right: Expr, node: Binary) -> FormulaError:
    left_words, right_words = WORDS[left.type.kind], WORDS[right.type.kind]
    return checker.error(
        "wrong_type",
        node.sign_place,
        f"“{sign}” has no meaning between {left_words[0]} and {right_words[0]}.",
        f"“{sign}”不能用于{left_words[1]}与{right_words[1]}之间。",
    )


BINARY: dict[str, Callable[[Checker, Expr, Expr, Binary], Expr]] = {"+": plus, "-": minus, "*": times, "/": over}


def concatenate(checker: Checker, parts: list[tuple[Expr, Place]]) -> Expr:
    args: list[Expr] = []
    for expr, place in parts:
        if isinstance(expr, Op) and expr.name == "concat":
            args.extend(expr.args)
        elif expr.type.kind != "blank":
            args.append(as_text(checker, expr, place))
    return Op("concat", tuple(args), TEXT) if args else Const(None, BLANK)


def as_text(checker: Checker, expr: Expr, place: Place) -> Expr:
    """The text of a value, as `&` and text() write it."""
    kind = expr.type.kind
    if kind in ("text", "choice", "blank"):
        return expr
    if expr.type.is_amount:
        return op("text_of_number", expr, type=TEXT)
    if kind == "date":
        return op("text_of_date", expr, type=TEXT, static=(formats.DATE_FORMAT,))
    if kind == "moment":
        return op("text_of_moment", expr, ZONE, type=TEXT, static=(formats.MOMENT_FORMAT,))
    if kind == "boolean":
        return op("text_of_boolean", expr, type=TEXT)
    raise checker.wrong_type(place, expr.type, "text", "number", "date")


def guarded_texts(condition: Node) -> frozenset[str]:
    """What a condition compares with a literal, or asks whether it is blank or 0."""
    found: set[str] = set()
    for node in walk(condition):
        if isinstance(node, Binary) and node.sign in ("=", "!=", "<", "<=", ">", ">="):
            found |= {
                to_text(side)
                for side, other in ((node.left, node.right), (node.right, node.left))
                if isinstance(other, Literal)
            }
    return frozenset(found)


__all__ = ["BINARY", "Type", "as_text", "concatenate", "guarded_texts", "negate"]
