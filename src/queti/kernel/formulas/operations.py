"""The operations that typed trees are made of, and how they treat blank.

`STRICT`: blank if an argument is blank, else never. `PARTIAL`: also blank where there
is no answer. `OWN`: handles blank arguments itself. Tests (`TESTS`) answer true or
false, never blank.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from queti.kernel.formulas import capitals, days, formats, values
from queti.kernel.formulas.typed import Const, Expr, Op
from queti.kernel.formulas.types import BLANK, Type


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


STRICT = _names(
    """
    add subtract multiply negate abs round floor ceil text_of_number text_of_number_fixed text_of_boolean
    in_unit negate_duration negate_months add_durations subtract_durations days_between moments_between
    date_part local_date local_part start_of end_of_month lower upper text_of_date text_of_moment
    """
)
PARTIAL = _names(
    """
    divide mod round_to number_of_text duration scale_duration divide_duration duration_ratio months date_plus
    date_plus_months moment_plus moment_plus_months start_of_day in_zone make_date trim left right middle
    date_of_text moment_of_text moment_of_seconds map first_day last_day capitals
    """
)
OWN = _names(
    """
    if default convert concat join replace min max len
    """
)
TESTS = _names(
    """
    and or not eq lt le gt ge is_blank in_list in_param holds contains starts_with ends_with like overlaps
    """
)
IN_MEMORY = frozenset({"date_of_text", "moment_of_text", "moment_of_seconds", "map"})
"""Operations without SQL: they read texts that came from outside."""

LOCAL = frozenset(
    {"moment_plus_months", "start_of_day", "in_zone", "local_date", "local_part", "text_of_moment", "moment_of_text"}
)
"""Operations whose last argument is the time zone."""

PLAIN_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **values.FUNCTIONS,
    **formats.FUNCTIONS,
    **days.FUNCTIONS,
    "capitals": capitals.write,
    "add_durations": operator.add,
    "subtract_durations": operator.sub,
    "moments_between": operator.sub,
    "negate_months": operator.neg,
}
"""Operation → Python function of (*static, *arguments)."""

_FOLDED = (STRICT | PARTIAL | {"join", "replace", "min", "max", "len"}) - {"map", "convert"} - LOCAL


def op(name: str, *args: Expr, type: Type, static: tuple[Any, ...] = ()) -> Expr:
    """The operation on these arguments; of literals alone, its result; blank where an argument is written as blank."""
    if name in STRICT | PARTIAL and any(isinstance(arg, Const) and arg.value is None for arg in args):
        return Const(None, BLANK)
    if name in _FOLDED and all(isinstance(arg, Const) for arg in args):
        return _fold(name, args, type, static)
    return Op(name, args, type, static)


def _fold(name: str, args: tuple[Expr, ...], type: Type, static: tuple[Any, ...]) -> Const:
    inputs = [arg.value for arg in args if isinstance(arg, Const)]
    return constant(PLAIN_FUNCTIONS[name](*static, *inputs), type)


def constant(value: Any, type: Type) -> Const:
    """A literal; a number's digits are those that it has."""
    if value is None:
        return Const(None, BLANK)
    if not type.is_amount:
        return Const(value, type)
    plain = Decimal(value or 0)
    scale = max(0, -int(plain.as_tuple().exponent))
    return Const(plain, type.with_digits(max(1, plain.adjusted() + 1), scale))


def is_test(expr: Expr) -> bool:
    """Answers true or false, never blank."""
    if isinstance(expr, Const):
        return isinstance(expr.value, bool)
    return isinstance(expr, Op) and expr.name in TESTS
