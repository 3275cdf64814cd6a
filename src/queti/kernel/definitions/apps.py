"""An app's own page: its version, what it needs, its menu."""

from __future__ import annotations

import msgspec

from queti.kernel.definitions.shared import Definition, Words


class MenuItem(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    label: Words = {}
    object: str = ""
    view: str = ""
    page: str = ""
    operation: str = ""
    order: float = 0
    icon: str = ""


class AppDef(Definition):
    """An app's `app.yaml`."""

    app: str
    version: str = "1.0.0"
    needs: list[str] = []
    icon: str = ""
    order: float = 0
    menu: dict[str, MenuItem] = {}
