"""Files of strangers: taken for the form that asks for them, named by who brought them, and read by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from queti.kernel.files import sweep
from queti.server import public_links
from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import WORKSPACE, Kiosk
from tests.server.test_files import SVG, Clamd, contents
from tests.server.test_public_forms import Desk
from tests.server.workshop import picture

CLAIM: dict[str, Any] = {
    "label": {"en": "Claim"},
    "fields": {
        "what": {"type": "text"},
        "photo": {"type": "image", "max_size": 50_000},
        "papers": {"type": "files", "accept": ["application/pdf"], "max_count": 2},
        "signed": {"type": "signature"},
        "lines": {"type": "lines", "of": "desk.damage"},
    },
}
DAMAGE: dict[str, Any] = {
    "label": {"en": "Damage"},
    "lines_of": "desk.claim",
    "fields": {"part": {"type": "text"}, "proof": {"type": "image"}},
}
FORM: dict[str, Any] = {
    "object": "desk.claim",
    "label": {"en": "Claims"},
    "fields": ["what", "photo", "papers", "signed", "lines.part", "lines.proof"],
    "follow": ["what"],
    "per_hour": 1000,
}
PDF = b"%PDF-1.7\n1 0 obj"


class Claims(Desk):
    """A desk that takes claims with pictures."""

    def __init__(self, kiosk: Kiosk) -> None:
        super().__init__(kiosk)
        draft = self.boss.post("/api/drafts", json={}).json()["draft"]
        rights = {name: {"see": True, "change": True, "create": True} for name in ("desk.claim", "desk.wish")}
        for place, body in {
            "object/desk.claim": CLAIM,
            "object/desk.damage": DAMAGE,
            "public_form/desk.claims": FORM,
            "role/desk:boss": {"objects": rights},
        }.items():
            assert self.boss.put(f"/api/drafts/{draft}/{place}", json=body).status_code == 200
        published = self.boss.post(f"/api/drafts/{draft}/publish", json={})
        assert published.status_code == 200, published.text
        self.secret = self.link("desk.claims")["secret"]

    def bring(self, name: str, content: bytes, *, secret: str = "", address: str = "198.51.100.7") -> httpx.Response:
        place = f"/api/public/{secret or self.secret}/files"
        return self.stranger(address).post(place, params={"name": name}, content=content)

    def brought(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self.bring(name, content)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def claim(self, secret: str = "", **values: Any) -> httpx.Response:
        chosen = secret or self.secret
        sent = {"values": values, "stamp": self.stamp(chosen)}
        return self.stranger().post(f"/api/public/{chosen}", json=sent)

    def claims(self) -> list[dict[str, Any]]:
        asked = {"fields": "what,photo,papers,signed,lines.proof", "sort": "-id"}
        return self.boss.get("/api/records/desk.claim", params=asked).json()["records"]


@pytest.fixture
def start(kiosk_with: Callable[..., Kiosk]) -> Callable[..., Claims]:
    return lambda **more: Claims(kiosk_with(public_form_seconds=0.0, trusted_proxies=("127.0.0.1",), **more))


@pytest.fixture
def desk(start: Callable[..., Claims]) -> Claims:
    return start()


def test_a_stranger_sends_pictures_papers_and_a_signature(desk: Claims) -> None:
    photo, paper = desk.brought("dent.png", picture()), desk.brought("bill.pdf", PDF)
    signed, proof = desk.brought("me.png", picture(side=12)), desk.brought("bolt.png", picture(side=14))
    sent = desk.claim(what="A dent", photo=photo, papers=[paper], signed=signed, lines=[{"part": "b", "proof": proof}])
    assert sent.status_code == 201, sent.text
    [claim] = desk.claims()
    assert "key" not in claim["photo"]
    place = f"/api/records/desk.claim/{claim['id']}/files/photo/{photo['file']}"
    assert desk.boss.get(place).content == picture()
    assert [row["proof"]["name"] for row in claim["lines"]] == ["bolt.png"]
    assert desk.stranger().get(place).status_code == 401


def test_nobody_names_a_file_that_they_did_not_bring(desk: Claims) -> None:
    mine = desk.brought("dent.png", picture())
    guessed = {"file": mine["file"], "name": "x", "size": 1, "type": "image/png"}
    for wrong in (guessed, {**guessed, "key": "0" * 32}, {**mine, "key": "é"}, {**mine, "file": 99_999}):
        refused = desk.claim(photo=wrong)
        assert (refused.status_code, refused.json()["fields"][0]["code"]) == (422, "file"), refused.text
    other = desk.link("desk.claims")["secret"]
    assert desk.claim(other, photo=mine).status_code == 422
    assert desk.claims() == []


def test_only_what_the_form_asks_for_comes_in(desk: Claims) -> None:
    wishes, follow = desk.link()["secret"], desk.claim(what="A").json()["follow"]
    for secret in (wishes, follow, "nothing"):
        assert desk.bring("a.png", picture(), secret=secret).status_code == 404
    for name, content in (("a.txt", b"hello"), ("a.svg", SVG), ("photo.png", SVG)):
        refused = desk.bring(name, content)
        assert (refused.status_code, refused.json()["code"]) == (422, "file_refused"), name
    assert desk.claim(photo=desk.brought("a.pdf", PDF)).json()["fields"][0]["code"] == "type"
    assert desk.claim(photo=desk.brought("a.png", picture() + bytes(60_000))).json()["fields"][0]["code"] == "too_large"
    assert len(contents(desk.kiosk)) == 2


def test_what_is_too_large_is_refused_before_it_comes(desk: Claims) -> None:
    place = f"/api/public/{desk.secret}/files?name=a.png"
    with closing(HTTPConnection(desk.kiosk.address.removeprefix("http://"), timeout=PATIENCE)) as peer:
        peer.putrequest("POST", place)
        peer.putheader("content-length", str(10**9))
        peer.endheaders(b"the first of many bytes")
        assert peer.getresponse().status == 413
    unannounced = desk.stranger().post(place, content=iter([picture()]))
    assert unannounced.status_code == 413
    assert contents(desk.kiosk) == []


def test_a_flood_of_files_ends_at_its_share(desk: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_links, "MEGABYTES", 30)
    statuses = [desk.bring(f"{n}.png", picture()).status_code for n in range(5)]
    assert statuses == [201, 201, 201, 429, 429]
    others = [desk.bring("a.png", picture(), address=f"203.0.113.{n}").status_code for n in range(30)]
    assert others.count(201) == 27
    assert others[-1] == 429


def test_the_scanner_looks_at_what_strangers_bring(start: Callable[..., Claims]) -> None:
    with Clamd() as clamd:
        desk = start(scanner=clamd.address)
        refused = desk.bring("bill.pdf", PDF + b" EICAR")
        assert (refused.status_code, "Eicar-Signature" in refused.text) == (422, True)
        assert contents(desk.kiosk) == []


def test_what_was_never_sent_goes_after_a_day(desk: Claims) -> None:
    kept, loose = desk.brought("a.png", picture()), desk.brought("b.png", picture(colour="blue"))
    assert desk.claim(photo=kept).status_code == 201
    with desk.kiosk.db.connection() as connection:
        connection.execute(f"UPDATE w_{WORKSPACE}.kernel_file SET uploaded_at = now() - interval '25 hours'")
    assert sweep(desk.kiosk.db, desk.kiosk.door.platform.files) == 1
    assert desk.claim(photo=loose).status_code == 422
    assert [file.read_bytes() for file in contents(desk.kiosk)] == [picture()]
