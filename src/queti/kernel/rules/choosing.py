"""Which rows of a rule fire for one case, in memory.

Few rows are one generated function. Many rows are found by a hash over the columns in which they
name single values; what is left of the rows of a bucket is a function, made when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from queti.kernel.formulas import Env, Evaluate, Values
from queti.kernel.formulas.python import compile_choice
from queti.kernel.formulas.typed import Const, Expr, Op, Ref
from queti.kernel.rules.compiling import Cell, Row

FEW = 64
MOST_PATTERNS = 8
MOST_KEYS = 32
"""Keys that one row may stand under."""

Pattern = tuple[str, ...]
Key = tuple[Any, ...]


class Chooser:
    """`fires(values, env)`: places among `rows`, in their order; only the first unless `is_all`."""

    def __init__(self, rows: Sequence[Row], *, is_all: bool) -> None:
        self.is_all = is_all
        self.whole = _Bucket([(at, [cell.test for cell in row.when]) for at, row in enumerate(rows)], is_all)
        self.patterns: dict[Pattern, dict[Key, _Bucket]] = {}
        if len(rows) > FEW:
            self.index(rows)

    def index(self, rows: Sequence[Row]) -> None:
        keyed = [_keys(row, None) for row in rows]
        if len({pattern for pattern, _, _ in keyed}) > MOST_PATTERNS:
            column = _most_used(pattern for pattern, _, _ in keyed)
            keyed = [_keys(row, column) for row in rows]
        found: dict[Pattern, dict[Key, list[tuple[int, list[Expr]]]]] = {}
        for at, (pattern, keys, rest) in enumerate(keyed):
            for key in keys:
                found.setdefault(pattern, {}).setdefault(key, []).append((at, rest))
        self.patterns = {
            pattern: {key: _Bucket(rows, self.is_all) for key, rows in table.items()}
            for pattern, table in found.items()
        }

    def fires(self, values: Values, env: Env) -> list[int]:
        if not self.patterns:
            return self.whole.fires(values, env)
        found: list[int] = []
        for pattern, table in self.patterns.items():
            bucket = table.get(tuple([values[column] for column in pattern]))
            if bucket is not None:
                found += bucket.fires(values, env)
        if len(found) > 1:
            found.sort()
        return found if self.is_all else found[:1]


class _Bucket:
    """Rows that share a key: place and what is still to be tested."""

    __slots__ = ("choose", "first", "is_all", "rows")

    def __init__(self, rows: list[tuple[int, list[Expr]]], is_all: bool) -> None:
        self.rows = rows
        self.is_all = is_all
        self.first = [rows[0][0]] if rows and not rows[0][1] and not is_all else None
        self.choose: Evaluate | None = None

    def fires(self, values: Values, env: Env) -> list[int]:
        if self.first is not None:
            return self.first[:]
        if self.choose is None:
            self.choose = compile_choice([tests for _, tests in self.rows], is_all=self.is_all)
        found = self.choose(values, env)
        if self.is_all:
            return [self.rows[at][0] for at in found]
        return [] if found is None else [self.rows[found][0]]


def _keys(row: Row, only: str | None) -> tuple[Pattern, list[Key], list[Expr]]:
    """The columns of which the row names values, its keys over these, and the other tests."""
    named: dict[str, Sequence[Any]] = {}
    rest: list[Expr] = []
    for cell in row.when:
        values = None if only not in (None, cell.column) or cell.column in named else _values(cell)
        if values is None:
            rest.append(cell.test)
        else:
            named[cell.column] = values
    keys = list(_products(named.values()))
    if len(keys) > MOST_KEYS:
        return (), [()], [cell.test for cell in row.when]
    return tuple(named), keys, rest


def _products(values: Iterable[Sequence[Any]]) -> Iterator[Key]:
    return product(*values)


def _values(cell: Cell) -> Sequence[Any] | None:
    """What an equality names; None for other tests."""
    match cell.test:
        case Op("eq", (Ref(path, _, 0), Const(value))) if path == (cell.column,):
            return [value]
        case Op("in_list", (Ref(path, _, 0), Const(values))) if path == (cell.column,):
            return list(dict.fromkeys(values))
        case _:
            return None


def _most_used(patterns: Iterable[Pattern]) -> str:
    counts: dict[str, int] = {}
    for column in (column for pattern in patterns for column in pattern):
        counts[column] = counts.get(column, 0) + 1
    return max(counts, key=lambda column: counts[column], default="")
