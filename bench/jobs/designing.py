"""A workspace of 300 objects: one new field checked and published, and everything checked from nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.report import Figure, Target, middle
from bench.running import a_home
from bench.scale import Scale
from queti.jobs.schema import prepare_database
from queti.kernel.definitions import AppDef, Definition
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import body_of, decode
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.findings import Findings
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.proposing import check_draft, publish_draft
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.home import Home
from queti.store.server import open_server
from queti.store.workspaces import Workspace, create_workspace

PUBLISH, WHOLE = Target(most=0.5), Target(most=2.0)
CHAIN = 10
"""So many objects look into each other, one behind the other."""


def measure(scale: Scale) -> Iterator[Figure]:
    with a_home() as home, open_server(Home(home)) as server:
        db = Database(server.dsn, size=4)
        try:
            yield from _measured(_Desk.of(db, scale), scale)
        finally:
            db.close()


def _measured(desk: _Desk, scale: Scale) -> Iterator[Figure]:
    objects = f"{scale.objects} objects"
    place = desk.platform.db, desk.workspace, desk.platform.catalogue
    checks, publications = [], []
    for number in range(scale.rounds + 1):
        draft = desk.draft(f"extra_{number}")
        checks.append(_seconds(lambda draft=draft: check_draft(*place, draft)))
        publications.append(_seconds(lambda draft=draft: publish_draft(*place, draft)))
    yield Figure(f"draft of one new field checked, {objects}", middle(checks[1:]), "s")
    yield Figure(f"publish of one new field, {objects}", middle(publications[1:]), "s", target=PUBLISH)
    whole = [_seconds(desk.check_everything) for _ in range(scale.rounds)]
    yield Figure(f"compile and check everything, {objects}", middle(whole), "s", target=WHOLE)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@dataclass
class _Desk:
    platform: Platform
    workspace: Workspace

    @staticmethod
    def of(db: Database, scale: Scale) -> _Desk:
        prepare_database(db)
        workspace = create_workspace(db, "wide", {"en": "Wide", "zh": "广"})
        catalogue = Catalogue([a_wide_app(scale.objects)])
        install_apps(db, workspace, catalogue, ["wide"])
        return _Desk(Platform(db, catalogue), workspace)

    def draft(self, field: str) -> int:
        """A draft with one more field on an object that others look into."""
        model = self.platform.model(self.workspace)
        name = f"wide.thing_{CHAIN * (len(model.objects) // CHAIN // 2)}"
        body = body_of(model.definitions["object", name])
        body["fields"][field] = {"type": "text", "order": 900.0}

        def act(work: Work) -> int:
            return put_definition(work, create_draft(work).id, "object", name, body).id

        return self.platform.run(self.workspace.name, SYSTEM, act)

    def check_everything(self) -> None:
        model = self.platform.model(self.workspace)
        findings, apps = Findings(), self.platform.catalogue.apps.values()
        storage, schema = model.storage, self.workspace.schema
        made = compile_model(model.number, schema, model.definitions, apps, storage=storage, findings=findings)
        check_model(made, findings)
        assert not findings.errors


def a_wide_app(objects: int) -> App:
    """Objects of nine fields with a view and a form each, in chains of links; eight roles with a scope on most."""
    parts = [part for number in range(objects) for part in _parts(number)]
    return App.of(AppDef(app="wide", label={"en": "Wide", "zh": "广"}, version="1"), [*parts, *_roles(objects)])


def _parts(number: int) -> Iterator[Definition]:
    name, label = f"wide.thing_{number}", {"en": f"Thing {number}", "zh": f"事物 {number}"}
    is_first = number % CHAIN == 0
    linked: dict[str, Any] = {
        "above": {"type": "link", "to": f"wide.thing_{number - 1}", "reverse": "below"},
        "owed": {"type": "money", "formula": "above.amount + amount"},
    }
    fields: dict[str, Any] = {
        "name": {"type": "text", "required": True, "search": True, "in_list": True},
        "state": {"type": "choice", "choices": {"open": {}, "done": {}}, "default": "open", "in_list": True},
        "ordered_on": {"type": "date", "default": "today()", "in_list": True},
        "quantity": {"type": "number", "default": "1"},
        "price": {"type": "money"},
        "amount": {"type": "money", "formula": "round(quantity * price, 2)"},
        "note": {"type": "long_text"},
        **({"total": {"type": "money", "formula": "sum(below.amount)"}} if is_first else linked),
    }
    rule = {"require": "blank(quantity) or quantity >= 0", "say": {"en": "Not below 0.", "zh": "不能为负。"}}
    columns = ["name", "amount", *([] if is_first else ["above.name"])]
    where = 'state = "open" and amount > 100'
    items = {field: {"field": field} for field in fields}
    yield decode(
        "object",
        {"object": name, "label": label, "title": "name", "sort": "-ordered_on,name", "fields": fields,
         "rules": {"not_negative": rule}},
    )  # fmt: skip
    yield decode("view", {"view": f"wide.open_{number}", "object": name, "label": label, "where": where,
                          "fields": columns})  # fmt: skip
    sections = {"main": {"label": label, "items": items}}
    yield decode("form", {"form": f"wide.form_{number}", "object": name, "label": label, "sections": sections})


def _roles(objects: int) -> Iterator[Definition]:
    for number in range(8):
        grant = {"create": True, "change": True, "hide": ["note"] if number % 2 else []}
        grants = {
            f"wide.thing_{each}": {"see": 'state = "open"' if each % 3 else True, **grant} for each in range(objects)
        }
        yield decode("role", {"role": f"worker_{number}", "label": {"en": "Worker", "zh": "员工"}, "objects": grants})
    yield decode("role", {"role": "owner", "administers": True, "label": {"en": "Owner", "zh": "负责人"}})
