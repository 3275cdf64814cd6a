"""The typed tree: what a formula means, free of names, sugar and syntax.

Back ends read nothing else. It has six kinds of node, all of them values:

- `Const`: a literal, or what calls of literals came to;
- `Ref`: a field of a record; `level` 0 is the formula's own record, each enclosing
  aggregate's row adds one;
- `Param`: `today`, `now`, `timezone`, `me`, `me.<field>`, `company.<field>`,
  `my_departments`: fixed for a Work, never part of a compiled text;
- `Op`: an operation of `operations.py` on arguments; `static` are settings that are
  part of the operation itself (decimals, formats);
- `Aggregate`: over the rows of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from queti.kernel.formulas.errors import FormulaWarning, Place
from queti.kernel.formulas.nodes import Literal, Node
from queti.kernel.formulas.types import Path, Type


@dataclass(frozen=True, slots=True)
class Const:
    value: Any
    type: Type


@dataclass(frozen=True, slots=True)
class Ref:
    path: Path
    type: Type
    level: int = 0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Op:
    name: str
    args: tuple[Expr, ...]
    type: Type
    static: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`kind`: sum, count, avg, min, max, any, all. `path` leads from the record of `owner` to the list."""

    kind: str
    path: Path
    owner: int
    level: int
    body: Expr | None
    where: Expr | None
    type: Type


Expr = Const | Ref | Param | Op | Aggregate


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked formula."""

    text: str
    node: Node
    expr: Expr
    type: Type
    uses: tuple[Path, ...]
    """Every path that is read, as names from the formula's object; lists included."""
    reads: frozenset[tuple[str, str]]
    """Every (object, field) that is named or followed: edges of the graph of definitions."""
    params: frozenset[str]
    is_live: bool
    """Changes without a write: uses today(), now(), me, or a live field."""
    rolls_up_live: bool = False
    in_memory: bool = False
    """Has an operation without SQL (reading dates out of texts, `map`)."""
    warnings: tuple[FormulaWarning, ...] = ()
    occurrences: tuple[Occurrence, ...] = field(default=(), repr=False)
    chosen: tuple[Chosen, ...] = field(default=(), repr=False)
    decides: tuple[str, ...] = ()
    """Rules that stand in it."""


class Occurrence(NamedTuple):
    """Where in the text a field's name stands."""

    position: int
    length: int
    object: str
    field: str


class Chosen(NamedTuple):
    """Where in the text a choice stands as a literal, and which field offers it."""

    position: int
    length: int
    object: str
    field: str
    choice: str


def children(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, Op):
        return expr.args
    if isinstance(expr, Aggregate):
        return tuple(part for part in (expr.body, expr.where) if part is not None)
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    stack = [expr]
    while stack:
        expr = stack.pop()
        yield expr
        stack.extend(reversed(children(expr)))


def typed_of(expr: Expr) -> Typed:
    """A tree that was made of checked ones, for the back ends."""
    parts = list(walk(expr))
    params = frozenset(part.name for part in parts if isinstance(part, Param))
    return Typed("", Literal(None, Place(0, 0)), expr, expr.type, (), frozenset(), params, is_live=False)


def over_record(typed: Typed, link: str) -> Typed:
    """A formula over what `link` leads to, with `this` for the record that holds the link, as one over the record."""
    uses = tuple(_from_record(path, link) for path in typed.uses if path != ("this",))
    return replace(typed, expr=_over_record(typed.expr, link), uses=uses)


def _over_record(expr: Expr, link: str) -> Expr:
    if isinstance(expr, Ref):
        return replace(expr, path=_from_record(expr.path, link), required=False) if expr.level == 0 else expr
    if isinstance(expr, Op):
        return replace(expr, args=tuple(_over_record(arg, link) for arg in expr.args))
    if isinstance(expr, Aggregate):
        body, where = (part and _over_record(part, link) for part in (expr.body, expr.where))
        path = _from_record(expr.path, link) if expr.owner == 0 else expr.path
        return replace(expr, path=path, body=body, where=where)
    return expr


