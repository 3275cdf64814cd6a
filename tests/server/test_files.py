"""Files: told by their content, kept once, read only through a field that shows them."""

from __future__ import annotations

import io
import os
import socket
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from PIL import Image

from queti.kernel.files import sweep
from queti.store.files import StorageAway
from tests.fixtures.database import Databases
from tests.server.kiosk import WORKSPACE, Kiosk, serving
from tests.server.workshop import make_workshop, picture, workshop_catalogue

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REPAIRS = "/api/records/workshop.repair"


@pytest.fixture
def workshop_with(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        database = stack.enter_context(databases.fresh(databases.template("repair_shop", make_workshop)))

        def start(**settings: Any) -> Kiosk:
            return stack.enter_context(serving(database, tmp_path, workshop_catalogue(), **settings))

        yield start


@pytest.fixture
def workshop(workshop_with: Callable[..., Kiosk]) -> Kiosk:
    return workshop_with()


def upload(client: httpx.Client, name: str, content: bytes, type: str = "application/octet-stream") -> httpx.Response:
    return client.post("/api/files", params={"name": name}, content=content, headers={"content-type": type})


def uploaded(client: httpx.Client, name: str, content: bytes) -> dict[str, Any]:
    answer = upload(client, name, content)
    assert answer.status_code == 201, answer.text
    return answer.json()


def create(client: httpx.Client, **values: Any) -> httpx.Response:
    return client.post(REPAIRS, json=values)


def created(client: httpx.Client, **values: Any) -> dict[str, Any]:
    answer = create(client, **values)
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]


def contents(kiosk: Kiosk) -> list[Path]:
    return [file for file in (kiosk.door.platform.home.files).rglob("*") if file.is_file()]


