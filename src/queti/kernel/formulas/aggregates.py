"""sum, count, avg, min, max, any and all over the rows of a list.

The argument names the list: `sum(lines.quantity * lines.unit_price)`. In it, paths that
begin with the list mean the row, all others the record: `sum(lines.weight * factor)`.
After `where` names mean the row, and `this.name` the record:
`count(lines where product = this.product)`. Paths through the row's links are allowed
(`sum(lines.product.weight)`), a list inside a row has an aggregate of its own
(`sum(lines.quantity * sum(lines.parts.cost))`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from queti.kernel.formulas import comparisons
from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.frames import Frame
from queti.kernel.formulas.nodes import Binary, Call, Name, Node, Unary
from queti.kernel.formulas.operations import op
from queti.kernel.formulas.typed import Aggregate, Const, Expr
from queti.kernel.formulas.types import (
    BOOLEAN,
    DURATION,
    MOST_DIGITS,
    NUMBER,
    WHOLE_NUMBER,
    FieldInfo,
    Path,
    Type,
)

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker

NAMES = frozenset({"sum", "count", "avg", "min", "max", "any", "all"})
_ROW_DIGITS = 12
_COMPARABLE = frozenset({"number", "money", "date", "moment", "duration", "text"})


def list_of(checker: Checker, name: Name) -> Path | None:
    """The written path up to the first list that isn't the row of an enclosing aggregate."""
    frame, rest, _ = _start(checker, name)
    scope = frame.scope
    taken = len(name.path) - len(rest)
    for index, part in enumerate(rest):
        info = scope.field(part)
        if info is None:
            return None
        if info.many:
            return name.path[: taken + index + 1]
        if info.element is None:
            return None
        scope = info.element
    return None


def _start(checker: Checker, name: Name) -> tuple[Frame, Path, tuple[Place, ...]]:
    before = len(checker.occurrences)
    found = checker.place_of(name)
    del checker.occurrences[before:]
    return found


def is_aggregate(checker: Checker, node: Call) -> bool:
    """`min` and `max` are also functions of single values."""
    if node.name not in NAMES:
        return False
    if node.name not in ("min", "max"):
        return True
    return node.where is not None or (
        len(node.arguments) == 1 and next(_lists(checker, node.arguments[0]), None) is not None
    )


def aggregate(checker: Checker, node: Call) -> Expr:
    if len(node.arguments) != 1:
        raise checker.error(
            "wrong_count", node.name_place, f"{node.name}() takes one list.", f"{node.name}() 只接受一个列表。"
        )
    argument = node.arguments[0]
    frame, path = _rows(checker, argument, node)
    body = None
    if not (isinstance(argument, Name) and argument.path == frame.bound):
        with checker.inside(frame, as_where=False):
            body = checker.expr(argument)
    where = None
    if node.where is not None:
        with checker.inside(frame, as_where=True):
            where = checker.condition(node.where)
    owner = frame.owner
    assert owner is not None
    if body is None and node.name in ("any", "all"):
        body, where = (where or Const(True, BOOLEAN)), None
    build = {"avg": _average}.get(node.name, _plain)
    return build(checker, node, (path, owner.level, frame.level), body, where, frame)


_Rows = tuple[Path, int, int]


def _plain(checker: Checker, node: Call, rows: _Rows, body: Expr | None, where: Expr | None, frame: Frame) -> Expr:
    type = _result(checker, node, body, frame)
    path, owner, level = rows
    return Aggregate(node.name, path, owner, level, body, where, type)


def _average(checker: Checker, node: Call, rows: _Rows, body: Expr | None, where: Expr | None, frame: Frame) -> Expr:
    """The sum over the count of what isn't blank, by the rules of division."""
    path, owner, level = rows
    total_type = _result(checker, node, body, frame)
    total = Aggregate("sum", path, owner, level, body, where, total_type)
    count = Aggregate("count", path, owner, level, body, where, WHOLE_NUMBER)
    if total_type.kind == "duration":
        return op("divide_duration", total, count, type=DURATION)
    return op("divide", total, count, type=total_type.with_digits(total_type.whole, 12))


