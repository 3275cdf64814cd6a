"""No address leaks: whatever the clerk, the guest and the stranger may not learn is called falcon.

Generated from the table of routes. Each that reads has a story here, which says what is asked
of it; its path is filled with everything there is. A route without one fails the suite.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
import pytest

from queti.server.app import ROUTES
from queti.server.routing import Route
from tests.fixtures.database import Databases
from tests.fixtures.patience import eventually
from tests.server.kiosk import WORKSPACE, serving
from tests.server.test_events import listening
from tests.server.vault import CASE, CLIENT, LEDGER, OBJECTS, STEP, Vault, make_vault, vault_catalogue

WORD = "falcon"
NONSENSE = "nnnnnn"
FIELDS = tuple({name: None for body in OBJECTS.values() for name in body["fields"]})
BEHIND = ("client.name", "client.falcon_phone", "lines.falcon_cost", "cases.number", "cases.falcon_secret")
Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """What is asked: queries, or bodies of what reads by POST. `tells`: the boss learns something there."""

    queries: Sequence[Asked] = ({},)
    bodies: Sequence[Asked] = ()
    tells: bool = True
    objects: Sequence[str] = tuple(OBJECTS)


def each(name: str, values: Sequence[Any]) -> list[Asked]:
    return [{name: value} for value in values]


QUIET = Story(tells=False)
LISTS = [
    {"count": "all", "limit": "200"},
    {"trash": "true"},
    *each("fields", [*FIELDS, *BEHIND]),
    *each("sort", [*FIELDS, *BEHIND, "-falcon_price"]),
    *each("where", ["falcon_price > 1", "contains(client.name, 'alcon')", "count(cases) > 1", "budget > 20"]),
    *each("search", [WORD, "C-", "harbour"]),
]
RECORD = "/api/records/{object}/{id}"
STORIES: dict[tuple[str, str], Story] = {
    ("GET", "/api/records/{object}"): Story(LISTS),
    ("GET", RECORD): Story(),
    ("GET", f"{RECORD}/history"): Story(),
    ("GET", f"{RECORD}/acts"): QUIET,
    ("GET", f"{RECORD}/timeline"): Story(),
    ("GET", f"{RECORD}/unions"): QUIET,
    ("GET", f"{RECORD}/draft"): Story(),
    ("GET", f"{RECORD}/comments"): Story(),
    ("GET", f"{RECORD}/comments/files"): Story(),
    ("GET", f"{RECORD}/mentionable"): Story(each("q", ["", "bo"]), tells=False),
    ("GET", f"{RECORD}/followers"): QUIET,
    ("GET", "/api/flows"): QUIET,
    ("GET", "/api/flows/listed"): Story(
        [*each("tasks", ["1,2,3,4,5"]), *each("instances", ["1,2,3,4,5"])], tells=False
    ),
    ("GET", "/api/flows/of/{object}/{id}"): QUIET,
    ("GET", "/api/flows/instances/{id}"): QUIET,
    ("GET", "/api/flows/shown/{object}/{id}"): Story(),
    ("GET", f"{RECORD}/decisions"): QUIET,
    ("GET", "/api/comments/{comment}/files/{file}"): Story(),
    ("GET", "/api/news"): QUIET,
    ("GET", f"{RECORD}/files/{{field}}/{{file}}"): Story([{}, {"size": "96"}], objects=[CASE]),
    ("GET", f"{RECORD}/files/{{field}}/{{line}}/{{inner}}/{{file}}"): Story(objects=[CASE]),
    ("GET", "/api/duplicates/{object}"): Story(each("by", [*FIELDS, "owner,client"])),
    ("GET", "/api/totals/{object}"): Story(
        [
            *each("totals", ["budget:sum", "falcon_price:sum", "falcon_price:max", "falcon_secret:max"]),
            *({"totals": "budget:sum", "group": by} for by in (*FIELDS, *BEHIND, "created_at:month")),
            *({"totals": "budget:sum", "where": where} for where in ("falcon_price > 1", "budget > 20")),
            {"totals": "budget:sum", "search": WORD},
        ]
    ),
    ("GET", "/api/kept_views/{object}"): Story(),
    ("GET", "/api/search"): Story(each("q", [WORD, "C-", "harbour", "book"])),
    ("GET", "/api/options/{object}"): Story(
        [
            *each("q", ["", WORD]),
            {"link": f"{CASE}.client"},
            *each("filter", ["falcon_phone = '1'", "city = 'Hamburg'"]),
        ]
    ),
    ("GET", "/api/home"): QUIET,
    ("GET", "/api/exports/{object}"): Story(
        [{"format": kind, **asked} for kind in ("csv", "xlsx") for asked in ({}, *each("fields", [*FIELDS, *BEHIND]))]
        + [{"format": "csv", "search": WORD}, {"format": "csv", "where": "falcon_price > 1"}]
    ),
    ("GET", "/api/prints/{print}/{id}"): Story(),
    ("GET", "/api/imports/{id}"): Story(),
    ("GET", "/api/imports/{id}/report"): QUIET,
    ("GET", "/api/templates/{target}"): Story(),
    ("GET", "/api/suggestions"): Story([{}, {"all": "true"}]),
    ("GET", "/api/suggestions/{draft}"): Story(),
    ("GET", "/api/formulas/names"): Story([{"object": name} for name in OBJECTS]),
    ("GET", "/api/formulas/functions"): QUIET,
    ("GET", "/api/definitions"): Story(),
    ("GET", "/api/openapi.json"): Story(),
    ("GET", "/api/tokens"): QUIET,
    ("GET", "/api/session"): QUIET,
    ("GET", "/api/spelling"): Story(each("text", ["猎鹰"]), tells=False),
    ("POST", "/api/unions/{object}/preview"): Story(
        bodies=[
            {"keep": keep, "others": [other], "take": take}
            for keep, other in ((1, 2), (1, 3), (3, 1))
            for take in ({}, {"number": other}, {"client": other}, {"falcon_secret": other})
        ]
    ),
    ("POST", "/api/bulk/{object}/preview"): Story(
        bodies=[
            *({"values": {"budget": "1.00"}, "ids": [id]} for id in (1, 3)),
            {"values": {"falcon_secret": "x"}, "ids": [1]},
            {"values": {"client": 2}, "ids": [1]},
            {"values": {"budget": "1.00"}, "where": "falcon_price > 1"},
            {"values": {"stage": "shut"}, "search": WORD},
        ]
    ),
    ("POST", "/api/formulas/check"): Story(
        bodies=[
            {"object": name, "formula": text} for name in OBJECTS for text in ("falcon_price + 1", "falco", "1 + ")
        ],
        tells=False,
    ),
    ("POST", "/api/formulas/evaluate"): Story(
        bodies=[
            {"object": CASE, "id": id, "formula": text}
            for id in (1, 2, 3)
            for text in ("falcon_secret", "number", "client.name", "client.falcon_phone", "sum(lines.falcon_cost)")
        ]
    ),
    ("POST", "/api/drafts/{draft}/try"): Story(
        bodies=[{"object": CASE, "id": id, "values": {"number": "T"}} for id in (1, 2, 3)], tells=False
    ),
    ("POST", f"{RECORD}/reveal/{{field}}"): Story(bodies=[{}], objects=[CASE]),
}
"""Reading by POST is told by hand; of what GETs none is left out."""
STREAMS = {"/api/events"}
BY_SECRET = {"/api/public/{secret}", "/api/public/{secret}/options/{field}"}
SAME_FOR_ALL = {"/api/regions", "/api/prints.js", "/docs", "/docs/{file}", "/healthz", "/readyz", "/metrics"}
SAME_FOR_ALL |= {"/api/session/samples", "/{path:path}"}
GETS = [route for route in ROUTES if route.method == "GET"]
ADMINISTRATORS = [route for route in GETS if route.guard == "administrator"]


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    query: Asked
    body: Asked | None = None

    def put(self, client: httpx.Client, *, instead: str = WORD) -> httpx.Response:
        def said(text: Any) -> Any:
            if isinstance(text, str):
                return text.replace(WORD, instead)
            if isinstance(text, dict):
                return {said(key): said(value) for key, value in text.items()}
            return text

        return client.request(self.method, said(self.path), params=said(dict(self.query)), json=said(self.body))

    @property
    def words(self) -> list[str]:
        """What the asker said, which an answer may say again."""
        given = [self.path, *map(str, self.query.values()), str(self.body or "")]
        return sorted(set(re.findall(r"\w*falcon\w*", " ".join(given))), key=len, reverse=True)

    @property
    def names_hidden_field(self) -> bool:
        return any(f"{WORD}_" in word for word in self.words)


def questions(vault: Vault, method: str, template: str) -> Iterator[Question]:
    story = STORIES[method, template]
    for path in paths(vault, template, story):
        for query in story.queries:
            for body in story.bodies or (None,):
                yield Question(method, path, query, body)


def paths(vault: Vault, template: str, story: Story) -> Iterator[str]:
    """Every path of the template: with each object its own ids, and one that is not there."""
    parts = re.findall(r"{(\w+)}", template)
    names = [name for name in parts if name not in ("object", "id")]
    known = {
        **vault.named,
        "id": [*map(str, vault.ids[CASE]), "999"],
        "field": FIELDS if "line" not in names else ["lines"],
        "inner": list(OBJECTS[STEP]["fields"]),
        "line": [str(id) for id in vault.ids[STEP]],
        "target": list(OBJECTS),
    }
    homes = [home for home in vault.homes if set(home) == set(parts)]
    if homes:
        yield from dict.fromkeys(template.format(**place) for place in beside(homes, known))
        return
    places: list[dict[str, str]] = [{}]
    if "{object}" in template:
        places = [{"object": name} for name in story.objects]
    elif template.startswith("/api/imports"):
        places = [{"id": id} for id in [*vault.named["import"], "999"]]
    if "{id}" in template and not template.startswith("/api/imports"):
        places = [{**place, "id": str(id)} for place in places for id in (*vault.ids[place.get("object", CASE)], 999)]
    for place, values in product(places, product(*(known[name] for name in names))):
        yield template.format(**place, **dict(zip(names, values, strict=True)))


def beside(homes: Sequence[dict[str, str]], known: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Where each file lies, and every place that differs from one of these in one part."""
    for home in homes:
        for name in home:
            yield from ({**home, name: value} for value in known.get(name, ()))


