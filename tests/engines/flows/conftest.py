"""A company with a small object of its own, and the flows that a test draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from queti.jobs.schema import prepare_database
from queti.kernel.definitions import AppDef, FlowDef, ObjectDef, RoleDef
from queti.kernel.operations import Call, link, operation, text
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import decode
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.proposing import check_draft, publish_draft
from queti.kernel.work import Work
from queti.kernel.writing.reactions import run_reactions
from queti.store.database import Database
from queti.store.workspaces import create_workspace
from tests.fixtures.database import Databases

PLACE = "flowing"
PEOPLE = ("sam", "ann", "bob", "cat", "dan", "boss", "eve", "fay", "gus", "hal", "ida")
REQUEST = {
    "object": "request", "title": "name",
    "rules": {"dear": {"require": "blank(amount) or amount < 9900", "say": {"en": "Too dear."}, "field": "amount"}},
    "fields": {
        "name": {"type": "text"},
        "amount": {"type": "money"},
        "state": {"type": "text"},
        "note": {"type": "text"},
        "due_on": {"type": "date"},
        "meets_at": {"type": "moment"},
        "checker": {"type": "link", "to": "base.user", "label": {"en": "Checker", "zh": "核对人"}},
        "parent": {"type": "link", "to": "own.request", "reverse": "parts"},
    },
}  # fmt: skip
SLIP = {
    "print": "slip",
    "object": "request",
    "label": {"en": "Slip", "zh": "领料单"},
    "header": ["name", "amount", "checker.name", "checker.login"],
}
_TASK_ACTS = ["flow.*"]


class Company:
    """People by login; flows published as the test draws them."""

    def __init__(self, database: Database, flows: Mapping[str, Any]) -> None:
        self.database = database
        self.platform = Platform(database, catalogue_of(flows))
        self.workspace = create_workspace(database, PLACE, {"en": "Flowing"})
        install_apps(database, self.workspace, self.platform.catalogue, ["base", "flow", "own"])
        self.ids: dict[str, int] = self.run(_found)

    def run(self, act: Callable[[Work], Any], who: str = "") -> Any:
        return self.platform.run(PLACE, self.person(who) if who else SYSTEM, act)

    def person(self, login: str) -> Person:
        return self.platform.person(PLACE, self.ids[login])

    def request(self, who: str = "", **values: Any) -> int:
        return self.run(lambda work: work.create("own.request", [{"name": "A chair", **values}])[0].id, who)

    def read(self, id: int, object: str = "own.request") -> Any:
        return self.run(lambda work: work.fetch(object, [id])[0])

    def change(self, id: int, who: str = "", **values: Any) -> None:
        self.run(lambda work: work.change("own.request", [(id, values)]), who)

    def submit(self, id: int, flow: str = "own.check", who: str = "sam", **more: Any) -> int:
        return self.does(who, "submit", flow=flow, record=id, **more)["id"]

    def does(self, who: str, act: str, task: int | None = None, **inputs: Any) -> Any:
        given = inputs if task is None else {"task": task, **inputs}
        return self.run(lambda work: work.as_person.perform(f"flow.{act}", given), who)

    def task(self, who: str, step: str = "") -> int:
        found = self.tasks(who)
        return next(row.id for row in found if not step or row.step == step)

    def tasks(self, who: str) -> list[Any]:
        where = "waits_for = $person"
        return self.run(lambda work: work.find("flow.task", where, {"person": self.ids[who]}, sort="-id"))

    def instances(self, **equal: Any) -> list[Any]:
        rows = self.run(lambda work: work.find("flow.instance", sort="id"))
        return [row for row in rows if all(row[key] == value for key, value in equal.items())]

    def trail(self, instance: int) -> list[str]:
        rows = self.run(lambda work: work.find("flow.act", "instance = $id", {"id": instance}, sort="id"))
        return [f"{row.act} {row.step or ''}".strip() for row in rows]

    def draft(self, **bodies: Any) -> int:
        """`flow__check={…}` puts the flow own.check, `object__request` the object; its number."""

        def write(work: Work) -> int:
            draft = create_draft(work).id
            for key, body in bodies.items():
                kind, _, name = key.partition("__")
                put_definition(work, draft, kind, f"own.{name}", {**body, kind: f"own.{name}"})
            return draft

        return self.run(write, "boss")

    def found(self, draft: int) -> list[Finding]:
        return check_draft(self.database, self.workspace, self.platform.catalogue, draft)

    def publish(self, **bodies: Any) -> None:
        draft, who = self.draft(**bodies), self.ids["boss"]
        publish_draft(self.database, self.workspace, self.platform.catalogue, draft, who, is_confirmed=True)

    def works(self) -> None:
        """The worker does what waits."""
        for _ in range(30):
            text = f'SELECT DISTINCT event_id FROM "{self.workspace.schema}".kernel_reaction WHERE done_at IS NULL'
            with self.database.connection() as connection:
                events = [event for (event,) in connection.execute(text).fetchall()]
            if not events:
                return
            run_reactions(self.platform, PLACE, events)
        raise AssertionError("the worker never rests")


SIZE = {
    "rule": "own.size", "on": "own.request",
    "inputs": {"amount": {"formula": "amount"}, "least": {"type": "number"}},
    "outputs": {"size": {"type": "text"}, "days": {"type": "number"}},
    "rows": [{"when": {"amount": ">= least"}, "then": {"size": '"large"', "days": "2"}}],
    "default": {"size": '"small"', "days": "9"},
}  # fmt: skip


@operation(
    inputs={"request": link("own.request", required=True, many=True), "unit": text()}, result="value", repeats=True
)
def weigh(work: Work, calls: list[Call]) -> list[str]:
    """Each is told how many were weighed together."""
    work.change("own.request", [(call.request, {"note": f"{len(calls)} {call.unit}"}) for call in calls])
    return [str(call.request) for call in calls]


def catalogue_of(flows: Mapping[str, Any]) -> Catalogue:
    own = App.of(AppDef(app="own", needs=["base", "flow"]), [*_definitions(), *_flows(flows)], [weigh])
    standard = Catalogue.standard()
    return Catalogue([standard.app("base"), standard.app("flow"), own])


def _definitions() -> list[Any]:
    grants = {"own.request": {"see": True, "create": True, "change": True}, "base.user": {"see": True}}
    mine = {"see": "submitter = me or count(tasks where assignee = me) > 0"}
    task = {"see": "assignee = me or instance.submitter = me"}
    role = {"role": "staff", "objects": {**grants, "flow.instance": mine, "flow.task": task}, "operations": _TASK_ACTS}
    boss = {
        "role": "chief",
        "administers": True,
        "objects": {**grants, "flow.instance": {"see": True}, "flow.task": {"see": True}},
        "operations": _TASK_ACTS,
    }
    tasks = {"flow.instance": mine, "flow.task": task}
    outsider = {"role": "outsider", "objects": tasks, "operations": _TASK_ACTS}
    own = {"see": "created_by = me", "change": "created_by = me", "hide": ["amount"]}
    narrow = {"role": "narrow", "objects": {"own.request": own, **tasks}, "operations": _TASK_ACTS}
    made = decode("object", REQUEST, app="own")
    assert isinstance(made, ObjectDef)
    roles = [decode("role", each, app="own") for each in (role, boss, outsider, narrow)]
    assert all(isinstance(each, RoleDef) for each in roles)
    return [made, *roles, decode("rule", SIZE, app="own"), decode("print", SLIP, app="own")]


def _flows(flows: Mapping[str, Any]) -> list[FlowDef]:
    made = [decode("flow", {"flow": name, "object": "own.request", **body}, app="own") for name, body in flows.items()]
    return [each for each in made if isinstance(each, FlowDef)]


def _found(work: Work) -> dict[str, int]:
    """Two departments: the boss heads the company, Dan the shop that the others work in."""
    work.perform("base.set_up", {"company": "Flowing"})
    people = [
        {"name": login.title(), "login": login, "roles": ["chief" if login == "boss" else "staff"]} for login in PEOPLE
    ]
    ids = {row.login: row.id for row in work.create("base.user", people)}
    [company] = work.create("base.department", [{"code": "C", "name": "Company", "head": ids["boss"]}])
    [shop] = work.create("base.department", [{"code": "S", "name": "Shop", "head": ids["dan"], "parent": company}])
    work.change("base.user", [(ids[each], {"department": company if each == "boss" else shop}) for each in PEOPLE])
    return ids


@pytest.fixture
def company(databases: Databases) -> Iterator[Callable[..., Company]]:
    """`company(check={…steps…})`: a company whose flows are these."""
    with databases.fresh(databases.template("flowing", prepare_database)) as database:
        yield lambda **flows: Company(database, flows)
