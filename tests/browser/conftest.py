"""Harbour Supplies in a real browser: a real server, the built screen, people who read only the page."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from queti.jobs.schema import prepare_database
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.founding import make_sample
from queti.store.database import Database
from tests.browser.people import Site
from tests.fixtures.command import queti
from tests.fixtures.database import Databases
from tests.fixtures.patience import PATIENCE, eventually
from tests.fixtures.processes import spawn

ROOT = Path(__file__).resolve().parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    # A page lives for seconds: what compilers make of its code for later costs a quarter of its work.
    "--js-flags=--no-opt,--no-maglev,--no-lazy-feedback-allocation",
)


SHELL = "chromium-headless-shell"
WITH_WINDOWS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def engine() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def chrome(engine: BrowserType) -> Iterator[Browser]:
    """Without windows, where there is such a one: it opens a page for a ninth of the work."""
    yield from launched(engine, SHELL, *WITH_WINDOWS)


@pytest.fixture(scope="session")
def windowed(engine: BrowserType) -> Iterator[Browser]:
    """The whole browser, with all that it brings along: it reads papers."""
    yield from launched(engine, *WITH_WINDOWS)


def launched(engine: BrowserType, *names: str) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("Chromium is missing: bin/test installs it (Debian's package chromium).")
    browser = engine.launch(executable_path=path, args=[*QUIET, "--no-first-run"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def screen() -> None:
    """The screen as it would be shipped; nothing is built when nothing changed."""
    subprocess.run([sys.executable, ROOT / "tools" / "screen.py"], check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def site(
    databases: Databases, chrome: Browser, screen: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The company behind its server; the tests of a module share it and make records of their own."""
    fresh = databases.fresh(databases.template("harbour_with_sign_ins", open_harbour), size=2)
    with fresh as database, served(database.dsn, tmp_path_factory.mktemp("home")) as address:
        site = Site(chrome, address)
        yield site
        site.close()


@pytest.fixture(autouse=True)
def gone_home(request: pytest.FixtureRequest) -> Iterator[None]:
    """Who came for a test leaves after it: pages that nobody looks at any more still follow the news."""
    site = request.getfixturevalue("site") if "site" in request.fixturenames else None
    before = len(site.people) if site else 0
    yield
    if site:
        site.close(before)


def open_harbour(database: Database) -> None:
    """The sample company in its small form, as a first start makes it: with its sign-ins."""
    prepare_database(database)
    make_sample(Platform(database, Catalogue.standard()), say=lambda _: None, size="small")


@contextmanager
def served(dsn: str, home: Path) -> Iterator[str]:
    """`queti serve` in a process of its own, on a free port."""
    address = f"http://127.0.0.1:{free_port()}"
    settings = {"QUETI_HOME": str(home), "QUETI_DATABASE_URL": dsn, "QUETI_PORT": address.rpartition(":")[2]}
    log = home / "serve.log"
    process = spawn(queti, os.environ | settings, log, "serve", "--no-sample")
    try:
        eventually(lambda: process.is_alive() and answers(address), f"the start of the server, see {log}")
        yield address
    finally:
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGINT)
        process.join(PATIENCE)
        assert process.exitcode is not None, f"the server did not stop, see {log}"


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", verify=False).status_code == 200
    except httpx.HTTPError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
