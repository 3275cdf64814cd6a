"""Literals that become what their place asks for, and the common type of branches."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from queti.kernel.formulas import formats
from queti.kernel.formulas.errors import FormulaError, Place, nearest_names
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Chosen, Const, Expr, Op, Param
from queti.kernel.formulas.types import CLOCK, DATE, INTEGER, MOMENT, TEXT, TIMEZONE, Type

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

ZONE = Param("timezone", TIMEZONE)
_BRANCHES = {"if": 1, "default": 0}
"""Operations whose value is one of their arguments → the first of these."""


def to_type(checker: Checker, expr: Expr, wanted: Type, place: Place) -> Expr:
    """`expr` as the type wanted; literals and the branches of if() and default() are converted."""
    if isinstance(expr, Op) and expr.name in _BRANCHES and expr.type.kind != wanted.kind:
        first = _BRANCHES[expr.name]
        branches = tuple(to_type(checker, arg, wanted, place) for arg in expr.args[first:])
        return Op(expr.name, (*expr.args[:first], *branches), wanted)
    if isinstance(expr, Const):
        return const_to_type(checker, expr, wanted, place)
    found = expr.type
    if found.kind == "money" and wanted.kind == "money" and found.currency != wanted.currency:
        raise mixed_currencies(checker, place, found, wanted)
    if found.kind == "link" and wanted.kind == "link":
        refuse_other_target(checker, found, wanted, place)
    elif found.kind != wanted.kind and (found.kind, wanted.kind) not in _FITS:
        raise checker.wrong_type(place, found, wanted.kind)
    return expr


_FITS = frozenset({("choice", "text"), ("text", "choice")})


def const_to_type(checker: Checker, const: Const, wanted: Type, place: Place) -> Expr:
    """A literal where `wanted` is expected: numbers fit money and links, texts fit dates, moments and choices."""
    kind, value = const.type.kind, const.value
    if kind == "blank" or kind == wanted.kind:
        return const
    if kind == "number" and wanted.kind == "money":
        return Const(value, wanted.with_digits(const.type.whole, const.type.scale))
    if kind == "number" and wanted.kind == "link" and const.type.scale == 0 and abs(value) < 2**63:
        return Const(int(value), Type("link", target=wanted.target))
    if kind == "text" and wanted.kind in ("choice", "choices"):
        return choice(checker, const, wanted, place)
    if kind == "text" and wanted.kind == "date":
        return Const(_read_date(checker, str(value), place), DATE)
    if kind == "text" and wanted.kind == "moment":
        return moment_literal(checker, str(value), place)
    if kind == "choice" and wanted.kind == "text":
        return const
    raise checker.wrong_type(place, const.type, wanted.kind)


def choice(checker: Checker, const: Const, wanted: Type, place: Place) -> Const:
    if wanted.choices and const.value not in wanted.choices:
        names = ", ".join(wanted.choices[:12])
        raise checker.error(
            "not_a_choice",
            place,
            f"“{const.value}” is none of the choices ({names}).",
            f"“{const.value}”不是可选值（{names}）。",
            wanted.choices,
            nearest_names(str(const.value), wanted.choices),
        )
    checker.chosen.append(Chosen(place.position, place.length, *wanted.source, str(const.value)))
    return Const(const.value, TEXT)


def integral(const: Const) -> Const | None:
    """A whole number as bigint, so that an index on a bigint column serves."""
    if const.type.scale == 0 and abs(const.value) < 2**63:
        return Const(int(const.value), INTEGER)
    return None


def _read_date(checker: Checker, text: str, place: Place) -> object:
    day = formats.date_of_text("", text)
    if day is None:
        raise unreadable(checker, text, place, "YYYY-MM-DD")
    return day


def moment_literal(checker: Checker, text: str, place: Place) -> Expr:
    """A written moment; without an offset it is a clock time in the workspace's zone."""
    moment = formats.moment_of_text("", "UTC", text, formats.UTC_ZONE)
    if moment is None:
        raise unreadable(checker, text, place, "YYYY-MM-DDTHH:MM:SSZ")
    elsewhere = formats.moment_of_text("", "Asia/Tokyo", text, formats.UTC_ZONE)
    if moment == elsewhere:
        return Const(moment, MOMENT)
    clock: datetime = moment.replace(tzinfo=None)
    return op("in_zone", Const(clock, CLOCK), ZONE, type=MOMENT)


def unreadable(checker: Checker, text: str, place: Place, form: str) -> FormulaError:
    return checker.error(
        "wrong_type", place, f"“{text}” can't be read as {form}.", f"“{text}”无法按 {form} 读取。", (form,)
    )


def unify(checker: Checker, exprs: list[tuple[Expr, Place]]) -> tuple[list[Expr], Type]:
    """Branches of one value, and their common type."""
    known = [(expr, place) for expr, place in exprs if expr.type.kind != "blank"]
    if not known:
        return [expr for expr, _ in exprs], Const(None, exprs[0][0].type).type
    lead = next((expr for expr, _ in known if not isinstance(expr, Const)), known[0][0]).type
    if any(expr.type.kind == "text" and isinstance(expr, Const) for expr, _ in known) and lead.kind == "choice":
        lead = TEXT
    converted = [to_type(checker, expr, lead, place) if expr.type.kind != "blank" else expr for expr, place in exprs]
    return converted, widest(lead, [expr.type for expr in converted])


def widest(lead: Type, types: list[Type]) -> Type:
    if not lead.is_amount:
        return lead
    amounts = [type for type in types if type.is_amount]
    return lead.with_digits(max(type.whole for type in amounts), max(type.scale for type in amounts))


def same_currency(checker: Checker, left: Type, right: Type, place: Place) -> None:
    if left.kind == "money" and right.kind == "money" and left.currency != right.currency:
        raise mixed_currencies(checker, place, left, right)


def mixed_currencies(checker: Checker, place: Place, left: Type, right: Type) -> FormulaError:
    one, other = ".".join(left.currency), ".".join(right.currency)
    return checker.error(
        "mixed_currencies",
        place,
        f"These amounts are in different currencies ({one} and {other}); use convert(amount, currency, day).",
        f"金额的币种来源不同（{one} 与 {other}），请先用 convert(金额, 币种, 日期) 换算。",
        ("convert",),
    )


def refuse_other_target(checker: Checker, found: Type, wanted: Type, place: Place) -> None:
    if found.target and wanted.target and found.target != wanted.target:
        raise checker.error(
            "wrong_type",
            place,
            f"This links to {found.target}; a link to {wanted.target} is expected.",
            f"此处关联的是 {found.target}，应为 {wanted.target}。",
            (wanted.target,),
        )
