"""China's divisions are one list, the same for everybody, fetched once."""

from __future__ import annotations

from tests.server.kiosk import Kiosk


def test_divisions_are_named_by_their_codes_for_anybody(kiosk: Kiosk) -> None:
    answer = kiosk.client().get("/api/regions")
    names = answer.json()["regions"]
    assert (names["44"], names["4403"], names["440305"]) == ("广东省", "深圳市", "南山区")
    assert {len(code) for code in names} == {2, 4, 6}


def test_what_a_browser_holds_is_not_sent_again(kiosk: Kiosk) -> None:
    tag = kiosk.client().get("/api/regions").headers["etag"]
    again = kiosk.client().get("/api/regions", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
