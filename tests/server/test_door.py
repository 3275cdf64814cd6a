"""What bad input gets, what every answer carries, and the pages."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import Kiosk, order


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


class TestBadInput:
    def test_malformed_json_is_named_by_its_place(self, bo: httpx.Client) -> None:
        body = b'{"number": "A",\n "lines": [1,]}'
        answer = bo.post("/api/records/kiosk.order", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
        assert "line 2, column 14" in answer.json()["detail"]

    @pytest.mark.parametrize("body", [b"[" * 5000, b"\xff", b'{"a": "\\ud800"}', b"{} x", b'"\\u0000"'])
    def test_no_bytes_make_it_stumble(self, bo: httpx.Client, body: bytes) -> None:
        answer = bo.post("/api/records/kiosk.order", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")

    def test_another_content_type_is_refused(self, bo: httpx.Client) -> None:
        answer = bo.post("/api/records/kiosk.order", content=b"{}", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong_content_type")

    @pytest.mark.parametrize("value", [3.5, 1e400, "3,5", True])
    def test_decimals_are_texts_or_whole_numbers(self, bo: httpx.Client, value: object) -> None:
        line = {"product": "tea", "quantity": value, "price": "1"}
        body = json.dumps(order("D-1", lines=[line])).replace("Infinity", "1e400")
        answer = bo.post("/api/records/kiosk.order", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, answer.text
        assert [field["path"] for field in answer.json()["fields"]] == ["lines[0].quantity"]

    def test_every_wrong_field_is_named(self, bo: httpx.Client) -> None:
        answer = bo.post("/api/records/kiosk.order", json={"lines": [{"quantity": "-1"}], "nmber": "x"})
        assert answer.status_code == 422
        paths = {field["path"] for field in answer.json()["fields"]}
        assert {"nmber"} <= paths or {"number", "lines[0].product"} <= paths

    @pytest.mark.parametrize(
        ("path", "status", "nearest"),
        [
            ("/api/records/kiosk.oder", 404, "kiosk.order"),
            ("/api/records/kiosk.order?where=nubmer%3D1", 422, "number"),
            ("/api/records/kiosk.order?fields=totl", 422, "total"),
            ("/api/records/kiosk.order?sort=-nmber", 422, "number"),
            ("/api/recrods/kiosk.order", 404, "/api/records/{object}"),
        ],
    )
    def test_unknown_names_offer_the_nearest(self, bo: httpx.Client, path: str, status: int, nearest: str) -> None:
        answer = bo.get(path)
        assert answer.status_code == status, answer.text
        assert nearest in answer.json()["detail"]

    def test_an_unknown_operation_offers_the_nearest(self, bo: httpx.Client) -> None:
        answer = bo.post("/api/operations/kiosk.close_oder", json={})
        assert answer.status_code == 404
        assert "kiosk.close_order" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=1001", "limit=x", "after=nonsense", "count=perhaps", "where=%00", "where=((((", "limit=%F0"],
    )
    def test_a_wrong_query_is_refused(self, bo: httpx.Client, query: str) -> None:
        assert bo.get(f"/api/records/kiosk.order?{query}").status_code in (400, 422)

    @pytest.mark.parametrize("id", ["0", "x", "99999999999999999999", "-1", "1e3"])
    def test_an_id_that_is_none_finds_nothing(self, bo: httpx.Client, id: str) -> None:
        assert bo.get(f"/api/records/kiosk.order/{id}").status_code == 404

    def test_a_wrong_method_tells_the_right_ones(self, bo: httpx.Client) -> None:
        answer = bo.put("/api/records/kiosk.order", json={})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, PATCH, POST")

    def test_a_wrong_formula_points_at_its_place(self, bo: httpx.Client) -> None:
        answer = bo.get("/api/records/kiosk.order", params={"where": "total >> 1"})
        assert answer.json()["formula"]["position"] == 7


class TestSizes:
    def test_a_large_body_is_refused_unread(self, bo: httpx.Client) -> None:
        answer = bo.post("/api/records/kiosk.order", content=b" " * (3 * 1024 * 1024))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_big")
        assert bo.get("/api/session").status_code == 200

    def test_so_is_one_without_an_announced_length(self, bo: httpx.Client) -> None:
        def pieces() -> Iterator[bytes]:
            for _ in range(60):
                yield b" " * 1024 * 1024

        assert bo.post("/api/records/kiosk.order", content=pieces()).status_code == 413

    def test_an_oversized_header_does_not_hang(self, kiosk: Kiosk) -> None:
        host = kiosk.address.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        connection.request("GET", "/healthz", headers={"x-long": "x" * 1_000_000})
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            answer = connection.getresponse()
            assert answer.status >= 400
            raise http.client.HTTPException


class TestEveryAnswer:
    @pytest.mark.parametrize("path", ["/api/session", "/healthz", "/", "/docs", "/api/nothing", "/no.file"])
    def test_is_closed_to_other_sites(self, bo: httpx.Client, path: str) -> None:
        headers = bo.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        script = next((p for p in headers["content-security-policy"].split(";") if "script-src" in p), "")
        assert "unsafe" not in script
        assert headers["x-request-id"]

    def test_keeps_the_callers_request_id(self, bo: httpx.Client) -> None:
        assert bo.get("/healthz", headers={"x-request-id": "my-request-7"}).headers["x-request-id"] == "my-request-7"
        assert "\n" not in bo.get("/healthz", headers={"x-request-id": "short"}).headers["x-request-id"]

    def test_tells_its_statements(self, bo: httpx.Client) -> None:
        timing = bo.get("/api/records/kiosk.order").headers["server-timing"]
        assert timing.startswith("db;desc=2,")

    def test_of_data_is_never_cached(self, bo: httpx.Client) -> None:
        assert bo.get("/api/session").headers["cache-control"] == "no-store"


class TestPages:
    def test_any_page_address_is_the_screen(self, kiosk: Kiosk) -> None:
        client = kiosk.client()
        for path in ("/", "/records/oms.sales_order/7", "/sign-in"):
            answer = client.get(path)
            assert answer.headers["content-type"].startswith("text/html")
            assert answer.headers["cache-control"] == "no-cache"

    def test_a_known_page_is_not_sent_again(self, kiosk: Kiosk) -> None:
        client = kiosk.client()
        tag = client.get("/docs/docs.js").headers["etag"]
        assert client.get("/docs/docs.js", headers={"if-none-match": tag}).status_code == 304

    def test_the_reference_has_no_script_in_the_page(self, kiosk: Kiosk) -> None:
        page = kiosk.client().get("/docs").text
        assert "<script src=" in page
        assert "http" not in page.replace("http-equiv", "")

    @pytest.mark.parametrize("path", ["/docs/..%2fsettings.py", "/..%2f..%2fpyproject.toml", "/%2e%2e/door.py"])
    def test_nothing_outside_is_served(self, kiosk: Kiosk, path: str) -> None:
        answer = kiosk.client().get(path)
        assert "import" not in answer.text

    def test_head_has_no_body(self, kiosk: Kiosk) -> None:
        answer = kiosk.client().head("/docs")
        assert (answer.status_code, answer.content) == (200, b"")


class TestOperators:
    def test_health(self, kiosk: Kiosk) -> None:
        assert kiosk.client().get("/healthz").json() == {"status": "alive"}
        assert kiosk.client().get("/readyz").json() == {"status": "ready"}

    def test_figures_are_by_route(self, kiosk: Kiosk, bo: httpx.Client) -> None:
        bo.get("/api/records/kiosk.order/1/acts")
        text = kiosk.client().get("/metrics").text
        assert 'queti_requests_total{method="GET",route="/api/records/{object}/{id}/acts"' in text

    def test_figures_are_not_for_everybody(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(metrics_token="figures please")
        away = {"x-forwarded-for": "203.0.113.9"}
        assert kiosk.client(**away).get("/metrics").status_code == 403
        assert kiosk.client(**away, authorization="Bearer figures please").get("/metrics").status_code == 200