class TestUploading:
    def test_a_picture_is_kept_once_under_its_digest_for_its_owner_alone(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        one, other = uploaded(max, "C:\\fotos\\Pumpe 泵.png", picture()), uploaded(max, "again.png", picture())

        assert one == {"file": one["file"], "name": "Pumpe 泵.png", "size": len(picture()), "type": "image/png"}
        assert one["file"] != other["file"]
        [kept] = contents(workshop)
        assert kept.read_bytes() == picture()
        assert [len(part) for part in kept.parts[-3:]] == [2, 2, 64]
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    def test_strangers_can_upload_nothing(self, workshop: Kiosk) -> None:
        assert upload(workshop.client(), "a.png", picture()).status_code == 401
        assert contents(workshop) == []

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("photo.png", SVG),
            ("photo.png", b"<!doctype html><html><script>alert(1)</script>"),
            ("invoice.pdf", b"MZ" + bytes(400)),
            ("invoice.pdf", b"\x7fELF" + bytes(400)),
            ("table.xlsx", picture()),
            ("notes.txt", b"MZ" + bytes(400)),
            ("notes.txt", SVG),
            ("photo.jpg", os.urandom(8) + bytes(300)),
            ("run.pdf", b"#!/bin/sh\nrm -rf /\n"),
        ],
    )
    def test_a_file_that_lies_about_what_it_is_is_refused_in_both_languages(
        self, workshop: Kiosk, name: str, content: bytes
    ) -> None:
        refused = upload(workshop.signed_in("max"), name, content)
        assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")
        assert name in refused.json()["detail"]
        zh = upload(workshop.signed_in("max", **{"accept-language": "zh"}), name, content).json()["detail"]
        assert "不符" in zh
        assert contents(workshop) == []

    def test_what_is_what_it_says_is_known_by_its_content(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as file:
            file.writestr("[Content_Types].xml", "<Types/>")
            file.writestr("xl/workbook.xml", "<workbook/>")
        known = {
            "a.jpg": (picture("JPEG"), "image/jpeg"),
            "named.jpg": (picture("PNG"), "image/png"),
            "b.pdf": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj", "application/pdf"),
            "c.csv": ("名称,数量\n泵,2\n".encode(), "text/csv"),
            "d.xlsx": (book.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            "e.svg": (SVG, "image/svg+xml"),
            "nothing": (bytes(range(1, 200)) * 3, "application/octet-stream"),
        }
        assert {name: uploaded(max, name, content)["type"] for name, (content, _) in known.items()} == {
            name: type for name, (_, type) in known.items()
        }

    def test_what_is_too_large_leaves_nothing(self, workshop_with: Callable[..., Kiosk]) -> None:
        kiosk = workshop_with(upload_limit=10_000)
        refused = upload(kiosk.signed_in("max"), "big.bin", bytes(range(1, 101)) * 101)
        assert refused.status_code == 413
        assert contents(kiosk) == []

    def test_empty_and_nameless_are_refused(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        assert upload(max, "a.txt", b"").status_code == 422
        assert upload(max, "..", b"hello").status_code == 422


class TestRoom:
    def test_nobody_heaps_up_what_belongs_to_no_record(self, workshop: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("queti.kernel.files.MOST_LOOSE", 10)
        max, ann = workshop.signed_in("max"), workshop.signed_in("mia")
        first = uploaded(max, "a.txt", b"12345678")
        refused = upload(max, "b.txt", b"12345678")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_much_unattached")
        uploaded(ann, "b.txt", b"12345678")
        created(max, number="R1", papers=[first])
        uploaded(max, "b.txt", b"12345678")

    def test_uploads_leave_room_on_the_disk(self, workshop: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("queti.server.routes.files.LEAST_FREE", 2**80)
        refused = upload(workshop.signed_in("max"), "a.txt", b"1")
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
        assert contents(workshop) == []

    def test_where_the_storage_is_away_it_is_told(self, workshop: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*_: object) -> None:
            raise StorageAway

        monkeypatch.setattr(workshop.door.platform.files, "keep", away)
        refused = upload(workshop.signed_in("max"), "a.txt", b"1")
        assert (refused.status_code, refused.json()["code"]) == (503, "uploads_closed")
        assert contents(workshop) == []

    def test_no_work_is_held_while_the_content_is_kept(self, workshop: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
        """The row is there before the content: a sweep meanwhile takes neither."""
        max, files = workshop.signed_in("max"), workshop.door.platform.files
        keep = files.keep

        def swept_first(folder: str, digest: str, source: Path) -> None:
            assert sweep(workshop.db, files) == 0
            keep(folder, digest, source)

        monkeypatch.setattr(files, "keep", swept_first)
        uploaded(max, "a.txt", b"kept")
        assert [file.read_bytes() for file in contents(workshop)] == [b"kept"]


class TestScanning:
    def test_a_hit_is_refused_by_name_and_nothing_is_kept(self, workshop_with: Callable[..., Kiosk]) -> None:
        with Clamd() as clamd:
            kiosk = workshop_with(scanner=clamd.address)
            max = kiosk.signed_in("max")
            refused = upload(max, "eicar.txt", b"X5O!P%@AP EICAR test")
            assert refused.status_code == 422
            assert "Eicar-Signature" in refused.json()["detail"]
            assert contents(kiosk) == []
            assert upload(max, "fine.txt", b"all is well").status_code == 201

    def test_nothing_comes_in_while_the_scanner_is_away(self, workshop_with: Callable[..., Kiosk]) -> None:
        with Clamd() as clamd:
            address = clamd.address
        kiosk = workshop_with(scanner=address)
        assert upload(kiosk.signed_in("max"), "fine.txt", b"all is well").status_code == 503
        assert contents(kiosk) == []

    def test_a_command_may_scan(self, workshop_with: Callable[..., Kiosk], tmp_path: Path) -> None:
        script = tmp_path / "scan.sh"
        script.write_text('#!/bin/sh\ngrep -q EICAR "$1" && echo "Bad.Thing" && exit 1\nexit 0\n')
        script.chmod(0o700)
        max = workshop_with(scanner=str(script)).signed_in("max")
        assert "Bad.Thing" in upload(max, "a.txt", b"EICAR").json()["detail"]
        assert upload(max, "b.txt", b"fine").status_code == 201


class TestAttaching:
    def test_a_field_tells_name_size_and_type_as_uploaded_whatever_is_claimed(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "pump.png", picture())
        made = created(
            max, number="R1", photo={"file": file["file"], "name": "evil.html", "type": "text/html", "size": 1}
        )
        assert made["photo"] == file
        assert max.get(f"{REPAIRS}/{made['id']}").json()["photo"] == file

    def test_a_field_takes_only_what_it_asks_for(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        pdf = uploaded(max, "a.pdf", b"%PDF-1.7\n1 0 obj")
        svg = uploaded(max, "a.svg", SVG)
        large = uploaded(max, "large.png", picture() + os.urandom(100_001))
        small = [
            uploaded(max, f"{n}.png", picture(colour=colour))
            for n, colour in enumerate(("red", "blue", "lime", "pink"))
        ]
        assert problem_of(create(max, number="A", photo=pdf)) == ("photo", "type")
        assert problem_of(create(max, number="A", signed=svg)) == ("signed", "type")
        assert problem_of(create(max, number="A", papers=[svg])) == ("papers", "type")
        assert problem_of(create(max, number="A", photo=large)) == ("photo", "too_large")
        assert problem_of(create(max, number="A", papers=small)) == ("papers", "too_many")
        assert problem_of(create(max, number="A", drawing=pdf)) == ("drawing", "type")
        assert created(max, number="A", drawing=svg, papers=[pdf, small[0]])["papers"] == [pdf, small[0]]

    def test_nobody_names_what_another_uploaded_until_they_see_it_somewhere(self, workshop: Kiosk) -> None:
        max, mia, bo = (workshop.signed_in(login) for login in ("max", "mia", "bo"))
        file = uploaded(max, "pump.png", picture())
        made = created(max, number="R1", photo=file)
        assert problem_of(create(mia, number="R2", photo=file)) == ("photo", "file")
        assert problem_of(create(mia, number="R2", photo={"file": 999})) == ("photo", "file")
        assert problem_of(create(mia, number="R2", lines=[{"what": "x", "proof": file}])) == ("lines[0].proof", "file")
        assert created(bo, number="R2", photo=file)["photo"] == file
        mine = bo.patch(f"{REPAIRS}/{made['id']}", json={"owner": me_of(mia), "version": made["version"]})
        assert mine.status_code == 200
        assert created(mia, number="R3", photo=file)["photo"] == file

    def test_an_earlier_file_of_the_field_may_come_back(self, workshop: Kiosk) -> None:
        max, mia, bo = (workshop.signed_in(login) for login in ("max", "mia", "bo"))
        first = uploaded(max, "first.png", picture())
        made = created(max, number="R1", photo=first)
        second = uploaded(mia, "second.png", picture(colour="blue"))
        path = f"{REPAIRS}/{made['id']}"
        bo.patch(path, json={"owner": me_of(mia), "version": 1})
        now = mia.patch(path, json={"photo": second, "version": 2})
        assert now.json()["photo"] == second
        back = mia.patch(path, json={"photo": first, "version": now.json()["version"]})
        assert back.status_code == 200, back.text
        assert back.json()["photo"] == first

    def test_history_tells_names_and_numbers(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        made = created(max, number="R1", papers=[uploaded(max, "a.txt", b"one")])
        both = [made["papers"][0], uploaded(max, "b.txt", b"two")]
        max.patch(f"{REPAIRS}/{made['id']}", json={"papers": both, "version": 1})
        told = max.get(f"{REPAIRS}/{made['id']}/history").text
        assert "a.txt" in told
        assert "b.txt" in told


class TestReading:
    def test_who_sees_the_field_reads_the_file(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "Pumpe 泵.png", picture())
        made = created(max, number="R1", photo=file)
        answer = max.get(f"{REPAIRS}/{made['id']}/files/photo/{file['file']}")
        assert (answer.status_code, answer.content) == (200, picture())
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''Pumpe%20%E6%B3%B5.png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        again = {"if-none-match": answer.headers["etag"]}
        assert max.get(str(answer.url), headers=again).status_code == 304
        saved = max.get(f"{answer.url}?download=1")
        assert saved.headers["content-disposition"].startswith("attachment")

    def test_a_picture_has_small_versions(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "large.png", picture(side=600))
        made = created(max, number="R1", photo=file)
        path = f"{REPAIRS}/{made['id']}/files/photo/{file['file']}"
        for asked, side in ((50, 96), (96, 96), (200, 320), (4000, 600)):
            answer = max.get(path, params={"size": asked})
            assert answer.headers["content-type"] == "image/webp"
            assert Image.open(io.BytesIO(answer.content)).width == side
        assert max.get(path, params={"size": 50}).content == max.get(path, params={"size": 96}).content

    def test_what_only_looks_like_a_picture_is_no_picture(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "broken.png", picture()[:30])
        made = created(max, number="R1", photo=file)
        answer = max.get(f"{REPAIRS}/{made['id']}/files/photo/{file['file']}", params={"size": 96})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_picture")

    def test_what_could_run_is_only_ever_saved(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "a.svg", SVG)
        made = created(max, number="R1", drawing=file)
        answer = max.get(f"{REPAIRS}/{made['id']}/files/drawing/{file['file']}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]

    def test_lines_have_files_of_their_own(self, workshop: Kiosk) -> None:
        max, mia = workshop.signed_in("max"), workshop.signed_in("mia")
        file = uploaded(max, "proof.png", picture())
        made = created(max, number="R1", lines=[{"what": "clean"}, {"what": "weld", "proof": file}])
        weld = made["lines"][1]
        path = f"{REPAIRS}/{made['id']}/files/lines/{weld['id']}/proof/{file['file']}"
        assert max.get(path).content == picture()
        assert max.get(path.replace(f"/{weld['id']}/", f"/{made['lines'][0]['id']}/")).status_code == 404
        assert mia.get(path).status_code == 404

    def test_nothing_leaks_past_record_field_or_file(self, workshop: Kiosk) -> None:
        max, mia, bo = (workshop.signed_in(login) for login in ("max", "mia", "bo"))
        photo, costs = uploaded(bo, "p.png", picture()), uploaded(bo, "costs.pdf", b"%PDF-1.7\n1 0 obj")
        other = uploaded(bo, "other.png", picture(colour="blue"))
        made = created(bo, number="R1", owner=me_of(max), photo=photo, costs=costs)
        created(bo, number="R2", photo=other)
        files = f"{REPAIRS}/{made['id']}/files"
        refused = [
            (mia, f"{files}/photo/{photo['file']}"),
            (workshop.client(), f"{files}/photo/{photo['file']}"),
            (max, f"{files}/costs/{costs['file']}"),
            (max, f"{files}/photo/{costs['file']}"),
            (max, f"{files}/photo/{other['file']}"),
            (max, f"{files}/nothing/{photo['file']}"),
            (max, f"{files}/photo/0x1"),
            (max, f"{files}/photo/99999"),
        ]
        answers = [client.get(path) for client, path in refused]
        assert [answer.status_code for answer in answers] == [404, 401, 404, 404, 404, 404, 404, 404]
        assert max.get(f"{files}/photo/{photo['file']}").status_code == 200
        assert not any("costs.pdf" in answer.text for answer in answers)
        assert "costs.pdf" not in max.get(f"{REPAIRS}/{made['id']}").text

    def test_a_lost_content_is_told(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        file = uploaded(max, "a.txt", b"text")
        made = created(max, number="R1", papers=[file])
        contents(workshop)[0].unlink()
        answer = max.get(f"{REPAIRS}/{made['id']}/files/papers/{file['file']}")
        assert answer.status_code == 404


class TestSweeping:
    def test_what_was_never_attached_goes_after_a_day(self, workshop: Kiosk) -> None:
        max = workshop.signed_in("max")
        kept, loose, fresh = (uploaded(max, f"{name}.txt", name.encode()) for name in ("kept", "loose", "fresh"))
        same = uploaded(max, "kept-too.txt", b"kept")
        created(max, number="R1", papers=[kept])
        self.age(workshop, kept, loose, same)
        assert sweep(workshop.db, workshop.door.platform.files) == 2
        assert sorted(file.read_bytes() for file in contents(workshop)) == [b"fresh", b"kept"]
        assert problem_of(create(max, number="R2", papers=[loose])) == ("papers", "file")
        assert created(max, number="R2", papers=[fresh])["papers"] == [fresh]

    def test_what_a_dead_process_left_half_way_goes(self, workshop: Kiosk) -> None:
        inbox = workshop.door.platform.files.inbox
        (inbox / "arriving-now").write_bytes(b"half")
        (inbox / "arriving-dead").write_bytes(b"half")
        os.utime(inbox / "arriving-dead", (0, 0))
        sweep(workshop.db, workshop.door.platform.files)
        assert [each.name for each in inbox.glob("arriving-*")] == ["arriving-now"]

    def age(self, kiosk: Kiosk, *files: dict[str, Any]) -> None:
        with kiosk.db.connection() as connection:
            connection.execute(
                f"UPDATE w_{WORKSPACE}.kernel_file SET uploaded_at = now() - interval '25 hours' WHERE id = ANY(%s)",
                [[file["file"] for file in files]],
            )


def problem_of(answer: httpx.Response) -> tuple[str, str]:
    assert answer.status_code == 422, answer.text
    [problem] = answer.json()["fields"]
    return problem["path"], problem["code"]


def me_of(client: httpx.Client) -> int:
    return client.get("/api/definitions").json()["me"]["user"]


class Clamd:
    """A peer that speaks clamd's INSTREAM and knows one virus."""

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rwb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    content += stream.read(size)
                stream.write(b"stream: Eicar-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0")
                stream.flush()
