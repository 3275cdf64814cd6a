"""What a table's rows say of each other: rows that never fire, overlaps, gaps with an example.

Each input's line of values is cut at every value that a cell names; between the cuts all values
are alike, so one example stands for all of them and rows are compared exactly. Cells that no such
cut describes (formulas over other fields) are left out of the comparison, and so are their rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from itertools import islice, pairwise
from typing import Any, Literal

from queti.kernel.definitions import Words
from queti.kernel.formulas import Type, compile_python, fixed_env
from queti.kernel.formulas.typed import Const, Expr, Op, Ref, typed_of, walk
from queti.kernel.rules.compiling import Cell, Row, Rule

Masks = dict[str, int]
Kind = Literal["never", "overlap", "contradiction", "gap", "hole"]
MOST_REGIONS = 2_000
MOST_FINDINGS = 50
MOST_STEPS = 100_000
FEW = 32
DAY = "as_of"
_COMPARED = frozenset({"eq", "lt", "le", "gt", "ge", "in_list", "is_blank"})
_STEP = Decimal("0.01")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """`rows` are labels; `example`: a case of which it is true."""

    kind: Kind
    rows: tuple[str, ...]
    words: Words
    example: dict[str, Any] = field(default_factory=dict[str, Any])


def analyse(rule: Rule) -> list[Found]:
    """What is told of a table; nothing where its rows can't be compared."""
    if rule.problems or rule.hit == "collect" or not rule.rows or rule.definition.kind == "decision":
        return []
    return list(islice(Table(rule).findings(), MOST_FINDINGS))


