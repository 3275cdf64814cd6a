"""`= != < <= > >=`, `in`, and what a comparison does to its literals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from queti.kernel.formulas import aggregates
from queti.kernel.formulas.arithmetic import later, no_sense
from queti.kernel.formulas.coerce import (
    ZONE,
    choice,
    const_to_type,
    integral,
    refuse_other_target,
    same_currency,
)
from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.nodes import Binary, Listing, Name
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Const, Expr, Op, Param
from queti.kernel.formulas.types import BOOLEAN, DURATION, MOMENT, TEXT, Type

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

_NAMES = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ORDERED = frozenset({"number", "money", "date", "moment", "duration", "text", "blank"})
_TEXTS = frozenset({"text", "choice"})
_DAY = Const(timedelta(days=1), DURATION)


def compare(checker: Checker, sign: str, left: Expr, right: Expr, node: Binary) -> Expr:
    if {left.type.kind, right.type.kind} == {"date", "moment"}:
        return _by_day(sign, left, right)
    left, right = comparable(checker, left, right, node)
    if sign == "=":
        return equal(left, right)
    if sign == "!=":
        return Op("not", (equal(left, right),), BOOLEAN)
    if not {left.type.kind, right.type.kind} <= _ORDERED:
        raise no_sense(checker, sign, left, right, node)
    return ordered(_NAMES[sign], left, right)


def ordered(name: str, left: Expr, right: Expr) -> Expr:
    """`lt`, `le`, `gt`, `ge`; false beside what is written as blank."""
    if "blank" in (left.type.kind, right.type.kind):
        return Const(False, BOOLEAN)
    return Op(name, (left, right), BOOLEAN)


def equal(left: Expr, right: Expr) -> Expr:
    if isinstance(left, Const) and not isinstance(right, Const):
        left, right = right, left
    if isinstance(right, Const) and right.value is None:
        return Op("is_blank", (left,), BOOLEAN)
    return Op("eq", (left, right), BOOLEAN)


def comparable(checker: Checker, left: Expr, right: Expr, node: Binary) -> tuple[Expr, Expr]:
    """Both sides, with literals read as what stands on the other side."""
    if isinstance(right, Const) and not isinstance(left, Const):
        right = fitting(checker, right, left.type, node.right.place)
    elif isinstance(left, Const) and not isinstance(right, Const):
        left = fitting(checker, left, right.type, node.left.place)
    kinds = left.type.kind, right.type.kind
    if "blank" in kinds or (kinds[0] in _TEXTS and kinds[1] in _TEXTS):
        return left, right
    if kinds[0] != kinds[1] and not (left.type.is_amount and right.type.is_amount):
        raise no_sense(checker, node.sign, left, right, node)
    if kinds[0] in ("choices", "list", "parts"):
        raise no_sense(checker, node.sign, left, right, node)
    same_currency(checker, left.type, right.type, node.sign_place)
    if kinds == ("link", "link"):
        refuse_other_target(checker, right.type, left.type, node.right.place)
    return left, right


def fitting(checker: Checker, const: Const, other: Type, place: Place) -> Expr:
    """A literal beside a value of another type; one that can't be converted stays for the type error."""
    kind = const.type.kind
    if other.kind == "choice" and kind == "text":
        return choice(checker, const, other, place)
    if other.integral and kind == "number":
        return integral(const) or const
    converts = (kind, other.kind) in {("text", "date"), ("text", "moment"), ("number", "link"), ("number", "money")}
    if not converts or (other.kind == "link" and const.type.scale):
        return const
    return const_to_type(checker, const, other, place)


def _by_day(sign: str, left: Expr, right: Expr) -> Expr:
    """A moment beside a date: compared with the day's first moment, or the next day's, so that an index serves."""
    if left.type.kind == "date":
        return _by_day({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign), right, left)
    start = op("start_of_day", right, ZONE, type=MOMENT)
    following = op("start_of_day", later(right, _DAY), ZONE, type=MOMENT)
    if sign in ("=", "!="):
        inside = Op("and", (ordered("ge", left, start), ordered("lt", left, following)), BOOLEAN)
        both_blank = Op("and", (Op("is_blank", (left,), BOOLEAN), Op("is_blank", (right,), BOOLEAN)), BOOLEAN)
        same: Expr = inside if _never_blank(right) else Op("or", (inside, both_blank), BOOLEAN)
        return same if sign == "=" else Op("not", (same,), BOOLEAN)
    name, edge = {"<": ("lt", start), "<=": ("lt", following), ">": ("ge", following), ">=": ("ge", start)}[sign]
    return ordered(name, left, edge)


def _never_blank(expr: Expr) -> bool:
    return isinstance(expr, (Const, Param)) or (isinstance(expr, Op) and expr.name == "date_plus" and _fixed(expr))


def _fixed(expr: Op) -> bool:
    return all(isinstance(arg, (Const, Param)) for arg in expr.args)


def membership(checker: Checker, node: Binary) -> Expr:
    """`x in (a, b)`, `x in my_departments()`, `"red" in colours`, `x in lines.product`."""
    left = checker.expr(node.left)
    if isinstance(node.right, Listing):
        return _in_listing(checker, left, node, node.right)
    if isinstance(node.right, Name) and aggregates.list_of(checker, node.right):
        return aggregates.has_equal(checker, left, node)
    right = checker.expr(node.right)
    if right.type.kind == "choices":
        return _holds(checker, left, right, node)
    if right.type.kind == "list" and right.type.element is not None:
        if left.type.kind != right.type.element.kind:
            raise no_sense(checker, "in", left, right, node)
        return Op("in_param", (left, right), BOOLEAN)
    raise checker.wrong_type(node.right.place, right.type, "list", "choices")


def _holds(checker: Checker, left: Expr, right: Expr, node: Binary) -> Expr:
    if left.type.kind not in _TEXTS:
        raise checker.wrong_type(node.left.place, left.type, "choice")
    if isinstance(left, Const):
        left = choice(checker, left, right.type, node.left.place)
    return Op("holds", (right, left), BOOLEAN)


def _in_listing(checker: Checker, left: Expr, node: Binary, listing: Listing) -> Expr:
    """Literals of one type are one list parameter, whose length no compiled text depends on."""
    tests: list[Expr] = []
    constants: list[Const] = []
    for item in listing.items:
        pair = Binary("=", node.left, item, node.place, item.place)
        test = compare(checker, "=", left, checker.expr(item), pair)
        if isinstance(test, Op) and test.name == "eq" and isinstance(test.args[1], Const) and left is test.args[0]:
            constants.append(test.args[1])
        else:
            tests.append(test)
    by_type: dict[tuple[str, bool], list[Const]] = {}
    for const in constants:
        by_type.setdefault((const.type.kind, const.type.integral), []).append(const)
    for group in by_type.values():
        element = group[0].type
        values = Const([const.value for const in group], Type("list", element=element))
        tests.insert(0, Op("in_list", (left, values), BOOLEAN))
    return tests[0] if len(tests) == 1 else Op("or", tuple(tests), BOOLEAN)


__all__ = ["TEXT", "compare", "equal", "membership"]
