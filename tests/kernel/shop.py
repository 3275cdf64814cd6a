"""A small company's definitions for the tests of publishing: products, orders with lines, parties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queti.kernel.definitions import AppDef, Definition
from queti.kernel.model import Model
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import decode
from queti.kernel.publishing.installing import install_apps
from queti.store.database import Database
from queti.store.workspaces import Workspace


def words(en: str) -> dict[str, str]:
    return {"en": en, "zh": en}


PARTY: dict[str, Any] = {
    "object": "party",
    "label": words("Party"),
    "title": "name",
    "sort": "name",
    "fields": {
        "name": {"type": "text", "required": True, "search": True},
        "region": {"type": "choice", "choices": {"north": {}, "south": {}}},
        "limit": {"type": "money"},
        "owed": {"type": "rollup", "formula": "sum(orders.total)"},
    },
}

ORDER: dict[str, Any] = {
    "object": "order",
    "label": words("Order"),
    "title": "number",
    "sort": "-ordered_on,number",
    "fields": {
        "number": {"type": "text", "unique": True, "search": True},
        "party": {"type": "link", "to": "shop.party", "reverse": "orders"},
        "ordered_on": {"type": "date", "default": "today()"},
        "region": {"type": "lookup", "path": "party.region"},
        "lines": {"type": "lines", "of": "order_line"},
        "freight": {"type": "money", "default": 0},
        "total": {"type": "money", "formula": "sum(lines.amount) + freight"},
        "is_late": {"type": "boolean", "formula": "ordered_on < today()"},
    },
    "rules": {
        "freight_not_negative": {
            "require": "freight >= 0 or blank(freight)",
            "say": words("Freight can't be negative."),
            "at_database": True,
        }
    },
}

LINE: dict[str, Any] = {
    "object": "order_line",
    "label": words("Order line"),
    "lines_of": "order",
    "parent_field": "order",
    "fields": {
        "quantity": {"type": "number", "required": True},
        "price": {"type": "money", "required": True},
        "amount": {"type": "money", "formula": "quantity * price"},
    },
}

ROLE: dict[str, Any] = {
    "role": "clerk",
    "label": words("Clerk"),
    "objects": {"order": {"see": 'region = "north"', "create": True, "change": True}, "party": {"see": True}},
}

VIEW: dict[str, Any] = {
    "view": "open_orders",
    "label": words("Open orders"),
    "object": "order",
    "where": "total > 0",
    "sort": "-total",
    "fields": ["number", "party.name", "total"],
}


def definitions(**changed: Mapping[str, Any] | None) -> list[Definition]:
    """The shop's definitions; `order={…}` gives another body, `view=None` leaves one out."""
    bodies: dict[str, tuple[str, Mapping[str, Any]]] = {
        "party": ("object", PARTY),
        "order": ("object", ORDER),
        "line": ("object", LINE),
        "role": ("role", ROLE),
        "view": ("view", VIEW),
    }
    for name, body in changed.items():
        kind = bodies[name][0] if name in bodies else "object"
        if body is None:
            del bodies[name]
        else:
            bodies[name] = kind, body
    return [decode(kind, body, app="shop") for kind, body in bodies.values()]


def with_fields(body: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """The body with these fields added or changed; None takes one out."""
    merged = {**body["fields"], **fields}
    return {**body, "fields": {name: field for name, field in merged.items() if field is not None}}


def catalogue(version: str = "1.0.0", **changed: Mapping[str, Any] | None) -> Catalogue:
    app = AppDef(app="shop", version=version, label=words("Shop"))
    return Catalogue([App.of(app, definitions(**changed))])


def install(db: Database, workspace: Workspace, **changed: Mapping[str, Any] | None) -> tuple[Catalogue, Model]:
    """The shop as it is now, with these changes, installed in `workspace`."""
    known = catalogue(**changed)
    return known, install_apps(db, workspace, known, ["shop"])
