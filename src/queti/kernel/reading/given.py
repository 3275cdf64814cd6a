"""Filters with numbers given by code, checked once for all numbers.

Which numbers are given changes nothing of a filter's type or text: the filter is checked with
a mark for each, and the marks among its literals say where the numbers go.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from queti.kernel.formulas.errors import FormulaError
from queti.kernel.formulas.typed import Const, Expr, Op, walk
from queti.kernel.model import Model, Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.seen import typed_with
from queti.kernel.reading.selecting import Where

Values = dict[str, Any]
_MARK = 1 << 52
"""No number that a formula is written with; a marked one would only not be remembered."""
_COMPARING = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in_list"})
_SHORT = 24
"""Longer texts, and lists of texts, are seldom given twice: their filters aren't remembered."""
_MOST = 1000
"""A longer list is a tree of its own."""


def where_given(
    model: Model, object: Object, rights: Rights | None, text: str, params: Mapping[str, Any]
) -> tuple[Where, Values]:
    """The filter and its literals."""
    kinds = tuple((name, _kind(value)) for name, value in params.items())
    if all(kind is not None for _, kind in kinds):
        found = _marked(model, object, rights, text, kinds)
        if found is not None:
            where, literals, places = found
            return where, literals | {at: _like(literals[at], params[name]) for at, name in places}
    return Where.of(typed_with(model, object, rights, text, params))


def _kind(value: Any) -> Any:
    """What of a value is part of the filter: of whole numbers only whether they are a list. None: all of it."""
    match value:
        case int() if not isinstance(value, bool) and abs(value) < _MARK:
            return "number"
        case bool() | None | date():
            return ("is", value)
        case str() if len(value) <= _SHORT:
            return ("is", value)
        case list() | tuple():
            return _kind_of_list(cast("Sequence[Any]", value))
        case _:
            return None


def _kind_of_list(values: Sequence[Any]) -> Any:
    if not 0 < len(values) <= _MOST:
        return None
    return "numbers" if all(type(each) is int and abs(each) < _MARK for each in values) else None


@lru_cache(maxsize=1024)
def _marked(
    model: Model, object: Object, rights: Rights | None, text: str, kinds: tuple[tuple[str, Any], ...]
) -> tuple[Where, Values, tuple[tuple[str, str], ...]] | None:
    """Where and literals with marks, and which literal is which parameter; None where a mark got lost."""
    marks = {Decimal(_MARK + at): name for at, (name, kind) in enumerate(kinds) if isinstance(kind, str)}
    numbers = {name: int(mark) for mark, name in marks.items()}
    params = {name: _value(kind, numbers.get(name)) for name, kind in kinds}
    try:
        typed = typed_with(model, object, rights, text, params)
    except FormulaError:
        return None
    if not all(_is_told_apart(part, marks) for part in walk(typed.expr)):
        return None
    where, literals = Where.of(typed)
    places = tuple((at, marks[mark]) for at, value in literals.items() if (mark := _single(value)) in marks)
    return (where, literals, places) if {name for _, name in places} == set(marks.values()) else None


def _is_told_apart(part: Expr, marks: Container[Any]) -> bool:
    """Marks are only compared with: what is reckoned with a number may depend on how large it is."""
    args = part.args if isinstance(part, Op) and part.name not in _COMPARING else ()
    return not any(isinstance(arg, Const) and _single(arg.value) in marks for arg in args)


def _value(kind: Any, mark: int | None) -> Any:
    match kind:
        case "number":
            return mark
        case "numbers":
            return [mark]
        case _:
            return kind[1]


def _single(value: Any) -> Any:
    """The mark that a literal holds, alone or as a list's one entry."""
    values = cast("Sequence[Any]", value) if isinstance(value, list | tuple) else (value,)
    return values[0] if len(values) == 1 and isinstance(values[0], Decimal | int) else None


def _like(literal: Any, value: Any) -> Any:
    """The numbers as the filter's check has read its mark: links are whole numbers, other numbers decimals."""
    if isinstance(literal, list):
        first: Any = cast("list[Any]", literal)[0]
        return [Decimal(each) if isinstance(first, Decimal) else int(each) for each in value]
    return type(literal)(value)
