"""The syntax tree: what was written, before names and types are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.types import Path


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, true, false, or blank (None)."""

    value: Decimal | str | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or a path through links and lists."""

    path: Path
    places: tuple[Place, ...]

    @property
    def place(self) -> Place:
        first, last = self.places[0], self.places[-1]
        return Place(first.position, last.position + last.length - first.position)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `not x`."""

    sign: str
    operand: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`; also comparisons, `and`, `or`, `in`, `not in`. `sign_place` is the sign alone."""

    sign: str
    left: Node
    right: Node
    place: Place
    sign_place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, with the condition of `count(lines where …)`."""

    name: str
    arguments: tuple[Node, ...]
    where: Node | None
    place: Place
    name_place: Place


@dataclass(frozen=True, slots=True)
class Listing:
    """`(a, b, c)` to the right of `in`."""

    items: tuple[Node, ...]
    place: Place


Node = Literal | Name | Unary | Binary | Call | Listing


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Call):
        return node.arguments if node.where is None else (*node.arguments, node.where)
    if isinstance(node, Listing):
        return node.items
    return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)
