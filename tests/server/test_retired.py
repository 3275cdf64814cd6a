"""What goes out of use keeps its data: lines and files come back as they were, contents and all."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from queti.kernel.files import sweep
from tests.server.kiosk import WORKSPACE, Kiosk
from tests.server.test_files import REPAIRS, created, uploaded
from tests.server.test_files import workshop as workshop
from tests.server.test_files import workshop_with as workshop_with
from tests.server.test_renaming import definitions
from tests.server.workshop import picture


@pytest.fixture
def bo(workshop: Kiosk) -> httpx.Client:
    return workshop.signed_in("bo")


def draft_of(bo: httpx.Client) -> int:
    return bo.post("/api/drafts", json={}).json()["draft"]


def publish(bo: httpx.Client, draft: int) -> None:
    answer = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert answer.status_code == 200, answer.text


def without(bo: httpx.Client, *fields: str, lines: bool = False) -> None:
    """A release that shows these fields of the repairs no more; with `lines` their object goes with them."""
    draft = draft_of(bo)
    known = definitions(bo, draft)
    repair: dict[str, Any] = known["object"]["workshop.repair"]["body"]
    repair["fields"] = {name: each for name, each in repair["fields"].items() if name not in fields}
    bodies: list[dict[str, Any]] = [{"kind": "object", "name": "workshop.repair", "body": repair}]
    if lines:
        bodies.append({"kind": "object", "name": "workshop.step", "body": None})
        for role in ("boss", "clerk"):
            body = known["role"][role]["body"]
            body["objects"].pop("workshop.step")
            bodies.append({"kind": "role", "name": role, "body": body})
    changed = bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": bodies})
    assert changed.status_code == 200, changed.text
    publish(bo, draft)


def bring_back(bo: httpx.Client, *places: str) -> None:
    draft = draft_of(bo)
    for place in places:
        answer = bo.post(f"/api/retired/{place}/restore", json={"draft": draft})
        assert answer.status_code == 200, answer.text
    publish(bo, draft)


def retired(bo: httpx.Client) -> set[tuple[str, str]]:
    return {(each["object"], each["field"]) for each in bo.get("/api/retired").json()["retired"]}


def a_day_later(workshop: Kiosk) -> None:
    with workshop.db.connection() as connection:
        connection.execute(f"UPDATE w_{WORKSPACE}.kernel_file SET uploaded_at = now() - interval '25 hours'")
    assert sweep(workshop.db, workshop.door.platform.files) == 0


def test_files_come_back_with_their_field(workshop: Kiosk, bo: httpx.Client) -> None:
    photo, paper = uploaded(bo, "pump.png", picture()), uploaded(bo, "bill.pdf", b"%PDF-1.7\n1 0 obj")
    made = created(bo, number="R1", photo=photo, papers=[paper])
    place = f"{REPAIRS}/{made['id']}"
    without(bo, "photo", "papers")
    assert {("workshop.repair", "photo"), ("workshop.repair", "papers")} <= retired(bo)
    assert not {"photo", "papers"} & bo.get(place).json().keys()
    assert bo.get(f"{place}/files/photo/{photo['file']}").status_code == 404
    a_day_later(workshop)
    bring_back(bo, "workshop.repair/photo", "workshop.repair/papers")
    again = bo.get(place).json()
    assert (again["photo"], again["papers"]) == (photo, [paper])
    assert bo.get(f"{place}/files/photo/{photo['file']}").content == picture()
    assert bo.get(f"{place}/files/papers/{paper['file']}").content.startswith(b"%PDF")


def test_lines_come_back_with_their_rows_and_files(workshop: Kiosk, bo: httpx.Client) -> None:
    proof = uploaded(bo, "proof.png", picture())
    made = created(bo, number="R1", lines=[{"what": "clean"}, {"what": "weld", "proof": proof}])
    place, weld = f"{REPAIRS}/{made['id']}", made["lines"][1]["id"]
    without(bo, "lines", lines=True)
    assert ("workshop.step", "") in retired(bo)
    assert "lines" not in bo.get(place).json()
    assert bo.get("/api/records/workshop.step").status_code == 404
    later = created(bo, number="R2")
    a_day_later(workshop)
    bring_back(bo, "workshop.step")
    again = bo.get(place).json()
    assert [(row["id"], row["what"], row["proof"]) for row in again["lines"]] == [
        (row["id"], row["what"], row["proof"]) for row in made["lines"]
    ]
    assert bo.get(f"{place}/files/lines/{weld}/proof/{proof['file']}").content == picture()
    assert bo.get(f"{REPAIRS}/{later['id']}").json()["lines"] == []
