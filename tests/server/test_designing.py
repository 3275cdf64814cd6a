"""What the designer asks for beside its drafts: what a spreadsheet suggests, and how Chinese is spelled."""

from __future__ import annotations

from contextlib import closing

import httpx

from tests.server.kiosk import Kiosk

ROWS = "Code,Bought on\n0012,2026-03-04\n0013,soon\n0014,2026-03-06\n0015,2026-03-07\n0016,2026-03-08\n"


def guess(client: httpx.Client, content: str = ROWS, draft: int = 1) -> httpx.Response:
    return client.post(f"/api/drafts/{draft}/guess", files=[("file", ("machines.csv", content.encode(), "text/csv"))])


class TestGuessing:
    def test_columns_come_as_fields_with_cells_that_show_why(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            told = guess(bo).json()
        assert (told["table"], told["rows"], told["tables"]) == ("machines", 5, {"machines": 5})
        code, bought = told["columns"]
        assert (code["name"], code["field"]["type"], code["samples"][:2]) == ("code", "text", ["0012", "0013"])
        assert (bought["field"], bought["filled"], bought["problems"]["date"]) == ({"type": "date"}, 5, 1)
        assert len(told["sample"]) == 5

    def test_nothing_is_kept_of_it(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            before = bo.get("/api/definitions").json()["objects"].keys()
            guess(bo)
            assert bo.get("/api/definitions").json()["objects"].keys() == before

    def test_a_file_is_needed(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo")) as bo:
            answer = bo.post("/api/drafts/1/guess", files=[("table", (None, "machines"))])
        assert answer.status_code == 422
        assert "file" in str(answer.json()["fields"])

    def test_only_those_who_build_may_ask(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            assert guess(cleo).status_code == 403


class TestSpelling:
    def test_chinese_comes_in_letters_and_the_rest_stays(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("cleo")) as cleo:
            assert cleo.get("/api/spelling", params={"text": "安装日期"}).json() == {"text": "an zhuang ri qi"}
            assert cleo.get("/api/spelling", params={"text": "Site contact"}).json() == {"text": "Site contact"}
