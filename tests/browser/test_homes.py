"""Everybody begins at what waits for them; the owner also at the figures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@LANGUAGES
@pytest.mark.parametrize("login", ["owner", "mei", "lin", "tomas", "ada"])
def test_counted_links_open_their_rows(site: Site, login: str, language: str) -> None:
    lin = site.person("lin", language)
    lin.does("oms.place_order", customer=1, lines=[{"product": {"sku": "TL-801"}, "quantity": "1"}])
    runs_short(site.person("tomas", language))
    person = site.person(login, language)
    cards = person.api("GET", "/api/home")["cards"]
    assert cards
    person.opens("/")
    person.finds_the_page_sound(f"home-{login}")
    card = max(cards, key=lambda card: card["count"])
    person.page.locator(".q-card", has_text=card["label"]).click()
    person.page.wait_for_url(re.compile(card["object"].replace(".", "/")))
    person.settled()
    grid = person.page.get_by_role("grid")
    if card["count"]:
        expect(grid).to_have_attribute("aria-rowcount", str(card["count"] + 1))
    else:
        expect(grid).to_have_count(0)
    person.finds_the_page_sound(f"home-{login}-rows")


def runs_short(tomas: Person) -> None:
    """A count finds fewer bed sheets than the safety stock asks for."""
    [place] = tomas.records("stock.location", 'code = "A-01"', "id")
    tomas.does("stock.adjust", location=place["id"], product={"sku": "SH-602"}, counted="5")


@LANGUAGES
def test_the_owner_reads_how_each_figure_is_computed(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    tiles = owner.api("GET", "/api/home")["tiles"]
    assert {tile["name"].rpartition(".")[2] for tile in tiles} == {
        "processing_time",
        "on_time_shipping",
        "stock_out_rate",
        "lead_conversion",
        "overdue_amount",
        "owed_by_us",
        "inventory_turnover",
        "receivables_turnover",
    }
    for tile in tiles:
        reads_a_tile(owner, tile)


def reads_a_tile(owner: Person, tile: dict[str, str]) -> None:
    owner.opens("/")
    owner.presses("How {0} is computed", _0=tile["label"])
    about = owner.page.locator(".q-tile-about:visible")
    expect(about).to_contain_text(tile["formula"])
    period = owner.reads("last {0} days", _0=tile["period_days"]) if tile["period_days"] else owner.reads("now")
    expect(about).to_contain_text(period)
    owner.page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    owner.page.locator(".q-tile", has_text=tile["label"]).locator(".q-tile-value").click()
    owner.page.wait_for_url(re.compile(tile["object"].replace(".", "/")))
    owner.settled()
    assert owner.errors == []
