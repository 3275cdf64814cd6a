"""The names that formulas of a person may use: what the person doesn't see is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.errors import UnknownName
from queti.kernel.formulas import Typed, check, parse, types
from queti.kernel.formulas.errors import Place
from queti.kernel.formulas.nodes import Binary, Call, Listing, Literal, Name, Node, Unary
from queti.kernel.formulas.typed import Expr
from queti.kernel.formulas.types import Decided, FieldInfo, NameScope, RuleNotUsable, Type
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.reading.paths import LABEL
from queti.kernel.scopes import ObjectScope

if TYPE_CHECKING:
    from queti.kernel.reading.permissions import Rights


class SeenScope(NameScope):
    """An object's names as some rights show them (None: all), with `_label` at the end of each link."""

    def __init__(self, model: Model, object: Object, rights: Rights | None) -> None:
        self.model = model
        self.object = object
        self.rights = rights
        self.name = object.name
        self.whole = ObjectScope(model, object)

    def field(self, name: str) -> FieldInfo | None:
        if name == LABEL:
            return FieldInfo(types.TEXT)
        if self.rights is not None and name not in self.rights.of(self.object).fields:
            return None
        found = self.whole.field(name)
        if found is None or found.element is None:
            return found
        target = self.model.objects[found.element.name]
        if self.rights is not None and not self.rights.sees(target):
            return replace(found, element=_Unseen(target.name)) if not found.many else None
        return replace(found, element=SeenScope(self.model, target, self.rights))

    def names(self) -> Iterable[str]:
        known = self.whole.names()
        return known if self.rights is None else [name for name in known if name in self.rights.of(self.object).fields]

    def special(self, name: str) -> FieldInfo | None:
        return self.whole.special(name)

    def asked_by(self, rule: str) -> Mapping[str, Type]:
        return self.whole.asked_by(rule)

    def decided(self, rule: str, output: str = "", given: Mapping[str, Expr] | None = None) -> Decided:
        """Where everything is seen that the rule rests on."""
        found = self.whole.decided(rule, output, given)
        if self.rights is not None and any(name not in self.rights.of(of).fields for of, name in found.reads):
            raise RuleNotUsable("This rule rests on fields out of sight.", "该规则依据了不可见的字段。")
        return found


class _Unseen(NameScope):
    """An object of which a person sees no record: its links have a label, which is always blank."""

    def __init__(self, name: str) -> None:
        self.name = name

    def field(self, name: str) -> FieldInfo | None:
        return FieldInfo(types.TEXT) if name == LABEL else None


def unknown_field(object: Object, path: str, known: Iterable[str]) -> UnknownName:
    return unknown({"en": f"field of {object.name}", "zh": f"{object.name} 的字段"}, path, known)


def is_seen(model: Model, rights: Rights | None, object: Object, path: str) -> bool:
    """May the reader ask for this path: links, then a field, a list or `_label`?"""
    scope: NameScope | None = SeenScope(model, object, rights)
    for name in path.split("."):
        found = scope.field(name) if scope else None
        if found is None:
            return False
        scope = found.element
    return True


@lru_cache(maxsize=8192)
def typed_where(model: Model, object: Object, rights: Rights | None, text: str) -> Typed:
    """A filter as written by a person; FormulaError names what the person doesn't see as unknown."""
    return check(text, SeenScope(model, object, rights), expect=types.BOOLEAN)


def typed_with(model: Model, object: Object, rights: Rights | None, text: str, params: Mapping[str, Any]) -> Typed:
    """A filter with values given by code: `product in $products`; `$` may be left out where no field has that name."""
    bare = {name: value for name, value in params.items() if name not in object.fields}
    node = _filled(_parsed(text), {f"${name}": value for name, value in params.items()} | bare)
    return check(node, SeenScope(model, object, rights), expect=types.BOOLEAN)


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Node:
    return parse(_DOLLAR.sub(lambda match: match.group() if match["text"] else f"[{match.group()}]", text))


_DOLLAR = re.compile(r"""(?P<text>"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')|\$\w+""", re.DOTALL)


def _filled(node: Node, params: Mapping[str, Any]) -> Node:
    match node:
        case Name(path=(name,)) if name in params:
            return _literal(params[name], node.place)
        case Unary():
            return replace(node, operand=_filled(node.operand, params))
        case Binary():
            filled = replace(node, left=_filled(node.left, params), right=_filled(node.right, params))
            holds_nothing = isinstance(filled.right, Listing) and not filled.right.items
            return Literal(node.sign == "not in", node.place) if holds_nothing else filled
        case Call():
            where = None if node.where is None else _filled(node.where, params)
            return replace(node, arguments=tuple(_filled(entry, params) for entry in node.arguments), where=where)
        case Listing():
            return replace(node, items=tuple(_filled(entry, params) for entry in node.items))
        case _:
            return node


def _literal(value: Any, place: Place) -> Node:
    match value:
        case None | bool() | Decimal() | str():
            return Literal(value, place)
        case int():
            return Literal(Decimal(value), place)
        case date():
            return Literal(value.isoformat(), place)
        case _:
            return Listing(tuple(_literal(entry, place) for entry in value), place)
