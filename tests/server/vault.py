"""A vault of cases: whatever its clerk may not learn is called falcon, by name and by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from queti.jobs.schema import prepare_database
from queti.kernel.definitions import (
    AppDef,
    FieldDef,
    FlowDef,
    ImportDef,
    ObjectDef,
    PrintDef,
    PublicFormDef,
    RoleDef,
    ViewColour,
    ViewDef,
)
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.store.database import Database
from queti.store.workspaces import create_workspace
from tests.server.kiosk import BASE, PASSWORD, WORKSPACE, Kiosk
from tests.server.workshop import picture

CASE, STEP, CLIENT, LEDGER = "vault.case", "vault.step", "vault.client", "vault.ledger"
OBJECTS: dict[str, dict[str, Any]] = {
    CASE: {
        "title": "number",
        "fields": {
            "number": {"type": "text", "search": True, "in_list": True, "required": True},
            "stage": {"type": "choice", "choices": {"open": {}, "shut": {}}, "default": "'open'"},
            "owner": {"type": "user", "default": "me", "reverse": "cases"},
            "client": {"type": "link", "to": CLIENT, "filter": "city = 'Hamburg'", "reverse": "cases"},
            "budget": {"type": "money"},
            "photo": {"type": "image"},
            "papers": {"type": "files"},
            "falcon_secret": {"type": "text", "search": True},
            "falcon_price": {"type": "money"},
            "falcon_costs": {"type": "file"},
            "falcon_paint": {"type": "colour"},
            "falcon_code": {"type": "encrypted"},
            "falcon_hours": {"type": "number", "formula": "sum(lines.falcon_cost)"},
            "lines": {"type": "lines", "of": STEP},
        },
    },
    STEP: {
        "title": "what",
        "lines_of": CASE,
        "fields": {
            "what": {"type": "text"},
            "proof": {"type": "image"},
            "falcon_cost": {"type": "number"},
            "falcon_proof": {"type": "file"},
        },
    },
    CLIENT: {
        "title": "name",
        "fields": {
            "name": {"type": "text", "search": True, "in_list": True},
            "city": {"type": "text"},
            "owner": {"type": "user", "default": "me"},
            "falcon_phone": {"type": "text"},
        },
    },
    LEDGER: {
        "title": "name",
        "fields": {"name": {"type": "text", "search": True}, "case": {"type": "link", "to": CASE}},
    },
}
DEFINITIONS: list[Any] = [
    *(
        msgspec.convert({"object": name, "label": {"en": name.rpartition(".")[2]}, **body}, ObjectDef)
        for name, body in OBJECTS.items()
    ),
    PrintDef(
        print="vault.sheet",
        object=CASE,
        party="client",
        header=["number", "falcon_secret", "falcon_price", "client.falcon_phone"],
        lines="lines",
        columns=["what", "falcon_cost"],
        totals=["falcon_hours"],
    ),
    PrintDef(print="vault.falcon_print", object=LEDGER, header=["name"]),
    ViewDef(
        view="vault.dear",
        object=CASE,
        where="falcon_price > 10",
        fields=["number", "falcon_secret"],
        totals={"falcon_price": "sum"},
    ),
    ViewDef(
        view="vault.lit",
        object=CASE,
        colours={
            "dear": ViewColour(when="falcon_price > 10"),
            "named": ViewColour(when="not blank(number)", field="falcon_secret"),
        },
        colour_by="falcon_paint",
    ),
    ViewDef(view="vault.falcon_books", object=LEDGER),
    PublicFormDef(
        public_form="vault.ask", object=CASE, fields=["number", "client"], follow=["number", "client"], per_hour=1000
    ),
    ImportDef(import_="vault.falcon_import", target=LEDGER, each={"name": "falcon"}),
]
OWN = "owner = me"
ALL = {"see": True, "create": True, "change": True, "remove": True, "export": True}
ROLES: list[dict[str, Any]] = [
    {"role": "boss", "administers": True, "objects": {**dict.fromkeys(OBJECTS, ALL), "base.user": ALL}},
    {
        "role": "clerk",
        "objects": {
            CASE: {
                "see": OWN,
                "create": True,
                "change": OWN,
                "remove": OWN,
                "export": True,
                "hide": [name for name in OBJECTS[CASE]["fields"] if name.startswith("falcon")],
            },
            STEP: {
                "see": True,
                "create": True,
                "change": True,
                "export": True,
                "hide": ["falcon_cost", "falcon_proof"],
            },
            CLIENT: {"see": OWN, "export": True, "hide": ["falcon_phone"]},
            "base.user": {"see": True, "only": ["name"]},
        },
    },
    {"role": "guest", "objects": {"base.user": {"see": True, "only": ["name"]}}},
]
PEOPLE = {"bo": ["boss"], "cleo": ["clerk"], "gus": ["guest"], "tess": ["guest"]}
ASK: dict[str, Any] = {
    "label": {"en": "Ask"},
    "object": CASE,
    "steps": {
        "look": {
            "kind": "approve",
            "who": {"tess": {"by": "user", "users": ["tess"]}},
            "fields": dict.fromkeys(
                [
                    *(name for name in OBJECTS[CASE]["fields"] if name.startswith("falcon")),
                    "lines.falcon_cost",
                    "lines.falcon_proof",
                ],
                "hide",
            ),
        }
    },
}
"""Tess sees no case by her role: of the first one a task shows her what the clerk may know."""


def vault_catalogue() -> Catalogue:
    roles = [msgspec.convert({"label": {"en": role["role"]}, **role}, RoleDef) for role in ROLES]
    menu = {"cases": {"object": CASE}, "falcon": {"object": LEDGER}}
    told = {"app": "vault", "needs": ["base", "flow"], "label": {"en": "Vault"}, "menu": menu}
    own = [*DEFINITIONS, *roles, msgspec.convert({"flow": "vault.ask", **ASK}, FlowDef)]
    user = BASE[0]
    assert isinstance(user, ObjectDef)
    active = {"is_active": FieldDef(type="boolean", default="true")}
    base = [msgspec.structs.replace(user, fields={**user.fields, **active}), *BASE[1:]]
    flows = Catalogue.standard().app("flow")
    return Catalogue([App.of(AppDef(app="base"), base), flows, App.of(msgspec.convert(told, AppDef), own)])


def make_vault(database: Database) -> None:
    prepare_database(database)
    catalogue = vault_catalogue()
    install_apps(database, create_workspace(database, WORKSPACE, {"en": "Vault"}), catalogue, ["base", "flow", "vault"])

    def people(work: Work) -> list[tuple[str, int]]:
        work.create("base.company", [{"name": "Vault", "currency": "CNY", "timezone": "Asia/Shanghai"}])
        rows = [{"name": login.title(), "login": login, "roles": roles} for login, roles in PEOPLE.items()]
        return [(user.login, user.id) for user in work.create("base.user", rows)]

    for login, user in Platform(database, catalogue).run(WORKSPACE, SYSTEM, people):
        add_account(database, WORKSPACE, login, PASSWORD, user)


@dataclass
class Vault:
    """A running vault, filled through its own door; `ids` by object, what is named in paths by its parameter,
    `homes` where each file of a case lies."""

    kiosk: Kiosk
    ids: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    named: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    homes: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def __post_init__(self) -> None:
        self.bo, self.cleo, self.gus, self.tess = (self.kiosk.signed_in(login) for login in PEOPLE)
        self.fill()

    def post(self, path: str, who: httpx.Client | None = None, **given: Any) -> Any:
        answer = (who or self.bo).post(path, json=given)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def make(self, object: str, **values: Any) -> dict[str, Any]:
        [made] = self.post(f"/api/records/{object}", **values)["records"]
        self.ids.setdefault(object, []).append(made["id"])
        self.ids.setdefault(STEP, []).extend(line["id"] for line in made.get("lines", ()))
        self.note_homes(object, made, values)
        return made

    def note_homes(self, object: str, made: dict[str, Any], values: dict[str, Any]) -> None:
        record = {"object": object, "id": str(made["id"])}
        self.homes += [{**record, "field": name, "file": file} for name, file in files_of(values)]
        for line, given in zip(made.get("lines", ()), values.get("lines", ()), strict=True):
            inner = {**record, "field": "lines", "line": str(line["id"])}
            self.homes += [{**inner, "inner": name, "file": file} for name, file in files_of(given)]

    def upload(self, name: str, content: bytes, who: httpx.Client | None = None) -> dict[str, Any]:
        answer = (who or self.bo).post("/api/files", params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
        self.named.setdefault("file", []).append(str(answer.json()["file"]))
        return answer.json()

    def fill(self) -> None:
        users = {each["login"]: each["id"] for each in self.records("base.user", fields="id,login")}
        cleo, bo = users["cleo"], users["bo"]
        harbour = self.make(CLIENT, name="Harbour", city="Hamburg", owner=cleo, falcon_phone="falcon 110")
        falcon = self.make(CLIENT, name="Falcon Ltd", city="Hamburg", owner=bo, falcon_phone="falcon 112")
        self.open = self.case("C-1", cleo, harbour["id"])
        self.other = self.case("C-2", cleo, falcon["id"])
        self.hidden = self.case("FALCON-3", bo, harbour["id"])
        twin, gone = self.case("FALCON-4", bo, falcon["id"]), self.case("FALCON-5", bo, falcon["id"])
        self.bo.delete(f"/api/records/{CASE}/{gone['id']}", params={"version": gone["version"]})
        self.make(LEDGER, name="Falcon book", case=self.other["id"])
        self.post("/api/operations/flow.submit", flow="vault.ask", record=self.open["id"])
        self.talk(cleo)
        self.keep()
        self.unite(twin["id"])
        self.change(self.open, number="C-1b", falcon_secret="falcon other", falcon_price="9.00")
        self.change(self.hidden, number="FALCON-3b")
        moved = self.bo.patch(f"/api/records/{CLIENT}/{falcon['id']}", json={"city": "Bremen", "version": 1})
        assert moved.status_code == 200, moved.text
        histories = (self.bo.get(f"/api/records/{CASE}/{id}/history").json()["entries"] for id in self.ids[CASE])
        self.named["entry"] = [str(entry["id"]) for entries in histories for entry in entries if "id" in entry]

    def case(self, number: str, owner: int, client: int) -> dict[str, Any]:
        hers = number.startswith("C")
        word = "falcon" if not hers else "case"
        return self.make(
            CASE,
            number=number,
            owner=owner,
            client=client,
            budget="10.00" if hers else "7777.00",
            photo=self.upload(f"{word}.png", picture(colour="red" if hers else "blue")),
            papers=[self.upload(f"{word}.txt", f"{word} {number}".encode())],
            falcon_secret=f"falcon secret of {number}",
            falcon_price="7777.00",
            falcon_code="falcon code",
            falcon_costs=self.upload("falcon.txt", f"falcon costs {number}".encode()),
            lines=[
                {
                    "what": f"{word} step",
                    "falcon_cost": "4711",
                    "proof": self.upload(f"{word}-proof.png", picture(side=10 + len(self.ids.get(CASE, [])))),
                    "falcon_proof": self.upload("falcon-proof.txt", b"falcon proof"),
                }
            ],
        )

    def change(self, record: dict[str, Any], **values: Any) -> None:
        place = f"/api/records/{CASE}/{record['id']}"
        version = self.bo.get(place).json()["version"]
        assert self.bo.patch(place, json={**values, "version": version}).status_code == 200

    def talk(self, cleo: int) -> None:
        """About a case that Cleo sees, and about one that she saw once and follows still."""
        for record, word in ((self.open, "case"), (self.hidden, "falcon")):
            place = f"/api/records/{CASE}/{record['id']}"
            said = self.post(
                f"{place}/comments", text=word, files=[self.upload(f"{word}.txt", f"{word} said".encode())]
            )
            self.named.setdefault("comment", []).append(str(said["id"]))
        self.change(self.hidden, owner=cleo)
        for record in (self.open, self.hidden):
            assert self.cleo.post(f"/api/records/{CASE}/{record['id']}/followers", json={}).status_code == 200
        self.change(self.hidden, owner=self.hidden["owner"])
        self.post(f"/api/records/{CASE}/{self.hidden['id']}/comments", text="falcon again")

    def keep(self) -> None:
        """What Bo keeps: views of his own and for all, a draft, a suggestion, an import, a token, links of a form."""
        private = {"name": "Falcon mine", "body": {"fields": ["number"]}}
        shared = {
            "name": "All",
            "roles": [],
            "body": {"fields": ["number", "falcon_secret"], "sort": "falcon_price", "colour_by": "falcon_paint"},
        }
        views = [self.post(f"/api/kept_views/{CASE}", **each) for each in (private, shared)]
        place = f"/api/records/{CASE}/{self.open['id']}/draft"
        kept = self.bo.put(place, json={"values": {"falcon_secret": "falcon typed"}, "labels": {}, "version": 1})
        assert kept.status_code == 204, kept.text
        draft = self.post("/api/suggestions", text="falcon wish", object=CASE)["draft"]
        own = self.post("/api/suggestions", self.cleo, text="my wish", object=CASE)["draft"]
        file = ("file", ("cases.csv", b"number,falcon\nC-9,falcon", "text/csv"))
        brought = self.bo.post("/api/imports", files=[file], data={"target": CASE})
        assert brought.status_code == 201, brought.text
        link = self.post("/api/public_forms/vault.ask/links", label="falcon link")["secret"]
        self.named |= {
            "view": [str(each["id"]) for each in views],
            "draft": [str(draft), str(own)],
            "import": [str(brought.json()["id"])],
            "print": ["vault.sheet", "vault.falcon_print"],
            "secret": [link, self.sent(link)],
        }

    def sent(self, secret: str) -> str:
        """A stranger's own record, through which nothing else is seen."""
        stranger = self.kiosk.client()
        stamp = stranger.get(f"/api/public/{secret}").json()["stamp"]
        given = {"values": {"number": "S-1"}, "stamp": stamp}
        return stranger.post(f"/api/public/{secret}", json=given).json()["follow"]

    def unite(self, other: int) -> None:
        made = self.post(f"/api/unions/{CASE}", keep=self.hidden["id"], others=[other])
        self.named["union"] = [str(made.get("union") or made.get("id"))]

    def records(self, object: str, **asked: str) -> list[dict[str, Any]]:
        return self.bo.get(f"/api/records/{object}", params=asked).json()["records"]


def files_of(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "file" in each:
                yield name, str(each["file"])
