"""Marks made by the home's keys: nobody else can make them, and a new key doesn't undo the old ones."""

from __future__ import annotations

from pathlib import Path

from queti.store.home import Home
from queti.store.keys import Keyring


def test_a_mark_is_known_by_its_text_and_home(tmp_path: Path) -> None:
    keys, others = Keyring(Home(tmp_path / "a")), Keyring(Home(tmp_path / "b"))
    mark = keys.sign("come here")
    assert mark == keys.sign("come here")
    assert keys.is_signed("come here", mark)
    assert not keys.is_signed("come there", mark)
    assert not keys.is_signed("come here", mark[:-1])
    assert not keys.is_signed("come here", "é")
    others.newest()
    assert not others.is_signed("come here", mark)


def test_a_new_key_marks_anew_and_the_old_marks_stay(tmp_path: Path) -> None:
    keys = Keyring(Home(tmp_path))
    before = keys.sign("come here")
    keys.rotate()
    assert keys.sign("come here") != before
    assert keys.is_signed("come here", before)
