"""Syntax tree → text: one way to write each formula."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from queti.kernel.formulas.nodes import Binary, Call, Literal, Name, Node, Unary
from queti.kernel.formulas.parser import ASSOCIATIVE, NOT_PRECEDENCE, PRECEDENCE, SIGN_PRECEDENCE
from queti.kernel.formulas.tokens import WORDS
from queti.kernel.formulas.typed import Typed


def to_text(node: Node) -> str:
    """The formula as it would be written by hand, with no bracket too many."""
    return _text(node, 0)


def _text(node: Node, outer: int) -> str:
    if isinstance(node, Literal):
        return literal_text(node.value)
    if isinstance(node, Name):
        return ".".join(name_text(part) if index == 0 else _part(part) for index, part in enumerate(node.path))
    if isinstance(node, Unary):
        inner = NOT_PRECEDENCE if node.sign == "not" else SIGN_PRECEDENCE
        sign = "not " if node.sign == "not" else "-"
        return _bracketed(sign + _text(node.operand, inner), inner < outer)
    if isinstance(node, Binary):
        return _binary(node, outer)
    if isinstance(node, Call):
        arguments = ", ".join(_text(argument, 0) for argument in node.arguments)
        where = f" where {_text(node.where, 0)}" if node.where is not None else ""
        return f"{node.name}({arguments}{where})"
    return f"({', '.join(_text(item, 0) for item in node.items)})"


def _binary(node: Binary, outer: int) -> str:
    own = PRECEDENCE[node.sign]
    is_comparison = own == PRECEDENCE["="]
    left = _text(node.left, own + 1 if is_comparison else own)
    right = _text(node.right, own if node.sign in ASSOCIATIVE else own + 1)
    return _bracketed(f"{left} {node.sign} {right}", own < outer)


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def literal_text(value: Decimal | str | bool | None) -> str:
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def name_text(name: str) -> str:
    return name if name.isidentifier() and name not in WORDS else f"[{name}]"


def _part(name: str) -> str:
    return name if name.isidentifier() else f"[{name}]"


def rename(typed: Typed, object: str, old: str, new: str) -> str:
    """The formula's text after field `old` of `object` is called `new`; all else stays as it was written."""
    return renamed(typed, {(object, old): new}, {})


def renamed(typed: Typed, fields: Mapping[tuple[str, str], str], choices: Mapping[tuple[str, str, str], str]) -> str:
    """The formula's text after these (object, field) and (object, field, choice) have other names."""
    places = {
        (found.position, found.length, name_text(fields[found.object, found.field]))
        for found in typed.occurrences
        if (found.object, found.field) in fields
    }
    places |= {
        (found.position, found.length, literal_text(choices[found[2:]]))
        for found in typed.chosen
        if found[2:] in choices
    }
    text = typed.text
    for position, length, new in sorted(places, reverse=True):
        text = text[:position] + new + text[position + length :]
    return text
