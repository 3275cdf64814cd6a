"""Definitions as data: reading the YAML's or the API's form, identity, canonical body, hash.

A definition's identity is (kind, name). Parts that several apps contribute to one thing
keep the app in front: `crm:base.party` extends an object, `oms:sales` grants to a role.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import msgspec
import msgspec.structs

from queti.kernel.definitions import KINDS, Definition, ObjectDef, RoleDef
from queti.kernel.errors import FieldProblem, WrongInput
from queti.kernel.names import unknown

Body = dict[str, Any]
Identity = tuple[str, str]

_FORMULAS = {"default", "formula", "min", "max", "require", "where", "when", "set", "then", "as_of"}
_REFERENCES = {"to", "of", "lines_of", "object", "view", "operation", "target", "on", "rule"}
_NAMED = {
    "fields",
    "choices",
    "menu",
    "cards",
    "tiles",
    "rules",
    "keys",
    "objects",
    "linkage",
    "sections",
    "items",
    "steps",
    "branches",
    "who",
    "late",
    "failed",
    "inputs",
    "outputs",
    "calls",
    "checks",
    "tests",
}
"""Properties that hold items by name. All other mappings are the author's own."""
_ROWS = {"rows", "bands", "branches"}
"""Properties of a rule that hold rows by place."""
ORDERED = _NAMED - {"rules", "keys", "checks", "objects"}
"""Named items whose order is filled in from the YAML's."""
_KIND_WORDS = {"en": "kind of definition", "zh": "定义类型"}


def decode(kind: str, body: Mapping[str, Any], *, app: str = "", first_order: float = 0) -> Definition:
    """The definition that `body` describes, with short names completed by `app` and orders filled in.

    WrongInput names the property that doesn't fit; UnknownName an unknown kind.
    """
    if kind not in KINDS:
        raise unknown(_KIND_WORDS, kind, KINDS)
    try:
        return msgspec.convert(_completed(kind, body, app, first_order), KINDS[kind])
    except msgspec.ValidationError as problem:
        raise _wrong_shape(str(problem)) from None


def restore(kind: str, body: Body) -> Definition:
    """A definition from its canonical body."""
    return msgspec.convert(body, KINDS[kind])


def body_of(definition: Definition) -> Body:
    """The canonical body: no defaults, plain JSON values. Definitions that are equal have equal bodies."""
    return _plain(definition)


def canonical(kind: str, body: Body) -> Body:
    """A body kept by an earlier version, as `body_of` would give it now."""
    return body_of(restore(kind, body))


def _plain(value: Any) -> Any:
    """msgspec leaves out a default only where it is the very same value, which an equal float or text isn't."""
    if isinstance(value, msgspec.Struct):
        return {
            key: _plain(given)
            for name, key, default in _properties(type(value))
            if (given := getattr(value, name)) != default
        }
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in sorted(cast("Body", value).items())}
    return [_plain(entry) for entry in cast("list[Any]", value)] if isinstance(value, list) else value


@cache
def _properties(struct: type[msgspec.Struct]) -> list[tuple[str, str, Any]]:
    """(attribute, key, default) in the order of the keys; a property without a default has msgspec's mark."""
    found = [(each.name, each.encode_name, _default(each)) for each in msgspec.structs.fields(struct)]
    return sorted(found, key=lambda each: each[1])


def _default(property: msgspec.structs.FieldInfo) -> Any:
    return property.default if property.default_factory is msgspec.NODEFAULT else property.default_factory()


def kind_of(definition: Definition) -> str:
    return _KIND_OF[type(definition)]


_KIND_OF = {struct: kind for kind, struct in KINDS.items()}


def identity(definition: Definition) -> Identity:
    kind = kind_of(definition)
    name = own_name(definition)
    if isinstance(definition, ObjectDef) and definition.extend:
        name = f"{definition.app}:{name}"
    if isinstance(definition, RoleDef) and definition.app:
        name = f"{definition.app}:{name}"
    return kind, name


def own_name(definition: Definition) -> str:
    """The name that the definition's key property holds."""
    kind = kind_of(definition)
    return getattr(definition, "import_" if kind == "import" else kind)


def hash_of(kind: str, body: Body) -> str:
    """Stable over key order and over properties at their defaults."""
    return hashlib.sha256(kind.encode() + b"\0" + msgspec.json.encode(body, order="sorted")).hexdigest()[:40]


def json_schemas() -> dict[str, Any]:
    """One JSON Schema document: each kind's shape, for editors and for the drafts API."""
    shapes, parts = msgspec.json.schema_components(KINDS.values(), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "oneOf": [{"title": kind, **shape} for kind, shape in zip(KINDS, shapes, strict=True)],
        "$defs": parts,
    }


def _completed(kind: str, body: Mapping[str, Any], app: str, first_order: float) -> Body:
    completed = _tidied(body, app, first_order)
    name = completed.get(kind)
    if kind == "object":
        completed.setdefault("app", app or str(name).partition(".")[0])
    if kind == "role" and app:
        completed.setdefault("app", app)
    if app and kind not in ("app", "role") and isinstance(name, str):
        completed[kind] = _full(name, app)
    if kind == "role":
        objects = cast("Body", completed.get("objects") or {})
        completed["objects"] = {_full(key, app): grant for key, grant in objects.items()}
        operations = cast("list[str]", completed.get("operations") or [])
        completed["operations"] = [_full(entry, app) for entry in operations]
        if completed.get("rules"):
            completed["rules"] = [_full(entry, app) for entry in cast("list[str]", completed["rules"])]
    return completed


def _tidied(part: Mapping[str, Any], app: str, first_order: float = 0) -> Body:
    """A definition or an item of one: its keys are properties."""
    tidy: Body = {}
    for key, value in part.items():
        if key in _FORMULAS:
            tidy[key] = _as_formula(value)
        elif key in _REFERENCES and isinstance(value, str):
            tidy[key] = _full(value, app)
        elif key in _NAMED and isinstance(value, Mapping):
            tidy[key] = _tidied_items(key, cast("Mapping[str, Any]", value), app, first_order)
        elif key in _ROWS and isinstance(value, list):
            tidy[key] = [_row(row, app) for row in cast("list[Any]", value)]
        else:
            tidy[key] = value
    return tidy


def _row(row: Any, app: str) -> Any:
    return _tidied(cast("Mapping[str, Any]", row), app) if isinstance(row, Mapping) else row


def _tidied_items(property: str, items: Mapping[str, Any], app: str, first_order: float) -> Body:
    tidy: Body = {}
    for place, (name, item) in enumerate(items.items(), 1):
        if isinstance(item, Mapping):
            item = _tidied(cast("Mapping[str, Any]", item), app)
            if property in ORDERED:
                item.setdefault("order", (first_order if property == "fields" else 0) + 10.0 * place)
        tidy[name] = item
    return tidy


def _as_formula(value: Any) -> Any:
    """YAML reads `default: 0` as a number and `default: true` as a truth value; both are formulas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return {name: _as_formula(each) for name, each in cast("Mapping[str, Any]", value).items()}
    return str(value) if isinstance(value, int | float) else value


def _full(name: str, app: str) -> str:
    return f"{app}.{name}" if app and name and "." not in name else name


def _wrong_shape(problem: str) -> WrongInput:
    said, _, path = problem.partition(" - at `")
    path = path.rstrip("`").removeprefix("$").lstrip(".").replace("[...]", ".…")
    return WrongInput(
        summary=problem,
        fields=[FieldProblem(path or "body", "definition", said, f"定义的形式有误：{said}")],
    )
