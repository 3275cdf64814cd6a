"""Syntax tree → typed tree: names are found, types fit, sugar is gone."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import cast

from queti.kernel.formulas import arithmetic, coerce, comparisons, functions
from queti.kernel.formulas.errors import FormulaError, FormulaWarning, Place, Reason, nearest_names
from queti.kernel.formulas.frames import Frame
from queti.kernel.formulas.nodes import Binary, Call, Literal, Name, Node, Unary
from queti.kernel.formulas.operations import IN_MEMORY, constant
from queti.kernel.formulas.parser import parse
from queti.kernel.formulas.printer import to_text
from queti.kernel.formulas.typed import Chosen, Const, Expr, Occurrence, Op, Param, Ref, Typed, children, walk
from queti.kernel.formulas.types import (
    BLANK,
    BOOLEAN,
    COMPANY,
    NUMBER,
    TEXT,
    WORDS,
    FieldInfo,
    NameScope,
    Path,
    Type,
)

LARGEST_TREE = 5000
DEEPEST_TREE = 90
"""What the back ends' own recursion can bear."""
SPECIALS = frozenset({"me", "company"})
ROOT = "this"
LIVE_PARAMS = ("today", "now", "me", "my_departments")


def check(formula: str | Node, scope: NameScope, *, expect: Type | None = None) -> Typed:
    """The typed tree of a formula over `scope`. Raises FormulaError where a name is unknown or a type doesn't fit.

    `expect` is the type that the formula must answer; literals are read as it.
    """
    text = formula if isinstance(formula, str) else to_text(formula)
    node = parse(formula) if isinstance(formula, str) else formula
    checker = Checker(text, scope)
    try:
        expr = checker.expr(node)
        if expect is not None:
            expr = coerce.to_type(checker, expr, expect, node.place)
    except RecursionError:
        raise checker.error("too_deep", node.place, "The formula is nested too deeply.", "公式嵌套过深。") from None
    refuse_large(checker, expr, node.place)
    return checker.finish(node, expr)