class Table:
    """Rows as sets of examples: a bit an example in each column, and the columns in which a row is free."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.columns = [*rule.given, *rule.asked]
        self.lines = {name: _Line(name, _examples(_type(rule, name), _tests(rule, name))) for name in self.columns}
        self.masks = [self.mask(row) for row in rule.rows]

    def findings(self) -> Iterator[Found]:
        if self.rule.hit in ("unique", "any"):
            yield from self.overlaps()
        else:
            yield from self.never_firing()
        if self.rule.definition.kind == "rates":
            yield from self.holes()
        elif not self.rule.default and self.rule.definition.kind in ("table", "set"):
            yield from self.gaps()

    # -- rows as boxes

    def mask(self, row: Row) -> Masks | None:
        """Column → which examples the row lets through; None where a cell looks at more than its column."""
        masks = {name: line.all for name, line in self.lines.items()}
        for cell in row.when:
            column = _column(cell)
            if column not in masks or not is_alone(cell.test, column):
                return None
            masks[column] &= self.lines[column].held(cell.test)
        return masks

    def example(self, masks: Masks) -> dict[str, Any]:
        return {name: self.lines[name].examples[_lowest(bits)] for name, bits in masks.items() if bits}

    # -- findings

    def never_firing(self) -> Iterator[Found]:
        """A row whose every case is taken by the rows before it."""
        before = _Before()
        for row, masks in self.compared():
            if not all(masks.values()):
                yield Found("never", (row.label,), _NEVER_HOLDS)
                continue
            around = list(before.meeting(masks))
            if _covered(masks, [other for _, other, _ in around]):
                yield Found("never", (row.label, *(other.label for other, _, _ in around[:5])), _TAKEN)
            before.add(row, masks)

    def overlaps(self) -> Iterator[Found]:
        before = _Before()
        for row, masks in self.compared():
            if not all(masks.values()):
                yield Found("never", (row.label,), _NEVER_HOLDS)
                continue
            for other, _, both in before.meeting(masks):
                same = dict(row.then) == dict(other.then)
                if self.rule.hit == "unique" or not same:
                    kind: Kind = "overlap" if same else "contradiction"
                    yield Found(kind, (other.label, row.label), _BOTH, self.example(both))
            before.add(row, masks)

    def gaps(self) -> Iterator[Found]:
        if any(masks is None for masks in self.masks):
            return
        everything = {name: line.all for name, line in self.lines.items()}
        try:
            left = _remaining(everything, [masks for masks in self.masks if masks is not None and all(masks.values())])
        except _TooMany:
            return
        for masks in left[:3]:
            yield Found("gap", (), _GAP, self.example(masks))

    def holes(self) -> Iterator[Found]:
        """Days between the end of a rate and the beginning of a later one on which none is valid."""
        known = [(row, masks) for row, masks in self.compared() if all(masks.values())]
        for row, masks in known:
            if not row.definition.until:
                continue
            for later, theirs in reversed(known):
                both = _meet({**masks, DAY: 1 << masks[DAY].bit_length()}, {**theirs, DAY: -1})
                if later.definition.from_ <= row.definition.until or both is None:
                    continue
                try:
                    left = _remaining(both, [each for _, each in known])
                except _TooMany:
                    return
                if left:
                    yield Found("hole", (row.label, later.label), _HOLE, self.example(left[0]))
                    break

    def compared(self) -> Iterator[tuple[Row, Masks]]:
        for row, masks in zip(self.rule.rows, self.masks, strict=True):
            if masks is not None:
                yield row, masks


class _Line:
    """A column's line of values, by its examples; what a test lets through is a bit an example."""

    def __init__(self, column: str, examples: Sequence[Any]) -> None:
        self.column = column
        self.examples = examples
        self.all = (1 << len(examples)) - 1
        self.places = {each: at for at, each in enumerate(examples)}
        self.ordered = examples[:-1] if isinstance(examples[0], (Decimal, date)) else ()
        """Without the blank at the end."""
        self.known: dict[int, int] = {}

    def held(self, test: Expr) -> int:
        if id(test) not in self.known:
            self.known[id(test)] = self.bits(test)
        return self.known[id(test)]

    def bits(self, test: Expr) -> int:
        match test:
            case Op("and", args):
                return reduce(int.__and__, (self.bits(arg) for arg in args))
            case Op("or", args):
                return reduce(int.__or__, (self.bits(arg) for arg in args))
            case Op("not", (arg,)):
                return self.all & ~self.bits(arg)
            case Op("eq", (Ref(), Const(value))) if value in self.places and value is not None:
                return 1 << self.places[value]
            case Op("in_list", (Ref(), Const(values))) if all(
                each in self.places and each is not None for each in values
            ):
                return sum({1 << self.places[each] for each in values})
            case Op("lt" | "le" | "gt" | "ge" as name, (Ref(), Const(value))) if self.ordered and value is not None:
                return self.compared(name, value)
            case _:
                return self.asked(test)

    def compared(self, name: str, value: Any) -> int:
        below = (1 << (bisect_right if name in ("le", "gt") else bisect_left)(self.ordered, value)) - 1
        return below if name in ("lt", "le") else ((1 << len(self.ordered)) - 1) & ~below

    def asked(self, test: Expr) -> int:
        """One by one, as a formula."""
        holds, env = compile_python(typed_of(test)), fixed_env()
        return sum(1 << at for at, each in enumerate(self.examples) if holds({self.column: each}, env) is True)


class _Before:
    """Rows, found again by the examples that they let through: most rows of a large table name few."""

    def __init__(self) -> None:
        self.rows: list[tuple[Row, Masks]] = []
        self.naming: dict[str, dict[int, int]] = {}
        """Column → example → which rows name it among few."""
        self.wide: dict[str, int] = {}
        """Column → which rows let many examples through."""

    def add(self, row: Row, masks: Masks) -> None:
        this = 1 << len(self.rows)
        self.rows.append((row, masks))
        for name, bits in masks.items():
            if bits.bit_count() > FEW:
                self.wide[name] = self.wide.get(name, 0) | this
                continue
            naming = self.naming.setdefault(name, {})
            for example in _each(bits):
                naming[example] = naming.get(example, 0) | this

    def meeting(self, masks: Masks) -> Iterator[tuple[Row, Masks, Masks]]:
        """Rows that share a case with these masks, and the cases shared."""
        near = (1 << len(self.rows)) - 1
        for name, bits in masks.items():
            if bits.bit_count() <= FEW:
                naming = self.naming.get(name, {})
                near &= reduce(int.__or__, (naming.get(each, 0) for each in _each(bits)), self.wide.get(name, 0))
        for at in _each(near):
            row, theirs = self.rows[at]
            both = _meet(masks, theirs)
            if both is not None:
                yield row, theirs, both


