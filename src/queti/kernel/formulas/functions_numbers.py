"""Functions of conditions, numbers and money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from queti.kernel.formulas import aggregates, arguments
from queti.kernel.formulas.coerce import unify
from queti.kernel.formulas.comparisons import compare
from queti.kernel.formulas.nodes import Binary, Call, Name
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Const, Expr, Op, Param
from queti.kernel.formulas.types import BLANK, BOOLEAN, COMPANY, NUMBER, Type

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

_Build = Callable[["Checker", Call], Expr]


def choose(checker: Checker, node: Call) -> Expr:
    condition = checker.condition(node.arguments[0])
    with checker.guarded(node.arguments[0]):
        branches = [(checker.expr(branch), branch.place) for branch in node.arguments[1:]]
    if len(branches) == 1:
        branches.append((Const(None, BLANK), node.place))
    values, type = unify(checker, branches)
    return Op("if", (condition, *values), type)


def first_present(checker: Checker, node: Call) -> Expr:
    checker.guards.append(frozenset({"*"}))
    values, type = unify(checker, [(checker.expr(argument), argument.place) for argument in node.arguments])
    checker.guards.pop()
    return Op("default", tuple(values), type)


def is_blank(checker: Checker, node: Call) -> Expr:
    argument = node.arguments[0]
    if isinstance(argument, Name) and aggregates.list_of(checker, argument):
        raise checker.error(
            "wrong_type",
            argument.place,
            "A list is never blank; use count().",
            "列表不会为空，请用 count()。",
            ("count",),
        )
    return Op("is_blank", (checker.expr(argument),), BOOLEAN)


def between(checker: Checker, node: Call) -> Expr:
    value, low, high = (checker.expr(argument) for argument in node.arguments)
    first, second, third = node.arguments
    above = compare(checker, ">=", value, low, Binary(">=", first, second, node.place, node.name_place))
    below = compare(checker, "<=", value, high, Binary("<=", first, third, node.place, node.name_place))
    return Op("and", (above, below), BOOLEAN)


def rounded(checker: Checker, node: Call) -> Expr:
    value = arguments.amount(checker, node)
    written = node.arguments[-1].place
    places = arguments.number(checker, node, 1) if len(node.arguments) > 1 else Const(Decimal(0), NUMBER)
    if value.type.kind == "blank" or places.type.kind == "blank":
        return Const(None, BLANK)
    if not isinstance(places, Const):
        return op("round_to", value, places, type=value.type.with_digits(max(value.type.whole, 20) + 1, 20))
    count = arguments.decimals(checker, places, written, -20)
    whole = max(value.type.whole, -count) + 1
    return op("round", value, type=value.type.with_digits(whole, max(count, 0)), static=(count,))


def whole(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        value = arguments.amount(checker, node)
        return op(name, value, type=value.type.with_digits(value.type.whole + 1, 0))

    return build


def absolute(checker: Checker, node: Call) -> Expr:
    value = arguments.typed(checker, node, 0, "number", "money")
    return op("abs", value, type=value.type.with_digits(value.type.whole, value.type.scale))


def modulo(checker: Checker, node: Call) -> Expr:
    dividend, divisor = arguments.amount(checker, node), arguments.number(checker, node, 1)
    whole, scale = dividend.type.whole, max(dividend.type.scale, divisor.type.scale)
    return op("mod", dividend, divisor, type=dividend.type.with_digits(whole, scale))


def extreme(name: str) -> _Build:
    def build(checker: Checker, node: Call) -> Expr:
        values, type = unify(checker, [(checker.expr(argument), argument.place) for argument in node.arguments])
        if type.kind not in ("number", "money", "date", "moment", "duration", "text", "blank"):
            raise checker.wrong_type(node.arguments[0].place, type, "number", "money", "date", "moment")
        return op(name, *values, type=type)

    return build


def number_of(checker: Checker, node: Call) -> Expr:
    value = arguments.typed(checker, node, 0, "text", "number", "money")
    if value.type.is_amount:
        return replace(value, type=_plain_number(value.type))
    return op("number_of_text", value, type=NUMBER)


def _plain_number(type: Type) -> Type:
    return NUMBER.with_digits(type.whole, type.scale)


def converted(checker: Checker, node: Call) -> Expr:
    amount = checker.expr(node.arguments[0])
    if amount.type.kind != "money":
        raise checker.wrong_type(node.arguments[0].place, amount.type, "money")
    target = checker.expr(node.arguments[1])
    if target.type.kind not in ("link", "text", "choice"):
        raise checker.wrong_type(node.arguments[1].place, target.type, "link")
    on = arguments.of_kind(checker, node.arguments[2], "date")
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