class Checker:
    """One check of one formula. The modules around it add the rules of functions and signs."""

    def __init__(self, text: str, scope: NameScope) -> None:
        self.text = text
        self.root = Frame(scope, 0, ())
        self.frame = self.root
        self.bound: tuple[Frame, ...] = ()
        self.active: tuple[Frame, ...] = (self.root,)
        self.absolute: dict[int, Path] = {}
        """Path from the formula's record of each Ref, by the Ref's identity."""
        self.guards: list[frozenset[str]] = []
        self.uses: dict[Path, None] = {}
        self.reads: set[tuple[str, str]] = set()
        self.warnings: list[FormulaWarning] = []
        self.occurrences: list[Occurrence] = []
        self.chosen: list[Chosen] = []
        self.decides: dict[str, None] = {}
        self.is_live = False
        self.rolls_up_live = False

    def finish(self, node: Node, expr: Expr) -> Typed:
        parts = list(walk(expr))
        params = frozenset(part.name for part in parts if isinstance(part, Param))
        return Typed(
            text=self.text,
            node=node,
            expr=expr,
            type=expr.type,
            uses=tuple(self.uses),
            reads=frozenset(self.reads),
            params=params,
            is_live=self.is_live or any(name.partition(".")[0] in LIVE_PARAMS for name in params),
            rolls_up_live=self.rolls_up_live,
            in_memory=any(isinstance(part, Op) and part.name in IN_MEMORY for part in parts),
            warnings=tuple(self.warnings),
            occurrences=tuple(self.occurrences),
            chosen=tuple(dict.fromkeys(self.chosen)),
            decides=tuple(self.decides),
        )

    # --- nodes

    def expr(self, node: Node) -> Expr:
        if isinstance(node, Literal):
            return literal(node)
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Unary):
            return self.unary(node)
        if isinstance(node, Binary):
            return self.binary(node)
        if isinstance(node, Call):
            return functions.call(self, node)
        raise self.error(
            "syntax", node.place, "A list in brackets fits only after “in”.", "括号中的列表只能写在“in”之后。"
        )

    def unary(self, node: Unary) -> Expr:
        if node.sign == "not":
            return Op("not", (self.condition(node.operand),), BOOLEAN)
        return arithmetic.negate(self, self.expr(node.operand), node.place)

    def binary(self, node: Binary) -> Expr:
        if node.sign in ("and", "or"):
            return self.logic(node)
        if node.sign in ("in", "not in"):
            found = comparisons.membership(self, node)
            return Op("not", (found,), BOOLEAN) if node.sign == "not in" else found
        left, right = self.expr(node.left), self.expr(node.right)
        if node.sign in ("=", "!=", "<", "<=", ">", ">="):
            return comparisons.compare(self, node.sign, left, right, node)
        if node.sign == "&":
            return arithmetic.concatenate(self, [(left, node.left.place), (right, node.right.place)])
        if node.sign == "/":
            self.warn_unguarded(node, right)
        return arithmetic.BINARY[node.sign](self, left, right, node)

    def logic(self, node: Binary) -> Expr:
        left = self.condition(node.left)
        with self.guarded(node.left if node.sign == "and" else None):
            right = self.condition(node.right)
        args: list[Expr] = []
        for side in (left, right):
            args.extend(side.args if isinstance(side, Op) and side.name == node.sign else (side,))
        return Op(node.sign, tuple(args), BOOLEAN)

    def condition(self, node: Node) -> Expr:
        expr = self.expr(node)
        if expr.type.kind not in ("boolean", "blank"):
            raise self.wrong_type(node.place, expr.type, "boolean")
        return Const(False, BOOLEAN) if expr.type.kind == "blank" else expr

    # --- names

    def name(self, node: Name) -> Expr:
        frame, rest, places = self.place_of(node)
        if frame is self.frame and rest[0] in SPECIALS and self.special(rest[0]) and not frame.scope.field(rest[0]):
            return self.parameter(rest, places)
        info, hops = self.follow(frame, rest, places)
        if info.many:
            raise self.error(
                "wrong_type",
                node.place,
                f"“{'.'.join(node.path)}” is a list; use it inside sum(), count(), any() or the like.",
                f"“{'.'.join(node.path)}”是列表，请放在 sum()、count()、any() 等函数中使用。",
            )
        return self.ref(frame, rest, info, hops)

    def ref(self, frame: Frame, path: Path, info: FieldInfo, hops: Path) -> Ref:
        self.use(frame, path, info)
        ref = Ref(path, self.rooted(info.type, frame, hops), frame.level, info.required and len(path) == 1)
        self.absolute[id(ref)] = frame.origin + path
        return ref

    def place_of(self, node: Name) -> tuple[Frame, Path, tuple[Place, ...]]:
        """The rows that a written path starts from, and what is left of it."""
        path = node.path
        for frame in sorted(self.bound, key=lambda frame: -len(frame.bound)):
            length = len(frame.bound)
            if path[:length] == frame.bound and len(path) > length:
                self.note_list(node, frame)
                return frame, path[length:], node.places[length:]
        if path[0] == ROOT and len(path) > 1 and self.frame.scope.field(ROOT) is None:
            return self.root, path[1:], node.places[1:]
        return self.frame, path, node.places

    def note_list(self, node: Name, frame: Frame) -> None:
        """The list's own names, written once more inside the aggregate, are uses of its fields too."""
        assert frame.owner is not None
        end = len(frame.bound)
        start = end - len(frame.origin) + len(frame.owner.origin)
        self.follow(frame.owner, frame.bound[start:], node.places[start:end])
        if frame.owner in self.bound:
            self.note_list(node, frame.owner)

    def follow(self, frame: Frame, path: Path, places: tuple[Place, ...]) -> tuple[FieldInfo, Path]:
        """The field at the path's end, and the links on the way."""
        scope: NameScope | None = frame.scope
        info: FieldInfo | None = None
        for index, (name, place) in enumerate(zip(path, places, strict=True)):
            if scope is None:
                raise self.no_way(path[:index], info, place)
            info = scope.field(name)
            if info is None:
                raise self.unknown(name, scope, place, frame if index == 0 else None)
            self.reads.add((scope.name, name))
            self.occurrences.append(Occurrence(place.position, place.length, scope.name, name))
            if info.many and index < len(path) - 1:
                raise self.error(
                    "wrong_type",
                    place,
                    f"“{name}” is a list; use it inside sum(), count(), any() or the like.",
                    f"“{name}”是列表，请放在 sum()、count()、any() 等函数中使用。",
                )
            scope = info.element
        return cast("FieldInfo", info), path[:-1]

    def special(self, name: str) -> FieldInfo | None:
        return self.root.scope.special(name)

    def parameter(self, path: Path, places: tuple[Place, ...]) -> Expr:
        """`me` and `company`, and their fields."""
        info = cast("FieldInfo", self.special(path[0]))
        record, *names = path
        if not names:
            return Param(record, info.type)
        if len(names) > 1 or info.element is None:
            raise self.no_way(path[:2], info, places[-1])
        name, place = names[0], places[-1]
        inner = info.element.field(name)
        if inner is None:
            raise self.unknown(name, info.element, place, None)
        self.reads.add((info.element.name, name))
        self.occurrences.append(Occurrence(place.position, place.length, info.element.name, name))
        return Param(f"{record}.{name}", self.rooted(inner.type, self.root, (record,)))

    def use(self, frame: Frame, path: Path, info: FieldInfo) -> None:
        self.uses[frame.origin + path] = None
        if info.is_live:
            self.is_live = True
            self.rolls_up_live = self.rolls_up_live or frame.level > 0

    def rooted(self, type: Type, frame: Frame, hops: Path) -> Type:
        """Money's currency source, as seen from the formula's record."""
        if type.kind != "money" or type.currency == COMPANY:
            return type
        source = hops + type.currency
        while frame.owner is not None and source and source[0] == frame.back:
            frame, source = frame.owner, source[1:]
        return Type("money", frame.origin + source, whole=type.whole, scale=type.scale)

    def currency(self, source: Path, type: Type) -> Expr:
        """The value of a currency source: the company's currency, or a field of an enclosing row or the record."""
        if source == COMPANY:
            return Param("company.currency", type)
        if source[0].startswith("="):
            return Const(source[0][1:], TEXT)
        frame = max(
            (frame for frame in self.active if source[: len(frame.origin)] == frame.origin),
            key=lambda frame: len(frame.origin),
        )
        path = source[len(frame.origin) :]
        found = len(self.occurrences)
        info, hops = self.follow(frame, path, (Place(0, 0),) * len(path))
        del self.occurrences[found:]
        return self.ref(frame, path, info, hops)

    # --- aggregates

    @contextmanager
    def inside(self, frame: Frame, *, as_where: bool) -> Generator[None]:
        """Names mean the rows of `frame`: all of them in a `where`, in an argument those that start with the list."""
        before = self.frame, self.bound, self.active
        self.active = (*self.active, frame)
        self.frame, self.bound = (frame, ()) if as_where else (self.frame, (*self.bound, frame))
        try:
            yield
        finally:
            self.frame, self.bound, self.active = before

    # --- guards against division by zero

    @contextmanager
    def guarded(self, condition: Node | None) -> Generator[None]:
        self.guards.append(frozenset() if condition is None else arithmetic.guarded_texts(condition))
        try:
            yield
        finally:
            self.guards.pop()

    def warn_unguarded(self, node: Binary, divisor: Expr) -> None:
        if isinstance(divisor, Const) and divisor.value:
            return
        text = to_text(node.right)
        if any(text in guard or "*" in guard for guard in self.guards):
            return
        en = f"When {text} is 0 this division is blank; guard it with if() or default()."
        zh = f"当 {text} 为 0 时该除法结果为空，请用 if() 或 default() 处理。"
        self.warnings.append(FormulaWarning("unguarded_division", node.sign_place, en, zh))

    # --- errors

    def error(
        self,
        reason: Reason,
        place: Place,
        en: str,
        zh: str,
        expected: tuple[str, ...] = (),
        nearest: tuple[str, ...] = (),
    ) -> FormulaError:
        return FormulaError(reason, place, en, zh, text=self.text, expected=expected, nearest=nearest)

    def wrong_type(self, place: Place, found: Type, *wanted: str) -> FormulaError:
        found_en, found_zh = WORDS[found.kind]
        en = " or ".join(WORDS[kind][0] for kind in wanted)
        zh = "或".join(WORDS[kind][1] for kind in wanted)
        return self.error(
            "wrong_type", place, f"This is {found_en}; {en} is expected.", f"此处是{found_zh}，应为{zh}。", wanted
        )

    def unknown(self, name: str, scope: NameScope, place: Place, frame: Frame | None) -> FormulaError:
        nearest = nearest_names(name, scope.names())
        if frame is not None:
            nearest = self.elsewhere(name, frame) or nearest
        of_en = f" of {scope.name}" if scope.name else ""
        of_zh = f"{scope.name} 中" if scope.name else ""
        return self.error(
            "unknown_name",
            place,
            f"There is no field “{name}”{of_en}.",
            f"{of_zh}没有字段“{name}”。",
            ("name",),
            nearest,
        )

    def elsewhere(self, name: str, frame: Frame) -> tuple[str, ...]:
        """The same name in the rows of the argument, or in the record outside a `where`."""
        for bound in self.bound:
            if bound.scope.field(name):
                return (".".join((*bound.bound, name)),)
        if frame.level and self.root.scope.field(name):
            return (f"{ROOT}.{name}",)
        return ()

    def no_way(self, path: Path, info: FieldInfo | None, place: Place) -> FormulaError:
        kind_en, kind_zh = WORDS[info.type.kind] if info else WORDS["blank"]
        written = ".".join(path)
        return self.error(
            "unknown_name",
            place,
            f"“{written}” is {kind_en}; nothing follows it with a dot.",
            f"“{written}”是{kind_zh}，后面不能再用点号。",
        )