def _each(bits: int) -> Iterator[int]:
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


_NEVER_HOLDS: Words = {
    "en": "No value fits all its cells: this row can never fire.",
    "zh": "没有任何取值能同时满足各单元格，此行永远不会命中。",
}
_TAKEN: Words = {
    "en": "The rows before it take all its cases: this row can never fire.",
    "zh": "前面的行已覆盖其全部情况，此行永远不会命中。",
}
_BOTH: Words = {"en": "Both rows fire for the same case.", "zh": "两行会在同一情况下同时命中。"}
_GAP: Words = {
    "en": "No row covers this case, and there is no default row.",
    "zh": "没有任何行覆盖此情况，也没有默认行。",
}
_HOLE: Words = {
    "en": "Between these two rows there are days on which no rate is valid.",
    "zh": "这两行之间有些日期没有有效的费率。",
}


class _TooMany(Exception):
    """The rows cut the cases into more regions than can be told apart."""


def _meet(one: Masks, other: Masks) -> Masks | None:
    both = {name: one[name] & other[name] for name in one}
    return both if all(both.values()) else None


def _covered(masks: Masks, others: Sequence[Masks]) -> bool:
    try:
        return not _remaining(masks, others)
    except _TooMany:
        return False


def _remaining(masks: Masks, others: Sequence[Masks]) -> list[Masks]:
    """What is left of a box when others are taken away, box by box."""
    left, taken = [masks], 0
    for other in others:
        taken += len(left)
        left = [part for box in left for part in _minus(box, other)]
        if len(left) > MOST_REGIONS or taken > MOST_STEPS:
            raise _TooMany
    return left


def _minus(box: Masks, other: Masks) -> Iterator[Masks]:
    rest = dict(box)
    if _meet(box, other) is None:
        yield box
        return
    for name in box:
        outside = rest[name] & ~other[name]
        if outside:
            yield {**rest, name: outside}
        rest[name] &= other[name]


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def is_alone(test: Expr, column: str) -> bool:
    """Does it compare nothing but its own column, and only with literals?"""
    if isinstance(test, Const):
        return True
    if not isinstance(test, Op):
        return False
    if test.name in ("and", "or", "not"):
        return all(is_alone(arg, column) for arg in test.args)
    return test.name in _COMPARED and all(
        arg.path == (column,) if isinstance(arg, Ref) else isinstance(arg, Const) for arg in test.args
    )


def _tests(rule: Rule, column: str) -> Iterator[Cell]:
    return (cell for row in rule.rows for cell in row.when if _column(cell) == column)


def _column(cell: Cell) -> str:
    """The days of a rate have no column of their own: they look at the day that counts."""
    return cell.column or DAY


def _type(rule: Rule, column: str) -> Type:
    return rule.given[column] if column in rule.given else rule.asked[column].type


def _examples(type: Type, cells: Iterable[Cell]) -> list[Any]:
    """A value of every stretch that the cells cut the column's line into, blank at the end."""
    named: set[Any] = set()
    for cell in cells:
        for part in walk(cell.test):
            if isinstance(part, Const) and part.value is not None:
                value: Any = part.value
                named.update(value if isinstance(value, list) else [value])  # pyright: ignore[reportUnknownArgumentType]
    match type.kind:
        case "boolean":
            found: list[Any] = [True, False]
        case "choice" if type.choices:
            found = list(type.choices)
        case "number" | "money":
            found = _around([Decimal(each) for each in named if isinstance(each, (int, Decimal))], _STEP, Decimal(0))
        case "date":
            found = _around([each for each in named if isinstance(each, date)], _DAY, date(2026, 1, 1))
        case _:
            found = [*sorted(each for each in named if isinstance(each, str)), "…"]
    return [*found, None]


def _around(cuts: list[Any], step: Any, nothing: Any) -> list[Any]:
    """The cuts, what lies between them, and something beyond each end."""
    ordered = sorted(set(cuts))
    if not ordered:
        return [nothing]
    half = Decimal("0.5") if isinstance(step, Decimal) else 0.5
    middles = [low + (high - low) * half for low, high in pairwise(ordered)]
    return sorted({ordered[0] - step, *ordered, *middles, ordered[-1] + step})