def _result(checker: Checker, node: Call, body: Expr | None, frame: Frame) -> Type:
    if node.name == "count":
        return WHOLE_NUMBER
    if body is None:
        raise checker.error(
            "wrong_type",
            node.arguments[0].place,
            f"{node.name}() needs a field of the rows, such as {'.'.join(frame.bound)}.amount.",
            f"{node.name}() 需要指明明细的字段，例如 {'.'.join(frame.bound)}.amount。",
        )
    type, place = body.type, node.arguments[0].place
    if node.name in ("any", "all"):
        if type.kind != "boolean":
            raise checker.wrong_type(place, type, "boolean")
        return BOOLEAN
    if type.kind == "money":
        _refuse_row_currency(checker, type, place, frame)
    if node.name in ("sum", "avg"):
        if type.kind not in ("number", "money", "duration"):
            raise checker.wrong_type(place, type, "number", "money", "duration")
        return _sum_type(checker, type, place)
    if type.kind not in _COMPARABLE:
        raise checker.wrong_type(place, type, "number", "money", "date", "moment", "text")
    return type


def _sum_type(checker: Checker, type: Type, place: Place) -> Type:
    if not type.is_amount:
        return type
    whole = type.whole + _ROW_DIGITS
    if whole + type.scale > MOST_DIGITS:
        raise checker.error("too_large", place, "The sum could have too many digits.", "合计的位数过多。")
    return type.with_digits(whole, type.scale)


def _refuse_row_currency(checker: Checker, type: Type, place: Place, frame: Frame) -> None:
    if type.currency[: len(frame.origin)] == frame.origin:
        raise checker.error(
            "mixed_currencies",
            place,
            "Each row has a currency of its own; use convert(amount, currency, day) in the sum.",
            "各行币种可能不同，请在合计中用 convert(金额, 币种, 日期) 换算。",
            ("convert",),
        )


def has_equal(checker: Checker, left: Expr, node: Binary) -> Expr:
    """`x in lines.product`: some row's value equals x."""
    frame, path = _rows(checker, node.right, node)
    with checker.inside(frame, as_where=False):
        right = checker.expr(node.right)
    left, right = comparisons.comparable(checker, left, right, node)
    assert frame.owner is not None
    body = comparisons.equal(right, left)
    return Aggregate("any", path, frame.owner.level, frame.level, body, None, BOOLEAN)


def _rows(checker: Checker, argument: Node, node: Call | Binary) -> tuple[Frame, Path]:
    """The frame of the one list in an argument, and the list's path from its owner."""
    names = dict(_lists(checker, argument))
    label = node.name if isinstance(node, Call) else "in"
    if not names:
        raise checker.error(
            "wrong_type",
            argument.place,
            f"{label}() needs a list, such as lines or lines.amount.",
            f"{label}() 需要列表，例如 lines 或 lines.amount。",
            ("list",),
        )
    if len(names) > 1:
        listed = ", ".join(".".join(path) for path in names)
        raise checker.error(
            "wrong_type",
            argument.place,
            f"{label}() goes over one list; here are {listed}.",
            f"{label}() 只能针对一个列表，此处有 {listed}。",
        )
    written, name = next(iter(names.items()))
    owner, rest, _ = _start(checker, name)
    rest = rest[: len(rest) - (len(name.path) - len(written))]
    taken = len(written) - len(rest)
    info, _ = checker.follow(owner, rest, name.places[taken : len(written)])
    _use_list(checker, owner, rest, info)
    assert info.element is not None
    level = len(checker.active)
    return Frame(info.element, level, owner.origin + rest, owner, info.back, written), rest


def _use_list(checker: Checker, owner: Frame, path: Path, info: FieldInfo) -> None:
    checker.uses[owner.origin + path] = None
    if info.is_live:
        checker.is_live = True


def _lists(checker: Checker, node: Node) -> Iterator[tuple[Path, Name]]:
    """Lists that an argument names; a `where` inside it speaks of other rows."""
    if isinstance(node, Name):
        path = list_of(checker, node)
        if path is not None:
            yield path, node
    elif isinstance(node, Unary):
        yield from _lists(checker, node.operand)
    elif isinstance(node, Binary):
        yield from _lists(checker, node.left)
        yield from _lists(checker, node.right)
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _lists(checker, argument)


__all__ = ["NAMES", "NUMBER", "aggregate", "has_equal", "is_aggregate", "list_of"]