def _from_record(path: Path, link: str) -> Path:
    return path[1:] if path[0] == "this" else (link, *path)


class Shape(NamedTuple):
    """A formula without its literals: formulas of one key share one SQL text."""

    key: Any
    values: tuple[Any, ...]
    """The literals, in the order of the parameters that `compile_sql` makes of them."""


def shape(typed: Typed) -> Shape:
    """The key to cache compiled SQL by, and this formula's values for it."""
    slots = Slots(typed.expr)
    return Shape(_key(typed.expr, slots), tuple(const.value for const in slots.constants))


class Slots:
    """Numbers the literals of a tree that can be parameters."""

    def __init__(self, expr: Expr) -> None:
        self.constants: list[Const] = []
        self._index: dict[int, int] = {}
        for part in walk(expr):
            if isinstance(part, Const) and is_parameter(part) and id(part) not in self._index:
                self._index[id(part)] = len(self.constants)
                self.constants.append(part)

    def index(self, const: Const) -> int:
        return self._index[id(const)]


def is_parameter(const: Const) -> bool:
    """True, false and blank are part of the text; all other literals are parameters."""
    return const.value is not None and not isinstance(const.value, bool)


def _key(expr: Expr, slots: Slots) -> Any:
    if isinstance(expr, Const):
        return (slots.index(expr), _type_key(expr.type)) if is_parameter(expr) else (expr.value,)
    if isinstance(expr, Ref):
        return (expr.level, expr.path)
    if isinstance(expr, Param):
        return expr.name
    if isinstance(expr, Op):
        return (expr.name, expr.static, tuple(_key(arg, slots) for arg in expr.args))
    body, where = (None if part is None else _key(part, slots) for part in (expr.body, expr.where))
    return (expr.kind, expr.path, expr.owner, expr.level, body, where)


def _type_key(type: Type) -> str:
    inner = _type_key(type.element) if type.element else ""
    return f"{type.kind}{'!' if type.integral else ''}{inner}"


def to_json(typed: Typed) -> dict[str, Any]:
    """The tree as plain JSON values, for the screen. Decimals, dates and moments are strings."""
    return {
        "text": typed.text,
        "type": _type_json(typed.type),
        "uses": [list(path) for path in typed.uses],
        "params": sorted(typed.params),
        "live": typed.is_live,
        "tree": expr_json(typed.expr),
    }


def expr_json(expr: Expr) -> dict[str, Any]:
    if isinstance(expr, Const):
        return {"const": value_json(expr.value), "type": expr.type.kind}
    if isinstance(expr, Ref):
        return {"ref": list(expr.path), "level": expr.level, "type": expr.type.kind}
    if isinstance(expr, Param):
        return {"param": expr.name, "type": expr.type.kind}
    if isinstance(expr, Op):
        answer: dict[str, Any] = {"op": expr.name, "args": [expr_json(arg) for arg in expr.args]}
        if expr.static:
            answer["static"] = [value_json(item) for item in expr.static]
        return answer | {"type": expr.type.kind}
    return {
        "aggregate": expr.kind,
        "list": list(expr.path),
        "owner": expr.owner,
        "level": expr.level,
        "body": None if expr.body is None else expr_json(expr.body),
        "where": None if expr.where is None else expr_json(expr.where),
        "type": expr.type.kind,
    }


def value_json(value: Any) -> Any:
    """A formula's value as JSON: decimals as plain strings, ISO 8601 for dates, moments, seconds for durations."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format(Decimal(value // timedelta(microseconds=1)).scaleb(-6), "f")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [value_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _type_json(type: Type) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": type.kind}
    if type.currency:
        answer["currency"] = list(type.currency)
    if type.target:
        answer["target"] = type.target
    if type.choices:
        answer["choices"] = list(type.choices)
    return answer
