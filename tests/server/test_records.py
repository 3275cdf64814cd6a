"""Records and operations over HTTP."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk, order

_numbers = count(1)


@pytest.fixture
def number() -> str:
    return f"K-{next(_numbers):04}"


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


@pytest.fixture(scope="module")
def cleo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("cleo")


def made(client: httpx.Client, number: str, **more: object) -> dict[str, object]:
    answer = client.post("/api/records/kiosk.order", json=order(number, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]


class TestRecords:
    def test_a_created_record_is_answered_with_its_lines_and_totals(self, bo: httpx.Client, number: str) -> None:
        record = made(bo, number)
        assert record["total"] == "7.00"
        assert [line["amount"] for line in record["lines"]] == ["7.00"]
        assert bo.get(f"/api/records/kiosk.order/{record['id']}").json() == record

    def test_many_are_created_all_or_nothing(self, bo: httpx.Client, number: str) -> None:
        rows = [order(number), order("x" * 25)]
        answer = bo.post("/api/records/kiosk.order", json=rows)
        assert answer.status_code == 422
        assert [field["path"] for field in answer.json()["fields"]] == ["[1].number"]
        found = bo.get("/api/records/kiosk.order", params={"where": f"number = '{number}'"}).json()
        assert found["records"] == []

    def test_a_list_pages_counts_sorts_and_picks(self, bo: httpx.Client, number: str) -> None:
        for part in "abc":
            made(bo, f"{number}{part}")
        asked = {"where": f"starts_with(number, '{number}')", "sort": "number", "fields": "number,total", "limit": "2"}
        first = bo.get("/api/records/kiosk.order", params={**asked, "count": "true"}).json()
        assert first["records"] == [{"number": f"{number}{part}", "total": "7.00"} for part in "ab"]
        assert first["count"] == {"value": 3, "exact": True}
        rest = bo.get("/api/records/kiosk.order", params={**asked, "after": first["next"]}).json()
        assert [record["number"] for record in rest["records"]] == [f"{number}c"]
        assert rest["next"] is None

    def test_a_stale_version_is_told_what_changed(self, bo: httpx.Client, number: str) -> None:
        place = f"/api/records/kiosk.order/{made(bo, number)['id']}"
        assert bo.patch(place, json={"version": 1, "secret": "tea"}).json()["version"] == 2
        stale = bo.patch(place, json={"version": 1, "secret": "coffee"})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
        assert [field["path"] for field in stale.json()["fields"]] == ["secret"]
        assert bo.delete(place, params={"version": 1}).status_code == 409
        assert bo.delete(place, params={"version": 2}).status_code == 200
        assert bo.get("/api/records/kiosk.order", params={"where": f"number = '{number}'"}).json()["records"] == []
        assert bo.post(f"{place}/restore").status_code == 200

    def test_nothing_is_changed_or_removed_without_its_version(self, bo: httpx.Client, number: str) -> None:
        place = f"/api/records/kiosk.order/{made(bo, number)['id']}"
        for answer in (bo.patch(place, json={"secret": "tea"}), bo.delete(place)):
            assert answer.status_code in (400, 422)
            assert [(field["path"], field["code"]) for field in answer.json()["fields"]] == [("version", "required")]

    def test_several_are_changed_together_or_none(self, bo: httpx.Client, number: str) -> None:
        home = "/api/records/kiosk.order"
        one, other = made(bo, f"{number}a"), made(bo, f"{number}b")
        tea = {"id": one["id"], "version": 1, "secret": "tea"}
        stale = bo.patch(home, json=[tea, {"id": other["id"], "version": 9, "secret": "milk"}])
        wrong = bo.patch(home, json=[tea, {"id": other["id"], "version": 1, "number": "x" * 25}])
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
        assert [field["path"] for field in wrong.json()["fields"]] == ["[1].number"]
        assert bo.get(f"{home}/{one['id']}").json()["version"] == 1

        changed = bo.patch(home, json=[tea, {"id": other["id"], "version": 1, "secret": "milk"}]).json()["records"]
        assert [(row["id"], row["version"], row["secret"]) for row in changed] == [
            (one["id"], 2, "tea"),
            (other["id"], 2, "milk"),
        ]

    def test_each_of_several_names_its_record_and_version(self, bo: httpx.Client, number: str) -> None:
        row = made(bo, number)
        nameless = bo.patch("/api/records/kiosk.order", json=[{"version": 1, "secret": "tea"}])
        ageless = bo.patch("/api/records/kiosk.order", json=[{"id": row["id"], "secret": "tea"}])
        paths = [field["path"] for answer in (nameless, ageless) for field in answer.json()["fields"]]
        assert paths == ["[0].id", "[0].version"]

    def test_history_acts_and_timeline(self, bo: httpx.Client, number: str) -> None:
        place = f"/api/records/kiosk.order/{made(bo, number)['id']}"
        bo.patch(place, json={"secret": "tea", "version": 1})
        told = bo.get(f"{place}/history").json()["entries"]
        assert [entry["act"] for entry in told] == ["changed", "created"]
        assert told[0]["changes"][0]["new"] == "tea"
        assert [act["operation"] for act in bo.get(f"{place}/acts").json()["acts"]] == ["kiosk.close_order"]
        assert bo.get(f"{place}/acts").json()["may"] == {"change": True, "remove": True}
        assert len(bo.get(f"{place}/timeline").json()["entries"]) == 2

    def test_what_a_role_hides_is_not_there(self, bo: httpx.Client, cleo: httpx.Client, number: str) -> None:
        record = made(bo, number, secret="tea")
        missing = cleo.get(f"/api/records/kiosk.order/{record['id']}")
        assert (missing.status_code, missing.json()["code"]) == (404, "record_not_found")
        hidden = cleo.get("/api/records/kiosk.order", params={"where": "secret = 'tea'"})
        assert (hidden.status_code, hidden.json()["code"]) == (422, "formula_error")

    def test_options_and_search_find(self, bo: httpx.Client, number: str) -> None:
        made(bo, number)
        options = bo.get("/api/options/base.user", params={"q": "cle"}).json()["options"]
        assert [option["label"] for option in options] == ["Cleo"]
        found = bo.get("/api/search", params={"q": number}).json()["results"]
        assert (found[0]["object"], found[0]["label"]) == ("kiosk.order", number)


class TestOperations:
    def test_an_operation_answers_what_changed(self, bo: httpx.Client, number: str) -> None:
        record = made(bo, number)
        answer = bo.post("/api/operations/kiosk.close_order", json={"order": record["id"]})
        assert answer.status_code == 200, answer.text
        changed = {"object": "kiosk.order", "id": record["id"], "version": 2}
        assert answer.json()["changed"] == [changed]
        assert answer.json()["result"]["state"] == "closed"

    def test_a_refusal_speaks_the_readers_language(self, bo: httpx.Client, number: str) -> None:
        call = {"order": {"number": made(bo, number)["number"]}}
        assert bo.post("/api/operations/kiosk.close_order", json=call).status_code == 200
        again = bo.post("/api/operations/kiosk.close_order", json=call, headers={"accept-language": "zh-CN"})
        assert again.status_code == 409
        assert again.json()["detail"] == f"订单 {number} 已关闭。"
        assert again.json()["offers"] == [{"operation": "kiosk.close_order", "label": "关闭"}]

    def test_a_list_is_all_or_nothing(self, bo: httpx.Client, number: str) -> None:
        first, second = made(bo, number), made(bo, f"{number}b")
        calls = [{"order": first["id"]}, {"order": second["id"]}, {"order": 999_999}]
        assert bo.post("/api/operations/kiosk.close_order", json=calls).status_code in (404, 422)
        assert bo.get(f"/api/records/kiosk.order/{first['id']}").json()["state"] == "open"
        assert len(bo.post("/api/operations/kiosk.close_order", json=calls[:2]).json()["changed"]) == 2

    def test_without_the_right_it_is_forbidden(self, cleo: httpx.Client) -> None:
        assert cleo.post("/api/operations/kiosk.echo", json={"text": "a"}).status_code == 403

    def test_a_crash_tells_its_number_and_nothing_else(self, bo: httpx.Client) -> None:
        answer = bo.post("/api/operations/kiosk.stumble", json={})
        assert answer.status_code == 500
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert "secret of the server" not in answer.text


class TestSentTwice:
    def test_the_second_is_answered_like_the_first(self, bo: httpx.Client, number: str) -> None:
        headers = {"idempotency-key": f"key-{number}"}
        first = bo.post("/api/records/kiosk.order", json=order(number), headers=headers)
        second = bo.post("/api/records/kiosk.order", json=order(number), headers=headers)
        assert (second.status_code, second.json()) == (first.status_code, first.json())
        assert second.headers["idempotency-replayed"] == "true"

    def test_another_body_is_refused(self, bo: httpx.Client, number: str) -> None:
        headers = {"idempotency-key": f"key-{number}"}
        bo.post("/api/records/kiosk.order", json=order(number), headers=headers)
        other = bo.post("/api/records/kiosk.order", json=order(f"{number}b"), headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    def test_another_query_is_refused(self, bo: httpx.Client, number: str) -> None:
        headers = {"idempotency-key": f"key-{number}"}
        place = f"/api/records/kiosk.order/{made(bo, number)['id']}"
        assert bo.delete(f"{place}?version=1", headers=headers).status_code == 200
        other = bo.delete(f"{place}?version=2", headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    def test_what_has_the_number_already_is_named_to_who_sees_it(
        self, bo: httpx.Client, cleo: httpx.Client, number: str
    ) -> None:
        first = made(bo, number)
        [told] = bo.post("/api/records/kiosk.order", json=order(number)).json()["records"]
        assert told == {"object": "kiosk.order", "id": first["id"], "label": number}
        refused = cleo.post("/api/records/kiosk.order", json=order(number)).json()
        assert (refused["code"], refused.get("records")) == ("duplicate_key", None)

    def test_a_refusal_is_not_kept(self, bo: httpx.Client, number: str) -> None:
        made(bo, number)
        headers = {"idempotency-key": f"key-{number}"}
        refused = bo.post("/api/records/kiosk.order", json=order(number), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_key")
        retried = bo.post("/api/records/kiosk.order", json=order(f"{number}b"), headers=headers)
        assert retried.status_code == 201

    def test_twins_at_once_are_one(self, bo: httpx.Client, number: str) -> None:
        answers: list[httpx.Response] = []
        headers = {"idempotency-key": f"key-{number}"}

        def send() -> None:
            answers.append(bo.post("/api/records/kiosk.order", json=order(number), headers=headers))

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["records"][0]["id"] for answer in answers}) == 1


class TestDefinitions:
    def test_each_role_sees_its_own(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        whole, part = bo.get("/api/definitions").json(), cleo.get("/api/definitions").json()
        assert "secret" in [field["name"] for field in whole["objects"]["kiosk.order"]["fields"]]
        assert "secret" not in [field["name"] for field in part["objects"]["kiosk.order"]["fields"]]
        assert set(part["operations"]) == {"kiosk.close_order"}
        assert "roles" not in part
        assert part["me"]["login"] == "cleo"

    def test_known_ones_are_not_sent_again(self, bo: httpx.Client) -> None:
        first = bo.get("/api/definitions")
        again = bo.get("/api/definitions", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        chinese = bo.get("/api/definitions", headers={"accept-language": "zh"})
        assert chinese.headers["etag"] != first.headers["etag"]
        assert chinese.json()["apps"][0]["label"] == "小店"

    def test_the_reference_lists_what_may_be_called(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        whole, part = bo.get("/api/openapi.json").json()["paths"], cleo.get("/api/openapi.json").json()["paths"]
        assert "/api/operations/kiosk.echo" in whole
        assert "/api/operations/kiosk.echo" not in part
        assert "post" in part["/api/records/kiosk.order"]
        assert not any(path.startswith("/api/admin") for path in part)


class TestDesign:
    def test_a_field_is_drafted_checked_planned_published_and_taken_back(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        base = bo.get("/api/releases").json()["releases"][0]["release"]
        draft = bo.post("/api/drafts", json={"from": base}).json()["draft"]
        body = {
            "object": "kiosk.shelf",
            "label": {"en": "Shelf"},
            "title": "name",
            "fields": {"name": {"type": "text"}},
        }
        place = f"/api/drafts/{draft}"
        put = bo.put(f"{place}/object/kiosk.shelf", json=body)
        assert put.status_code == 200, put.text
        assert bo.post(f"{place}/check").json()["errors"] == 0
        assert bo.post(f"{place}/plan").json()["steps"]
        published = bo.post(f"{place}/publish", json={"note": "Shelves"})
        assert published.json() == {"release": base + 1}
        assert bo.post(f"{place}/publish", json={}).status_code == 409
        compared = bo.get(f"/api/releases/{base}..{base + 1}").json()["differences"]
        assert {entry["name"] for entry in compared} == {"kiosk.shelf"}
        assert bo.get("/api/lineage/object/kiosk.order").json()["used_by"]
        assert bo.post(f"/api/releases/{base}/rollback").json() == {"release": base + 2}

    def test_a_wrong_definition_is_refused_by_its_place(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        assert bo.put(f"/api/drafts/{draft}/object/kiosk.shelf", json={"feilds": {}}).status_code == 422
        assert bo.put(f"/api/drafts/{draft}/shelf/kiosk.shelf", json={}).status_code in (404, 422)
        assert bo.post("/api/drafts/99999/check").status_code == 404

    def test_formulas_are_checked_and_evaluated(self, bo: httpx.Client, number: str) -> None:
        checked = bo.post("/api/formulas/check", json={"object": "kiosk.order", "formula": "total * 2"}).json()
        assert (checked["ok"], checked["type"], checked["uses"]) == (True, "money", ["total"])
        wrong = bo.post("/api/formulas/check", json={"object": "kiosk.order", "formula": "totl * 2"}).json()
        assert (wrong["ok"], wrong["error"]["position"], wrong["error"]["nearest"]) == (False, 0, ["total"])
        asked = {"object": "kiosk.order", "formula": "total * 2", "id": made(bo, number)["id"]}
        assert float(bo.post("/api/formulas/evaluate", json=asked).json()["value"]) == 14

    def test_a_formula_is_checked_against_what_its_place_wants(self, bo: httpx.Client) -> None:
        def asked(formula: str, **more: Any) -> dict[str, Any]:
            return bo.post("/api/formulas/check", json={"object": "kiosk.order", "formula": formula, **more}).json()

        assert asked("total > 5", expect="boolean")["ok"]
        wrong = asked("total + 5", expect="boolean")["error"]
        assert wrong["reason"] == "wrong_type"
        assert "character" not in wrong["problem"]
        assert asked('"open"', expect={"field": "state"})["ok"]
        assert asked('"opne"', expect={"field": "state"})["error"]["nearest"] == ["open"]
        assert asked("total / 0")["warnings"][0]["position"] == 6
        filter = {"object": "base.user", "this": "kiosk.order"}
        assert bo.post("/api/formulas/check", json={**filter, "formula": "name = this.number"}).json()["ok"]

    def test_the_names_of_a_formula_speak_both_languages(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        told = bo.get("/api/formulas/names?object=kiosk.order").json()
        names = {each["name"]: each for each in told["names"]}
        assert told["label"]["zh"]
        assert (names["lines"]["many"], names["lines"]["target"]) == (True, "kiosk.line")
        assert (names["owner"]["type"], names["owner"]["target"]) == ("link", "base.user")
        assert {choice["name"] for choice in names["state"]["choices"]} == {"open", "closed"}
        assert names["me"]["special"]
        assert names["created_at"]["label"] == {"en": "Created at", "zh": "创建时间"}
        seen = {each["name"] for each in cleo.get("/api/formulas/names?object=kiosk.order").json()["names"]}
        assert "secret" in names
        assert "secret" not in seen
        filter = bo.get("/api/formulas/names?object=base.user&this=kiosk.order").json()["names"]
        assert [each["target"] for each in filter if each["name"] == "this"] == ["kiosk.order"]

    def test_a_draft_that_is_wrong_still_names_its_fields(self, bo: httpx.Client) -> None:
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        known = bo.get(f"/api/drafts/{draft}/definitions").json()
        body = known["definitions"]["object"]["kiosk.order"]["body"]
        body["fields"] |= {"site": {"type": "text"}, "wrong": {"type": "formula", "formula": "totl * 2"}}
        changes = [{"kind": "object", "name": "kiosk.order", "body": body}]
        bo.post(f"/api/drafts/{draft}/changes", json={"version": known["version"], "changes": changes})
        through = {"x-queti-draft": str(draft)}
        told = bo.get("/api/formulas/names?object=kiosk.order", headers=through).json()["names"]
        assert {"site", "total"} <= {each["name"] for each in told}
        asked = {"object": "kiosk.order", "formula": "totl * 2"}
        assert bo.post("/api/formulas/check", json=asked, headers=through).json()["error"]["nearest"] == ["total"]
        sited = {"object": "kiosk.order", "formula": "len(site)"}
        assert bo.post("/api/formulas/check", json=sited, headers=through).json()["ok"]
        assert not bo.post("/api/formulas/check", json=sited).json()["ok"]

    def test_functions_are_told_in_the_readers_language(self, bo: httpx.Client) -> None:
        told = {
            language: bo.get("/api/formulas/functions", headers={"accept-language": language}).json()
            for language in ("en", "zh")
        }
        assert told["zh"]["groups"]["lists"] == "列表与明细"
        assert [each["name"] for each in told["zh"]["functions"]] == [each["name"] for each in told["en"]["functions"]]

    def test_only_administrators_design(self, cleo: httpx.Client) -> None:
        assert cleo.post("/api/drafts", json={}).status_code == 403
        assert cleo.get("/api/releases").status_code == 403