def literal(node: Literal) -> Expr:
    value = node.value
    if value is None or value == "":
        return Const(None, BLANK)
    if isinstance(value, bool):
        return Const(value, BOOLEAN)
    return constant(value, NUMBER if isinstance(value, Decimal) else TEXT)


def refuse_large(checker: Checker, expr: Expr, place: Place) -> None:
    """Sharing in the tree is written out in SQL, so the size is counted as written out."""
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    for part in reversed(list(_distinct(expr))):
        below = children(part)
        sizes[id(part)] = 1 + sum(sizes[id(child)] for child in below)
        depths[id(part)] = 1 + max((depths[id(child)] for child in below), default=0)
    if depths[id(expr)] > DEEPEST_TREE:
        raise checker.error("too_deep", place, "The formula is nested too deeply.", "公式嵌套过深。")
    if sizes[id(expr)] > LARGEST_TREE:
        raise checker.error("too_large", place, "The formula is too large.", "公式过大。")


def _distinct(expr: Expr) -> Iterator[Expr]:
    """Every node once, each before its children."""
    seen: set[int] = set()
    order: list[Expr] = []

    def visit(part: Expr) -> None:
        if id(part) in seen:
            return
        seen.add(id(part))
        for child in children(part):
            visit(child)
        order.append(part)

    visit(expr)
    return reversed(order)
