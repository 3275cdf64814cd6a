"""Files through the door: imports in, exports out."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from zoneinfo import ZoneInfo

import httpx
import pytest
from python_calamine import CalamineWorkbook

from queti.engines import exports
from queti.engines.exports.columns import Column
from queti.engines.exports.sheets import Sheet, _in_csv
from queti.kernel.definitions import FieldDef
from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import Kiosk, order

HEAD = "number,product,quantity,price"


def upload(client: httpx.Client, *rows: str, name: str = "orders.csv", **form: str) -> httpx.Response:
    file = ("file", (name, "\n".join([HEAD, *rows]).encode(), "text/csv"))
    return client.post("/api/imports", files=[file], data=form or {"target": "kiosk.order"})


class TestImports:
    def test_a_file_is_checked_then_run_then_undone(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            started = upload(bo, "I-1,tea,2,3.50", "I-1,milk,1,4", "I-2,tea,1,3.50")
            assert started.status_code == 201
            state = started.json()
            assert (state["report"]["total"], state["report"]["bad"]) == (2, 0)
            assert bo.get("/api/records/kiosk.order?where=starts_with(number, 'I-')").json()["records"] == []

            done = bo.post(f"/api/imports/{state['id']}/run", json={"take": "all"}).json()
            assert (done["state"], done["report"]["created"]) == ("done", 2)
            asked = {"where": "starts_with(number, 'I-')", "fields": "number,total", "sort": "number"}
            records = bo.get("/api/records/kiosk.order", params=asked).json()["records"]
            assert [(one["number"], one["total"]) for one in records] == [("I-1", "11.00"), ("I-2", "3.50")]

            again = bo.post(f"/api/imports/{state['id']}/run", json={})
            assert (again.status_code, again.json()["code"]) == (409, "import_already_run")
            assert bo.post(f"/api/imports/{state['id']}/undo", json={}).json()["state"] == "undone"
            assert bo.get("/api/records/kiosk.order", params=asked).json()["records"] == []

    def test_each_step_sent_twice_is_done_once(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo", **{"idempotency-key": "import of May"})) as bo:
            first, second = (upload(bo, "K-1,tea,1,1").json() for _ in range(2))
            assert (first["id"], first["state"]) == (second["id"], "checked")
            other = upload(bo, "K-2,tea,1,1")
            assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
            place = f"/api/imports/{first['id']}"
            ran = [bo.post(f"{place}/run", json={}).json() for _ in range(2)]
            assert [(one["state"], one["report"]["created"]) for one in ran] == [("done", 1)] * 2
            assert upload(bo, "K-1,tea,1,1").json()["state"] == "done"
            undone = [bo.post(f"{place}/undo", json={}).json()["state"] for _ in range(2)]
            assert undone == ["undone", "undone"]

    def test_wrong_rows_are_named_in_the_readers_language(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo", **{"accept-language": "zh"})) as bo:
            state = upload(bo, "I-3,tea,two,3.50", f"{'I' * 25},tea,1,1").json()
            assert [problem["row"] for problem in state["report"]["problems"]] == [2, 3]
            assert state["report"]["problems"][1]["text"] == "编号过长。"
            refused = bo.post(f"/api/imports/{state['id']}/run", json={"take": "all"})
            assert (refused.status_code, refused.json()["code"]) == (409, "import_has_errors")

    def test_a_pause_is_for_what_is_under_way_and_for_no_stranger(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo, closing(kiosk.signed_in("cleo")) as cleo:
            state = upload(bo, "I-10,tea,1,1").json()
            place = f"/api/imports/{state['id']}"
            assert bo.post(f"{place}/pause", json={}).json()["state"] == "checked"
            assert cleo.post(f"{place}/pause", json={}).status_code == 404

    def test_another_mapping_is_checked_again(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            state = upload(bo, "I-4,tea,1,1").json()
            mapping = {**state["mapping"], "each": {"number": '"M-" & number'}}
            mapped = bo.put(f"/api/imports/{state['id']}", json={"mapping": mapping}).json()
            assert mapped["report"]["bad"] == 0
            bo.post(f"/api/imports/{state['id']}/run", json={})
            assert len(bo.get("/api/records/kiosk.order?where=number='M-I-4'").json()["records"]) == 1

    def test_a_mapping_that_names_nothing_known_is_told_where(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            mapping = '{"import": "own", "target": "kiosk.order", "each": {"numbr": "number"}}'
            refused = upload(bo, "I-5,tea,1,1", mapping=mapping)
            assert refused.status_code == 422
            assert refused.json()["fields"][0]["path"] == "each.numbr"
            assert "number" in refused.json()["fields"][0]["detail"]

    def test_a_file_that_is_not_what_its_name_says(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            refused = upload(bo, name="orders.xlsx")
            assert (refused.status_code, refused.json()["code"]) == (422, "file_not_what_it_says")

    def test_without_a_file_or_a_target(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            file = {"file": ("o.csv", b"number\nI-6\n", "text/csv")}
            assert bo.post("/api/imports", files=file).json()["fields"][0]["path"] == "target"
            assert bo.post("/api/imports", data={"target": "x"}, files={"x": b""}).status_code in (404, 422)

    def test_a_file_beyond_the_limit_is_refused(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(upload_limit=64 * 1024)
        with closing(kiosk.signed_in("bo")) as bo:
            refused = upload(bo, *["I-7,tea,1,1"] * 10_000)
            assert (refused.status_code, refused.json()["code"]) == (413, "too_big")

    def test_strangers_and_guests_stay_out(self, kiosk: Kiosk) -> None:
        with closing(kiosk.client()) as stranger:
            assert upload(stranger, "I-8,tea,1,1").status_code == 401
        with (
            closing(kiosk.signed_in("bo")) as bo,
            closing(kiosk.signed_in("gus")) as gus,
            closing(kiosk.signed_in("cleo")) as cleo,
        ):
            assert upload(gus, "I-8,tea,1,1").status_code == 403
            number = upload(bo, "I-8,tea,1,1").json()["id"]
            assert cleo.get(f"/api/imports/{number}").status_code == 404

    def test_a_clerk_imports_only_what_the_clerk_may_write(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            file = ("file", ("o.csv", b"number,secret\nI-9,mine\n", "text/csv"))
            state = cleo.post("/api/imports", files=[file], data={"target": "kiosk.order"})
            problems = state.json()["report"]["problems"] if state.status_code == 201 else [state.json()]
            assert problems


class TestExports:
    @pytest.fixture
    def exported(self, kiosk: Kiosk) -> httpx.Client:
        client = kiosk.signed_in("bo")
        answer = client.post("/api/records/kiosk.order", json=order("=1+1"))
        assert answer.status_code in (201, 409)  # 409: the test before has made it
        return client

    def ask(self, client: httpx.Client, format: str) -> httpx.Response:
        asked = {"format": format, "where": "number = '=1+1'", "fields": "number,total"}
        return client.get("/api/exports/kiosk.order", params=asked)

    def test_a_csv_cell_never_starts_a_formula(self, exported: httpx.Client) -> None:
        answer = self.ask(exported, "csv")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:] == [["'=1+1", "7.00"]]

    def test_an_xlsx_cell_never_is_a_formula(self, exported: httpx.Client) -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.ask(exported, "xlsx").content))
        assert book.get_sheet_by_index(0).to_python()[1:] == [["=1+1", 7.0]]

    def test_it_ends_when_nobody_waits_for_it(self, exported: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        began, ended = threading.Event(), threading.Event()

        def endless(*_: object, **__: object) -> Iterator[list[tuple[str]]]:
            began.set()
            try:
                while True:
                    yield [("more",)]
            finally:
                ended.set()

        monkeypatch.setattr(exports, "stream", endless)
        with closing(HTTPConnection(exported.base_url.netloc.decode())) as peer:
            peer.request("GET", "/api/exports/kiosk.order?format=csv&fields=number", headers=dict(exported.headers))
            assert began.wait(PATIENCE)
            assert not ended.is_set()
        assert ended.wait(PATIENCE)

    def test_a_number_below_zero_is_no_formula(self) -> None:
        sheet = Sheet((), "en", ZoneInfo("UTC"))
        money, text = (_in_csv(sheet, Column("it", "It", FieldDef(type=type))) for type in ("money", "text"))
        assert (*money(["-7.00"]), *text(["-7+1", None])) == ("-7.00", "'-7+1", None)

    def test_who_may_not_export_may_not(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("gus")) as gus:
            refused = gus.get("/api/exports/base.user?format=csv")
            assert refused.status_code == 403

    def test_a_field_out_of_sight_is_unknown(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            refused = cleo.get("/api/exports/kiosk.order?format=csv&fields=number,secret")
            assert refused.status_code in (404, 422)

    def test_by_name_it_is_for_another_import(self, exported: httpx.Client) -> None:
        asked = {"format": "csv", "headings": "names", "where": "number = '=1+1'"}
        answer = exported.get("/api/exports/kiosk.order", params=asked)
        [headings, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert dict(zip(headings, row, strict=True))["number"] == "'=1+1"
        wrong = exported.get("/api/exports/kiosk.order", params={**asked, "headings": "numbers"})
        assert wrong.json()["fields"][0]["path"] == "headings"

    def test_only_known_formats(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            assert bo.get("/api/exports/kiosk.order?format=pdf").json()["fields"][0]["path"] == "format"


class TestPrints:
    def test_the_buttons_script_is_a_file_of_ours(self, kiosk: Kiosk) -> None:
        with closing(kiosk.client()) as client:
            answer = client.get("/api/prints.js")
            assert answer.headers["content-type"].startswith("text/javascript")
            assert "window.print" in answer.text

    def test_an_unknown_print_is_said(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            assert bo.get("/api/prints/kiosk.receipt/1").status_code == 404
            assert bo.get("/api/prints/kiosk.receipt/x").status_code == 404
