"""Rules through the door: designed in a draft, tried, run over the past, published, and asked."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx
import msgspec
import pytest

from queti.server.routes.rules import MOST_CASES
from tests.server.kiosk import Kiosk, order

REVIEW: dict[str, Any] = {
    "rule": "kiosk.review",
    "label": {"en": "Review", "zh": "审核"},
    "on": "kiosk.order",
    "inputs": {"total": {}, "teas": {"formula": 'count(lines where product = "tea")'}},
    "outputs": {"level": {"type": "choice", "choices": {"none": {}, "high": {}}}, "points": {"type": "number"}},
    "rows": [{"when": {"total": "> 50"}, "then": {"level": '"high"', "points": "total / 10"}}],
    "default": {"level": '"none"', "points": "0"},
    "tests": {"large": {"given": {"total": "60", "teas": "1"}, "expected": {"level": "high", "points": "6"}}},
}


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def drafted(bo: httpx.Client, **changed: Any) -> int:
    draft: int = bo.post("/api/drafts", json={}).json()["draft"]
    answer = bo.put(f"/api/drafts/{draft}/rule/kiosk.review", json={**REVIEW, **changed})
    assert answer.is_success, answer.text
    return draft


def post(bo: httpx.Client, place: str, body: Any = None, **headers: str) -> Any:
    answer = bo.post(place, json=body or {}, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def evaluated(bo: httpx.Client, *cases: Any, **headers: str) -> list[Any]:
    return post(bo, "/api/rules/kiosk.review/evaluate", {"cases": list(cases), "explain": True}, **headers)["answers"]


def placed(bo: httpx.Client, number: str, price: str) -> int:
    lines = [{"product": "tea", "quantity": "1", "price": price}]
    return post(bo, "/api/records/kiosk.order", order(number, lines=lines))["records"][0]["id"]


class TestWhileItIsDesigned:
    def test_a_wrong_cell_is_told_at_its_place_in_the_readers_language(self, bo: httpx.Client) -> None:
        draft = drafted(bo, rows=[{"when": {"total": "> 50, >"}, "then": {"level": '"hihg"'}}])
        told = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check")
        assert [(each["row"], each["column"], each["side"], each["position"]) for each in told["problems"]] == [
            (0, "level", "output", 0),
            (0, "total", "input", 7),
        ]
        assert told["problems"][0]["nearest"] == ["high"]
        chinese = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check", **{"accept-language": "zh"})
        assert chinese["problems"][1]["message"] == "此处缺少值。"

    def test_rows_that_never_fire_and_gaps_are_told_with_an_example(self, bo: httpx.Client) -> None:
        rows = [{"when": {"total": cell}, "then": {"points": "1"}} for cell in (">= 10", "[20..30]", "< 5")]
        draft = drafted(bo, rows=rows, default={}, tests={})
        found = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check")["findings"]
        assert [(each["kind"], each["rows"]) for each in found] == [("never", [1, 0]), ("gap", [])]
        assert found[1]["example"]["total"] in ("5", "7.5")

    def test_what_does_not_hold_of_every_answer_is_told_with_a_case(self, bo: httpx.Client) -> None:
        check = {"require": "points <= 5", "say": {"en": "Five are the most.", "zh": "最多五分。"}}
        rows = [{"when": {"total": "> 100"}, "then": {"points": "5"}}, {"then": {"points": "1"}}]
        draft = drafted(bo, rows=rows, checks={"most": check}, tests={})
        assert post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check")["problems"] == []
        rows[0]["then"] = {"points": "6"}
        draft = drafted(bo, rows=rows, checks={"most": check}, tests={})
        [told] = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check")["problems"]
        assert (told["place"], told["row"]) == ("checks.most", -1)
        assert told["message"].startswith("Five are the most.")
        assert float(told["example"]["total"]) > 100

    def test_a_table_leaves_as_a_spreadsheet_and_comes_back(self, bo: httpx.Client) -> None:
        place = f"/api/drafts/{drafted(bo)}/rules/kiosk.review/xlsx"
        sheet = bo.get(place)
        assert sheet.is_success, sheet.text
        back = bo.post(place, files={"file": ("review.xlsx", sheet.content)})
        assert back.json() == {
            "rows": [{"when": {"total": "> 50"}, "then": {"level": '"high"', "points": "total / 10"}}]
        }

    def test_a_failing_test_stands_in_the_way_of_publishing(self, bo: httpx.Client) -> None:
        draft = drafted(bo, rows=[{"when": {"total": "> 70"}, "then": {"level": '"high"'}}])
        tried = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/tests")["tests"]["large"]
        assert (tried["passes"], tried["outcome"]["level"]) == (False, "none")
        refused = bo.post(f"/api/drafts/{draft}/publish", json={})
        assert refused.status_code == 422
        assert [each["path"] for each in refused.json()["fields"]] == ["rule/kiosk.review/tests.large"]


class TestPublished:
    @pytest.fixture(scope="class")
    def orders(self, kiosk: Kiosk) -> dict[str, int]:
        bo = kiosk.signed_in("bo")
        made = {number: placed(bo, number, price) for number, price in (("R-1", "40"), ("R-2", "60"), ("R-3", "90"))}
        assert bo.post(f"/api/drafts/{drafted(bo)}/publish", json={}).is_success
        return made

    def test_answers_records_and_values_and_says_why(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        small, large, given = evaluated(
            bo, {"record": orders["R-1"]}, {"record": orders["R-2"]}, {"given": {"total": "51", "teas": 0}}
        )
        assert small["outcome"] == {"level": "none", "points": "0"}
        assert (large["outcome"], large["rows"], large["values"]) == (
            {"level": "high", "points": "6"}, [0], {"total": "60.00", "teas": "1"}
        )  # fmt: skip
        assert large["explained"] == [{"row": "0", "cells": {"total": True}, "fires": True}]
        assert given["outcome"]["points"] == "5.1"

    def test_what_a_case_lacks_is_named(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        assert orders
        lacking = bo.post("/api/rules/kiosk.review/evaluate", json={"cases": [{"given": {}}]})
        assert lacking.status_code == 422
        assert "total" in lacking.json()["detail"]
        unknown = bo.post("/api/rules/kiosk.reveiw/evaluate", json={"cases": []})
        assert (unknown.status_code, "kiosk.review" in unknown.json()["detail"]) == (404, True)

    def test_a_record_out_of_sight_is_not_decided(self, kiosk: Kiosk, orders: dict[str, int]) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            answer = cleo.post("/api/rules/kiosk.review/evaluate", json={"cases": [{"record": orders["R-2"]}]})
        assert (answer.status_code, answer.json()["code"]) == (404, "record_not_found")

    def test_who_sees_no_orders_knows_nothing_of_their_rules(self, kiosk: Kiosk, orders: dict[str, int]) -> None:
        given = {"cases": [{"given": {"total": "51", "teas": 0}}]}
        with closing(kiosk.signed_in("gus")) as gus:
            there, nowhere = (gus.post(f"/api/rules/kiosk.{name}/evaluate", json=given) for name in ("review", "revie"))
        assert orders
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert "review" not in nowhere.json()["detail"]

    def test_a_run_over_the_past_lists_what_would_change(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        rows = [{"when": {"total": "> 80"}, "then": {"level": '"high"', "points": "total / 10"}}]
        draft = drafted(bo, rows=rows, tests={})
        body = {"from_on": "2020-01-01", "where": "starts_with(number, 'R-')"}
        past = post(bo, f"/api/drafts/{draft}/rules/kiosk.review/shadow_run", body)
        assert (past["cases"], past["changed"]) == (3, 1)
        [changed] = past["records"]
        assert (changed["id"], changed["label"]) == (orders["R-2"], "R-2")
        assert (changed["before"]["level"], changed["after"]["level"]) == ("high", "none")
        assert past["sums"] == [{"output": "points", "before": "15", "after": "9"}]
        assert past["counts"][0] == {
            "output": "level", "before": {"high": 2, "none": 1}, "after": {"high": 1, "none": 2}
        }  # fmt: skip

    def test_a_price_is_simulated_over_the_past(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        """Revenue and points of the orders as they were decided, and as the draft would."""
        rows = [{"when": {"total": "> 80"}, "then": {"level": '"high"', "points": "total / 10"}}]
        place = f"/api/drafts/{drafted(bo, rows=rows, tests={})}/rules/kiosk.review/shadow_run"
        body = {"where": "starts_with(number, 'R-')"}
        measures = {"revenue": "total * (1 - answer.points / 100)", "large": 'if(answer.level = "high", 1, 0)'}
        told = post(bo, place, {**body, "measures": measures})
        assert told["measures"] == [
            {"output": "revenue", "before": "178.3", "after": "181.9"},
            {"output": "large", "before": "2", "after": "1"},
        ]
        assert (told["changed"], len(told["counts"]), told["records"][0]["after"]["revenue"]) == (1, 2, "60")
        assert orders

        wrong = bo.post(place, json={**body, "measures": {"revenue": "total * answer.point"}})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "measure_wrong")
        assert "revenue" in wrong.json()["detail"]
        assert bo.post(place, json={**body, "measures": ["total"]}).status_code == 422

    def test_records_that_two_rows_claim_stop_no_run(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        rows = [{"when": {"total": cell}, "then": {"points": at}} for at, cell in (("1", "> 50"), ("2", "> 80"))]
        place = f"/api/drafts/{drafted(bo, rows=rows, hit='unique', tests={})}/rules/kiosk.review/shadow_run"
        told = post(bo, place, {"where": "starts_with(number, 'R-')"})
        assert (told["cases"], told["refused"]) == (2, 1)
        [refusal] = told["refusals"]
        assert (refusal["id"], refusal["label"]) == (orders["R-3"], "R-3")
        assert "(1, 2)" in refusal["message"]

    def test_a_draft_is_asked_before_it_is_published(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        draft = drafted(bo, default={"level": '"none"', "points": "7"})
        [answer] = evaluated(bo, {"record": orders["R-1"]}, **{"x-queti-draft": str(draft)})
        assert answer["outcome"]["points"] == "7"

    def test_it_is_an_edge_of_the_graph_and_follows_a_rename(self, bo: httpx.Client, orders: dict[str, int]) -> None:
        assert orders
        used = bo.get("/api/lineage/field/kiosk.order.total").json()["used_by"]
        assert {"kind": "rule", "name": "kiosk.review", "place": "inputs.total.formula"} in used

    def test_cells_and_formulas_follow_a_rename(self, bo: httpx.Client) -> None:
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        shelf = {
            "label": {"en": "Shelf"},
            "title": "name",
            "fields": {"name": {"type": "text"}, "depth": {"type": "number"}},
        }
        rows = [
            {"when": {"name": 'starts_with(name, "A"), "B"', "wide": "> depth * 2"}, "then": {"points": "depth + 1"}}
        ]
        rule = {
            "on": "own.shelf",
            "inputs": {"name": {}, "wide": {"formula": "depth"}},
            "outputs": {"points": {"type": "number"}},
            "rows": rows,
            "tests": {"deep": {"given": {"name": "A1", "depth": "2"}, "expected": {"points": None}}},
        }
        for kind, name, body in (("object", "own.shelf", shelf), ("rule", "own.pick", rule)):
            assert bo.put(f"/api/drafts/{draft}/{kind}/{name}", json={**body, kind: name}).is_success
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).is_success
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        answer = bo.post(f"/api/drafts/{draft}/rename", json={"object": "own.shelf", "field": "depth", "to": "width"})
        assert answer.is_success, answer.text
        body = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["rule"]["own.pick"]["body"]
        assert body["inputs"]["wide"]["formula"] == "width"
        assert body["rows"][0] == {
            "when": {"name": 'starts_with(name, "A"), "B"', "wide": "> width * 2"},
            "then": {"points": "width + 1"},
        }
        assert body["tests"]["deep"]["given"] == {"name": "A1", "width": "2"}

    def test_a_field_that_goes_is_told_where_a_rule_still_asks_for_it(self, bo: httpx.Client) -> None:
        fields = {"name": {"type": "text"}, "depth": {"type": "number"}}
        bay = {"object": "own.bay", "label": {"en": "Bay"}, "title": "name", "fields": fields}
        rule = {
            "rule": "own.reach",
            "on": "own.bay",
            "inputs": {"depth": {}},
            "outputs": {"points": {"type": "number"}},
            "rows": [{"when": {"depth": "> 2"}, "then": {"points": "1"}}],
        }
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        for kind, body in (("object", bay), ("rule", rule)):
            assert bo.put(f"/api/drafts/{draft}/{kind}/{body[kind]}", json=body).is_success
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).is_success

        draft = bo.post("/api/drafts", json={}).json()["draft"]
        without = {**bay, "fields": {"name": {"type": "text"}, "dept": {"type": "number"}}}
        assert bo.put(f"/api/drafts/{draft}/object/own.bay", json=without).is_success
        found = bo.post(f"/api/drafts/{draft}/check", json={}).json()["findings"]
        [told] = [each for each in found if each["kind"] == "rule" and each["name"] == "own.reach"][:1]
        assert (told["place"], "dept" in str(told)) == ("inputs.depth.formula", True), "and offers the nearest"
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 422


FEE: dict[str, Any] = {
    "label": {"en": "Fee"},
    "inputs": {"points": {"type": "number"}},
    "outputs": {"fee": {"type": "number"}},
    "rows": [{"when": {"points": "> 5"}, "then": {"fee": "points * 2"}}],
    "default": {"fee": "1"},
}
OFFER: dict[str, Any] = {
    "label": {"en": "Offer"},
    "kind": "decision",
    "on": "kiosk.order",
    "inputs": {"total": {}},
    "outputs": {"price": {"type": "number", "formula": "total * fee.fee"}},
    "calls": {
        "level": {"rule": "own.level", "order": 1},
        "fee": {"rule": "own.fee", "given": {"points": "level.points"}, "order": 2},
    },
}
LEVEL: dict[str, Any] = {
    "label": {"en": "Level"},
    "on": "kiosk.order",
    "inputs": {"total": {}},
    "outputs": {"points": {"type": "number"}},
    "rows": [{"when": {"total": "> 50"}, "then": {"points": "total / 10"}}],
    "default": {"points": "0"},
}


def put_all(bo: httpx.Client, **rules: dict[str, Any]) -> int:
    draft: int = bo.post("/api/drafts", json={}).json()["draft"]
    for name, body in rules.items():
        answer = bo.put(f"/api/drafts/{draft}/rule/own.{name}", json={"rule": f"own.{name}", **body})
        assert answer.is_success, answer.text
    return draft


class TestDecisionsThatCallOthers:
    def test_use_what_the_called_rules_answer_of_record_and_given_values_and_show_it(self, bo: httpx.Client) -> None:
        draft = put_all(bo, fee=FEE, level=LEVEL, offer=OFFER)
        cases = [{"record": placed(bo, "D-1", "80")}, {"given": {"total": "10"}}]
        headers = {"x-queti-draft": str(draft)}
        dear, cheap = post(bo, "/api/rules/own.offer/evaluate", {"cases": cases, "explain": True}, **headers)["answers"]
        assert (dear["outcome"], cheap["outcome"]) == ({"price": "1280"}, {"price": "10"})
        calls = dear["calls"]
        assert {name: (each["rule"], each["outcome"], each["rows"]) for name, each in calls.items()} == {
            "level": ("own.level", {"points": "8"}, [0]),
            "fee": ("own.fee", {"fee": "16"}, [0]),
        }

    def test_a_chain_of_decisions_has_an_end(self, bo: httpx.Client) -> None:
        first = {**LEVEL, "outputs": {"points": {"type": "number"}}}
        chain = {
            f"step_{at}": {
                "label": {"en": f"Step {at}"},
                "kind": "decision",
                "on": "kiosk.order",
                "outputs": {"points": {"type": "number", "formula": "next.points"}},
                "calls": {"next": {"rule": f"own.step_{at + 1}"}},
            }
            for at in range(14)
        }
        draft = put_all(bo, **chain, step_14=first)
        problems = post(bo, f"/api/drafts/{draft}/check")["findings"]
        told = [each for each in problems if "12 deep" in str(each)]
        assert told
        assert all(each["kind"] == "rule" for each in told)
        assert not [each for each in problems if "circle" in str(each)]

    def test_a_circle_and_what_a_call_leaves_out_are_told(self, bo: httpx.Client) -> None:
        around = {**OFFER, "calls": {"fee": {"rule": "own.offer"}}}
        draft = put_all(bo, fee=FEE, level=LEVEL, offer=around)
        told = post(bo, f"/api/drafts/{draft}/rules/own.offer/check")["problems"]
        assert any("own.offer → own.offer" in each["message"] for each in told)
        by_two = put_all(bo, fee=FEE, level={**around, "calls": {"fee": {"rule": "own.offer"}}}, offer={
            **around, "calls": {"fee": {"rule": "own.level"}}
        })  # fmt: skip
        told = post(bo, f"/api/drafts/{by_two}/rules/own.level/check")["problems"]
        assert [each["message"] for each in told if each["place"] == "calls"] == [
            "Decisions call each other in a circle: own.level → own.offer → own.level."
        ]
        short = {**OFFER, "calls": {"level": OFFER["calls"]["level"], "fee": {"rule": "own.fee", "order": 2}}}
        draft = put_all(bo, fee=FEE, level=LEVEL, offer=short)
        [told] = post(bo, f"/api/drafts/{draft}/rules/own.offer/check")["problems"]
        assert (told["place"], told["message"]) == ("calls.fee.given", "own.fee needs “points”.")


def test_a_role_is_given_a_rule_that_is_about_no_record(kiosk: Kiosk, bo: httpx.Client) -> None:
    """So another system may ask for a fee, and for nothing else."""
    postage = {**FEE, "rule": "kiosk.postage"}
    draft: int = bo.post("/api/drafts", json={}).json()["draft"]
    assert bo.put(f"/api/drafts/{draft}/rule/kiosk.postage", json=postage).is_success
    guest = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]["guest"]["body"]
    given = {**guest, "rules": ["kiosk.postage", "kiosk.nothing"]}
    assert bo.put(f"/api/drafts/{draft}/role/guest", json=given).is_success
    problems = bo.post(f"/api/drafts/{draft}/check", json={}).json()["findings"]
    assert [each["place"] for each in problems if each["kind"] == "role"] == ["rules"]

    asked = {"cases": [{"given": {"points": 6}}, {"given": {"points": 1}}]}
    with closing(kiosk.signed_in("gus")) as gus:
        assert gus.post("/api/rules/kiosk.postage/evaluate", json=asked).status_code == 404
        assert bo.put(f"/api/drafts/{draft}/role/guest", json={**given, "rules": ["kiosk.postage"]}).is_success
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).is_success
        answers = gus.post("/api/rules/kiosk.postage/evaluate", json=asked).json()["answers"]
        assert [each["outcome"]["fee"] for each in answers] == ["12", "1"]
        assert gus.post("/api/rules/kiosk.review/evaluate", json=asked).status_code == 404
    used = bo.get("/api/lineage/rule/kiosk.postage").json()["used_by"]
    assert {"kind": "role", "name": "guest", "place": "rules"} in used


def test_another_system_asks_many_cases_with_a_key_of_its_own(kiosk: Kiosk, bo: httpx.Client) -> None:
    """A role that has one rule and nothing else, given to a key: a thousand cases by one call, and no record."""
    draft: int = bo.post("/api/drafts", json={}).json()["draft"]
    carrier = {"role": "carrier", "label": {"en": "Carrier"}, "rules": ["kiosk.fee"]}
    assert bo.put(f"/api/drafts/{draft}/rule/kiosk.fee", json={**FEE, "rule": "kiosk.fee"}).is_success
    assert bo.put(f"/api/drafts/{draft}/role/carrier", json=carrier).is_success
    assert bo.post(f"/api/drafts/{draft}/publish", json={}).is_success
    made = bo.post("/api/tokens", json={"name": "Carrier", "roles": ["carrier"]})
    assert made.status_code == 201, made.text

    with closing(kiosk.client(authorization=f"Bearer {made.json()['token']}")) as system:
        many = [{"given": {"points": at % 7}} for at in range(MOST_CASES)]
        answers = post(system, "/api/rules/kiosk.fee/evaluate", {"cases": many})["answers"]
        assert [each["outcome"]["fee"] for each in answers[:7]] == [each["outcome"]["fee"] for each in answers[7:14]]
        assert len(answers) == MOST_CASES
        refused = system.post("/api/rules/kiosk.fee/evaluate", json={"cases": [*many, many[0]]})
        assert (refused.status_code, refused.json()["fields"][0]["path"]) == (422, "cases")
        assert system.post("/api/rules/kiosk.review/evaluate", json={"cases": []}).status_code == 404
        assert system.get("/api/records/kiosk.order").status_code == 403
        assert system.post("/api/drafts", json={}).status_code == 403


def test_a_decision_model_of_gorules_comes_into_the_draft(bo: httpx.Client) -> None:
    """Nothing is written by reading it; what it makes is put into the draft, and decides."""
    column = {"id": "i", "name": "Total", "field": "total"}
    content = {
        "hitPolicy": "first",
        "inputs": [column],
        "outputs": [{"id": "o", "name": "Level", "field": "level"}],
        "rules": [{"_id": "1", "i": "> 50", "o": "'high'"}, {"_id": "2", "i": "", "o": "'none'"}],
    }
    script = {"id": "js", "name": "Script", "type": "functionNode", "content": "…"}
    nodes = [{"id": "t", "name": "Review", "type": "decisionTableNode", "content": content}, script]
    draft = drafted(bo, tests={})
    place = f"/api/drafts/{draft}/rules/kiosk.review/jdm"
    file = {"file": ("review.json", msgspec.json.encode({"nodes": nodes, "edges": []}))}
    told = bo.post(place, files=file, headers={"accept-language": "zh"}).json()
    assert [(each["node"], each["message"]) for each in told["left"]] == [("Script", "JavaScript 函数节点无法导入。")]
    assert set(told["rules"]) == {"kiosk.review", "kiosk.review_review"}
    assert told["rules"]["kiosk.review_review"]["inputs"]["total"]["formula"] == "total", "the field of the record"
    for name, body in told["rules"].items():
        assert bo.put(f"/api/drafts/{draft}/rule/{name}", json=body).is_success
    assert post(bo, f"/api/drafts/{draft}/rules/kiosk.review/check")["problems"] == []
    assert bo.post(place, files={"file": ("x.json", b"[]")}).status_code == 422
