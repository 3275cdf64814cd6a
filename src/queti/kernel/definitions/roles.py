"""Who may see and do what."""

from __future__ import annotations

import msgspec

from queti.kernel.definitions.shared import Definition


class Grant(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a role may do with one object. A scope is a formula over the record; `true` is every record."""

    see: str | bool = False
    create: str | bool = False
    change: str | bool = False
    remove: str | bool = False
    export: bool = False
    hide: list[str] = []
    """Fields that this role may not see."""
    only: list[str] = []
    """If given: the only fields that this role may see (besides title and system fields)."""
    locked: list[str] = []
    """Fields that this role sees and may not write."""
    writes: list[str] = []
    """If given: the only fields that this role may write."""
    writers: list[str] = []
    """Apps whose parts of the role let records of the object be written; filled in on loading. The fields
    that an app adds to another's object are written only by grants of its own, or of the workspace's roles."""


EVERYONE = "everyone"
"""The role that each person of the workspace has beside their own; nobody is given it, and it never administers."""


class RoleDef(Definition):
    """A role, or (several apps grant to one role) a part of it; parts are merged by role name."""

    role: str
    """Role names are global in a workspace: `sales`, `warehouse`."""
    app: str = ""
    """App that this part comes from; filled in on loading. Empty: the workspace's own role."""
    objects: dict[str, Grant] = {}
    operations: list[str] = []
    """Operations that the role may perform; `oms.*` for all of an app."""
    rules: list[str] = []
    """Rules that the role may ask, beside those about records that it sees; `oms.*` for all of an app."""
    administers: bool = False
    """May use the administrator's page and publish."""
    order: float = 0