def told(answer: httpx.Response) -> str:
    """All that an answer says, in its headers and inside a workbook too."""
    head = answer.headers.get("content-disposition", "")
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return head + "".join(book.read(name).decode() for name in book.namelist() if "docProps" not in name)
    return head + answer.content.decode(errors="replace")


def leaks(question: Question, text: str) -> bool:
    for word in question.words:
        text = text.replace(word, "")
    return WORD in text.lower()


@pytest.fixture(scope="module")
def vault(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    fresh = databases.fresh(databases.template("vault", make_vault), size=16)
    folder = tmp_path_factory.mktemp("vault")
    with fresh as database, serving(database, folder, vault_catalogue(), public_form_seconds=0.0) as kiosk:
        yield Vault(kiosk)


def test_every_address_that_reads_is_in_a_leak_test() -> None:
    stories = {template for _, template in STORIES} | STREAMS | BY_SECRET | SAME_FOR_ALL
    untold = {route.template for route in GETS if route.guard != "administrator"} - stories
    assert not untold, f"these addresses are in no leak test: {sorted(untold)}"
    known = {(route.method, route.template) for route in ROUTES}
    assert set(STORIES) <= known
    assert {template for _, template in STORIES}.isdisjoint(route.template for route in ADMINISTRATORS)


@pytest.mark.parametrize(("method", "template"), STORIES, ids=lambda text: text.strip("/"))
class TestAddresses:
    def test_say_nothing_of_what_is_hidden(self, vault: Vault, method: str, template: str) -> None:
        learned = False
        for question in questions(vault, method, template):
            for client in (vault.cleo, vault.gus, vault.tess):
                answer = question.put(client)
                assert answer.status_code < 500, (question, answer.text)
                assert not leaks(question, told(answer)), (question, told(answer)[:2000])
            learned = learned or leaks(question, told(question.put(vault.bo)))
        assert learned or not STORIES[method, template].tells, "nothing was hidden here: the story proves nothing"

    def test_take_a_hidden_field_for_one_that_is_not_there(self, vault: Vault, method: str, template: str) -> None:
        for question in questions(vault, method, template):
            if question.names_hidden_field and "{print}" not in template:
                hidden, absent = question.put(vault.cleo), question.put(vault.cleo, instead=NONSENSE)
                assert hidden.status_code == absent.status_code, (question, hidden.text, absent.text)

    def test_open_for_nobody_who_is_not_signed_in(self, vault: Vault, method: str, template: str) -> None:
        with vault.kiosk.client() as stranger:
            question = next(questions(vault, method, template))
            assert question.put(stranger).status_code == 401


@pytest.mark.parametrize("route", ADMINISTRATORS, ids=lambda route: route.template)
def test_what_is_for_administrators_is_for_them_alone(vault: Vault, route: Route) -> None:
    path = re.sub(r"{object}", LEDGER, route.template)
    path = re.sub(r"{(\w+)}", "1", path)
    for client, status in ((vault.cleo, 403), (vault.gus, 403), (vault.kiosk.client(), 401)):
        answer = client.get(path)
        assert answer.status_code == status, answer.text
        assert WORD not in answer.text.lower().replace(LEDGER, "")


class TestByTask:
    def test_opens_the_one_record_for_reading_and_no_list(self, vault: Vault) -> None:
        place = f"/api/records/{CASE}/{vault.open['id']}"
        case = vault.tess.get(place).json()
        assert (case["number"], case["_labels"]["client"]) == ("C-1b", "Harbour")
        assert set(case) & set(FIELDS) == {name for name in OBJECTS[CASE]["fields"] if not name.startswith(WORD)}
        assert set(case["lines"][0]) & set(OBJECTS[STEP]["fields"]) == {"what", "proof"}
        kept = case["papers"][0]["file"]
        assert vault.tess.get(f"{place}/files/papers/{kept}").status_code == 200
        assert case["_by_task"]
        assert "_by_task" not in vault.bo.get(place).json()
        told = vault.tess.get(f"/api/flows/shown/{CASE}/{vault.open['id']}").json()
        shown = {name: {field["name"] for field in each["fields"]} for name, each in told["objects"].items()}
        assert shown[CASE] & set(FIELDS) == set(case) & set(FIELDS)
        assert shown[STEP] >= {"what", "proof"}
        tasks = [each["id"] for each in vault.tess.get("/api/records/flow.task").json()["records"]]
        listed = vault.tess.get("/api/flows/listed", params={"tasks": ",".join(map(str, tasks))})
        [summary] = listed.json()["records"][CASE]
        assert (summary["id"], WORD in listed.text.lower()) == (vault.open["id"], False)
        assert vault.cleo.get("/api/flows/listed", params={"tasks": f"{tasks[0]}"}).json()["records"] == {}
        told = vault.tess.get(f"{place}/history").json()["entries"]
        assert {change["field"] for entry in told for change in entry["changes"]} == {"number"}
        for other in (vault.other, vault.hidden):
            assert vault.tess.get(f"/api/records/{CASE}/{other['id']}").status_code in (403, 404)
        for path in (f"/api/records/{CASE}", f"/api/exports/{CASE}", f"/api/totals/{CASE}?totals=budget:sum",
                     f"/api/options/{CASE}", f"{place}/comments", f"/api/records/{CLIENT}/1"):  # fmt: skip
            assert vault.tess.get(path).status_code == 403, path
        changed = vault.tess.patch(place, json={"budget": "1.00", "version": case["version"]})
        assert changed.status_code == 403, changed.text


class TestBySecret:
    def test_a_form_shows_what_it_asks_and_what_its_links_offer(self, vault: Vault) -> None:
        """The other client is in Bremen, where the form's filter doesn't look."""
        form, follow = vault.named["secret"]
        with vault.kiosk.client() as stranger:
            for secret in (form, follow, "nothing"):
                assert WORD not in stranger.get(f"/api/public/{secret}").text.lower()
            for name in (*FIELDS, *BEHIND):
                answer = stranger.get(f"/api/public/{form}/options/{name}")
                assert (answer.status_code == 200) == (name == "client"), name
                assert stranger.get(f"/api/public/{follow}/options/{name}").status_code == 404
            for query, labels in (("", ["Harbour"]), ("harb", ["Harbour"]), (WORD, []), ("110", []), ("cleo", [])):
                offered = stranger.get(f"/api/public/{form}/options/client", params={"query": query}).json()["options"]
                assert offered == [{"id": 1, "label": label} for label in labels], query


class TestTheStream:
    def test_carries_what_is_seen_alone(self, vault: Vault) -> None:
        """Of hidden records, and of hidden fields of seen ones, not even that something happened to them."""
        with listening(vault.cleo) as clerk, listening(vault.gus) as guest, listening(vault.bo) as boss:
            vault.change(vault.hidden, budget="12.00")
            vault.change(vault.open, falcon_price="13.00")
            vault.post(f"/api/records/{LEDGER}", name="Falcon again")
            vault.post(f"/api/records/{CASE}/{vault.hidden['id']}/comments", text="falcon")
            vault.change(vault.open, budget="11.00")
            eventually(lambda: len(boss.told) == 5 and clerk.told, "the last change")
        assert {(each["object"], each["id"]) for each in clerk.told} == {(CASE, vault.open["id"])}
        assert WORD not in str(clerk.told).lower()
        assert guest.told == []


class TestBringingBack:
    def test_an_earlier_value_comes_back_for_who_sees_it(self, vault: Vault) -> None:
        for id in vault.ids[CASE]:
            for entry in vault.named["entry"]:
                place = f"/api/records/{CASE}/{id}/history/{entry}/bring_back"
                for fields in ([], ["falcon_secret"], ["number", "falcon_price"]):
                    answer = vault.cleo.post(place, json={"version": 99, "fields": fields})
                    assert answer.status_code in (404, 409, 422), (place, fields, answer.text)
                    assert WORD not in re.sub(r"falcon_\w+", "", answer.text.lower()), (place, fields)


class TestImportsPreview:
    def test_rows_are_matched_with_what_is_seen(self, vault: Vault) -> None:
        """Whether a hidden case has that number isn't told by what a file would change."""
        for head, row in (
            ("number,falcon_secret", "C-7,x"),
            ("number,client.name", "C-7,Falcon Ltd"),
            ("id,number", "3,x"),
        ):
            file = ("file", ("cases.csv", f"{head}\n{row}".encode(), "text/csv"))
            answer = vault.cleo.post("/api/imports", files=[file], data={"target": CASE})
            said = answer.text
            for word in (*head.split(","), *row.split(",")):
                said = said.replace(word, "")
            assert answer.status_code < 500, answer.text
            assert not re.search(r"secret of|falcon 1|FALCON-", said), said


def test_what_is_hidden_makes_no_difference(vault: Vault) -> None:
    """Other hidden values, other hidden records: each answer to the clerk stays as it was, counts and order too.

    The last of all: the vault is another afterwards."""
    asked = [
        question
        for (method, template) in STORIES
        if method == "GET" and "files" not in template
        for question in questions(vault, method, template)
    ]

    def answers() -> list[str]:
        return [re.sub(r"\b[0-9a-f]{16}\b", "", told(question.put(vault.cleo))) for question in asked]

    before = answers()
    with vault.kiosk.db.connection() as connection:
        schema = f"w_{WORKSPACE}"
        connection.execute(
            f"UPDATE {schema}.vault_case SET falcon_secret = 'zzz', falcon_price = 1 / id::numeric, falcon_hours = -id,"
            f" falcon_code = NULL"
        )
        connection.execute(f"UPDATE {schema}.vault_step SET falcon_cost = -id")
        connection.execute(f"UPDATE {schema}.vault_client SET falcon_phone = NULL")
        connection.execute(f"UPDATE {schema}.vault_client SET name = 'Another', city = 'Ulm' WHERE name ~ 'Falcon'")
        connection.execute(f"UPDATE {schema}.vault_case SET number = 'C-1', budget = 1, client = 1 WHERE owner = 1")
        connection.execute(f"UPDATE {schema}.vault_case SET trashed_at = now() WHERE id = %s", [vault.hidden["id"]])
        connection.execute(f"UPDATE {schema}.vault_ledger SET trashed_at = now()")
    for question, was, now in zip(asked, before, answers(), strict=True):
        assert now == was, question
