"""Small versions of pictures: kept, and never more of them than fits."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from PIL import Image

from queti.engines import pictures
from queti.engines.pictures import NoPicture, keep_within, thumbnail


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 200), colour).save(out, "PNG")
    return out.getvalue()


def looked_at(place: Path, name: str, at: int) -> None:
    os.utime(place / f"{name}-96.webp", (at, at))


def test_it_is_made_once(tmp_path: Path) -> None:
    asked: list[int] = []

    def read() -> Iterator[bytes]:
        asked.append(1)
        return iter([picture()])

    first, again = (thumbnail(tmp_path, "a", 96, read) for _ in range(2))
    assert first == again
    assert len(asked) == 1
    assert Image.open(io.BytesIO(first)).size == (96, 48)


def test_those_looked_at_longest_ago_make_room(tmp_path: Path) -> None:
    for at, name in enumerate("abc", 1):
        thumbnail(tmp_path, name, 96, lambda: [picture()])
        looked_at(tmp_path, name, at)
    thumbnail(tmp_path, "a", 96, list)
    size = (tmp_path / "a-96.webp").stat().st_size
    thumbnail(tmp_path, "d", 96, lambda: [picture()])
    keep_within(tmp_path, 2 * size)
    assert {each.name[0] for each in tmp_path.glob("*.webp")} == {"a", "d"}
    keep_within(tmp_path, 0)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    rare, huge = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(rare, "PPM")
    Image.new("1", (8000, 5001)).save(huge, "PNG")
    for content in (b"text", rare.getvalue(), huge.getvalue()):
        with pytest.raises(NoPicture):
            thumbnail(tmp_path, "a", 96, [content].copy)
    assert list(tmp_path.iterdir()) == []


def test_several_who_ask_at_once_all_get_the_whole_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together, got = threading.Barrier(4), list[bytes]()

    def shrunk(content: IO[bytes], side: int) -> bytes:
        together.wait()
        return b"x" * 200_000

    def ask(name: str) -> None:
        got.append(thumbnail(tmp_path, name, 640, lambda: [b""]))

    monkeypatch.setattr(pictures, "_shrunk", shrunk)
    for turn in range(50):
        threads = [threading.Thread(target=ask, args=(f"picture-{turn}",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(each) for each in got] == [200_000] * 200
    assert len(list(tmp_path.iterdir())) == 50
