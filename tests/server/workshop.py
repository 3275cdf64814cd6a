"""A repair workshop whose records hold files and secrets, for the tests of both."""

from __future__ import annotations

import io
from typing import Any

import msgspec
from PIL import Image

from queti.jobs.schema import prepare_database
from queti.kernel.definitions import AppDef, ObjectDef, RoleDef
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.store.database import Database
from queti.store.workspaces import create_workspace
from tests.server.kiosk import BASE, PASSWORD, WORKSPACE

OBJECTS: list[dict[str, Any]] = [
    {
        "object": "workshop.repair",
        "title": "number",
        "fields": {
            "number": {"type": "text", "required": True, "unique": True},
            "owner": {"type": "user", "default": "me", "reverse": "repairs"},
            "photo": {"type": "image", "max_size": 100_000},
            "papers": {"type": "files", "max_count": 3},
            "drawing": {"type": "file", "accept": ["image/svg+xml"]},
            "signed": {"type": "signature"},
            "costs": {"type": "file"},
            "door_code": {"type": "encrypted", "max_length": 40},
            "lines": {"type": "lines", "of": "workshop.step"},
        },
    },
    {
        "object": "workshop.step",
        "title": "what",
        "lines_of": "workshop.repair",
        "fields": {
            "parent": {"type": "link", "to": "workshop.repair"},
            "what": {"type": "text"},
            "proof": {"type": "image"},
        },
    },
]
OWN = "owner = me"
ROLES: list[dict[str, Any]] = [
    {
        "role": "boss",
        "objects": {
            name: {"see": True, "create": True, "change": True, "remove": True, "export": True}
            for name in ("workshop.repair", "workshop.step", "base.user")
        },
        "administers": True,
    },
    {
        "role": "clerk",
        "objects": {
            "workshop.repair": {"see": OWN, "create": True, "change": OWN, "hide": ["costs"]},
            "workshop.step": {"see": True, "create": True, "change": True},
        },
    },
]
PEOPLE = {"bo": ["boss"], "max": ["clerk"], "mia": ["clerk"]}


def workshop_catalogue() -> Catalogue:
    objects = [msgspec.convert({"label": {"en": body["object"]}, **body}, ObjectDef) for body in OBJECTS]
    roles = [msgspec.convert({"label": {"en": role["role"]}, **role}, RoleDef) for role in ROLES]
    workshop = App.of(AppDef(app="workshop", needs=["base"], label={"en": "Workshop"}), [*objects, *roles])
    return Catalogue([App.of(AppDef(app="base"), BASE), workshop])


def make_workshop(database: Database) -> None:
    prepare_database(database)
    catalogue = workshop_catalogue()
    install_apps(database, create_workspace(database, WORKSPACE, {"en": "Workshop"}), catalogue, ["workshop"])

    def people(work: Work) -> list[tuple[str, int]]:
        work.create("base.company", [{"name": "Workshop", "currency": "CNY", "timezone": "Asia/Shanghai"}])
        rows = [{"name": login.title(), "login": login, "roles": roles} for login, roles in PEOPLE.items()]
        return [(user.login, user.id) for user in work.create("base.user", rows)]

    for login, user in Platform(database, catalogue).run(WORKSPACE, SYSTEM, people):
        add_account(database, WORKSPACE, login, PASSWORD, user)


def picture(kind: str = "PNG", side: int = 8, colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side // 2), colour).save(out, kind)
    return out.getvalue()
