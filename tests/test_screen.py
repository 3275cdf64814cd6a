"""The first start builds the screen: its long listing stays away from who only wants to begin, a warning doesn't."""

from __future__ import annotations

import subprocess

import pytest

from tools.screen import npm, npm_quietly


def test_a_build_says_nothing_but_its_warnings(capfd: pytest.CaptureFixture[str]) -> None:
    npm_quietly("exec", "--offline", "-c", "echo 358 packages; echo an option is old >&2")
    said = capfd.readouterr()
    assert said.out == ""
    assert "an option is old" in said.err


def test_a_build_that_fails_says_why_and_stops(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        npm_quietly("exec", "--offline", "-c", "echo a page is missing >&2; exit 3")
    assert "a page is missing" in capfd.readouterr().err


def test_a_check_of_the_screen_tells_what_it_finds(capfd: pytest.CaptureFixture[str]) -> None:
    npm("exec", "--offline", "-c", "echo a type is wrong")
    assert "a type is wrong" in capfd.readouterr().out
