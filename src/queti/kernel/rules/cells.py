"""A cell as a business user types it → a condition over its column.

    [not] item, item, …     item: value | > value | [a..b) | a formula that is true or false

Values are formulas too; a bare day is a day where the column holds days. What is wrong is told
at its place in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce

from queti.kernel.formulas import FormulaError, Node, Place, Type, parse
from queti.kernel.formulas.nodes import Binary, Call, Listing, Literal, Name, Unary

ANY = frozenset({"", "-"})
NOWHERE = Place(-1, 0)
"""Place of what the cell leaves unsaid: its column."""

_NOT = re.compile(r"\s*not(?=[\s\"'(\[<>=!])", re.IGNORECASE)
_SIGN = re.compile(r"\s*(<=|>=|!=|<>|=|<|>)")
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s*\Z")
_TESTS = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "not in"})
_ASKS = frozenset({"contains", "starts_with", "ends_with", "any", "all", "blank", "overlaps"})
_DATED = frozenset({"date", "moment"})


def is_any(cell: str) -> bool:
    return cell.strip() in ANY


def read_cell(cell: str, column: str, type: Type) -> Node | None:
    """The condition over `column`; None where any value will do. FormulaError at the place of a mistake."""
    if is_any(cell):
        return None
    return _Cell(cell, Name((column,), (NOWHERE,)), type).read()


class _Cell:
    def __init__(self, text: str, column: Name, type: Type) -> None:
        self.text = text
        self.column = column
        self.type = type
        self.whole = Place(0, len(text))

    def read(self) -> Node:
        turned = _NOT.match(self.text)
        items = list(self.items(turned.end() if turned else 0))
        if len(items) > 1 and all(isinstance(item, Binary) and item.sign == "=" for item in items):
            values = tuple(item.right for item in items if isinstance(item, Binary))
            found: Node = Binary("in", self.column, Listing(values, self.whole), self.whole, self.whole)
        else:
            found = reduce(lambda one, other: Binary("or", one, other, self.whole, self.whole), items)
        return Unary("not", found, self.whole) if turned else found

    def items(self, start: int) -> Iterator[Node]:
        while True:
            opening = start + len(self.text[start:]) - len(self.text[start:].lstrip())
            ranged = self.range(opening)
            if ranged is not None:
                node, start = ranged
            else:
                end = _until(self.text, start, ",")
                node, start = self.item(start, end), end
            yield node
            if start >= len(self.text):
                return
            start += 1

    def range(self, opening: int) -> tuple[Node, int] | None:
        """`[a..b)` and where it ends; None where this isn't one."""
        if self.text[opening : opening + 1] not in ("[", "("):
            return None
        dots = _until(self.text, opening + 1, "..", ")", "]")
        if not self.text.startswith("..", dots):
            return None
        closing = _until(self.text, dots + 2, ")", "]", ",")
        if self.text[closing : closing + 1] not in ("]", ")"):
            raise self.error(closing, 0, "The range isn't closed by ] or ).", "区间缺少右括号 ] 或 )。")
        after = closing + 1 + len(self.text[closing + 1 :]) - len(self.text[closing + 1 :].lstrip())
        if after < len(self.text) and self.text[after] != ",":
            raise self.error(after, 1, "Behind a range comes a comma, or nothing.", "区间之后只能是逗号。")
        low, high = self.value(opening + 1, dots), self.value(dots + 2, closing)
        self.refuse_backwards(low, high)
        place = Place(opening, closing + 1 - opening)
        lower = Binary(">=" if self.text[opening] == "[" else ">", self.column, low, place, place)
        upper = Binary("<=" if self.text[closing] == "]" else "<", self.column, high, place, place)
        return Binary("and", lower, upper, place, place), after

    def refuse_backwards(self, low: Node, high: Node) -> None:
        if isinstance(low, Literal) and isinstance(high, Literal) and _is_above(low.value, high.value):
            place = low.place
            raise self.error(place.position, place.length, "The range begins behind its end.", "区间的起点大于终点。")

    def item(self, start: int, end: int) -> Node:
        sign = _SIGN.match(self.text, start, end)
        if sign is not None:
            value = self.value(sign.end(), end)
            return self.compared("!=" if sign[1] == "<>" else sign[1], value, Place(start, end - start))
        value = self.value(start, end)
        return value if self.type.kind != "boolean" and _is_test(value) else self.compared("=", value, value.place)

    def compared(self, sign: str, value: Node, place: Place) -> Node:
        return Binary(sign, self.column, value, place, place)

    def value(self, start: int, end: int) -> Node:
        part = self.text[start:end]
        if not part.strip():
            raise self.error(start, max(1, end - start), "A value is missing here.", "此处缺少值。")
        day = _DAY.match(part)
        if day is not None and self.type.kind in _DATED:
            return Literal(day[1], Place(start + day.start(1), len(day[1])))
        if day is not None and self.type.is_amount:
            raise self.error(
                start + day.start(1), len(day[1]), "A number is expected here, no day.", "此处应为数字，而不是日期。"
            )
        return parse(" " * start + part)

    def error(self, position: int, length: int, en: str, zh: str) -> FormulaError:
        return FormulaError("syntax", Place(min(position, len(self.text)), length), en, zh, text=self.text)


def _is_above(low: object, high: object) -> bool:
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return low > high
    return isinstance(low, str) and isinstance(high, str) and low > high


def _is_test(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.sign in _TESTS
    return (isinstance(node, Unary) and node.sign == "not") or (isinstance(node, Call) and node.name in _ASKS)


def _until(text: str, start: int, *stops: str) -> int:
    """Where the first of `stops` stands outside quotes and brackets; else the end."""
    depth, at = 0, start
    while at < len(text):
        letter = text[at]
        if letter in "\"'":
            at = _behind_quote(text, at)
            continue
        if depth == 0 and text.startswith(stops, at):
            return at
        depth += (letter in "([") - (letter in ")]" and depth > 0)
        at += 1
    return len(text)


def _behind_quote(text: str, at: int) -> int:
    quote = text[at]
    at += 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1
