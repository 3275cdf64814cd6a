"""Filling a workspace with the sample company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.sample.company import COST, Company, Size, found, say_when_they_work, words
from queti.apps.sample.requests import tell_requests
from queti.apps.sample.story import Story, tell_story
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.work import Work

SEED = 20240518
ZONE = ZoneInfo("Asia/Shanghai")
OPENING = 60
"""What the small company has of each of its goods."""


def load(
    platform: Platform,
    workspace: str,
    *,
    size: Size = "full",
    today: date | None = None,
    say: Callable[[str], None] | None = None,
) -> Company:
    """Fill the empty workspace, in which the apps are installed, through the ordinary operations.

    "full": 13 people, 40 products, 60 customers and 18 months of business up to `today`.
    "small": the same people with a dozen products in stock, and no business yet.
    """
    until = today or datetime.now(ZONE).date()
    story = Story(until, Random(SEED))
    begins = min(_noon(until), datetime.now(ZONE)) if size == "small" else _noon(story.first_day)
    company = platform.run(workspace, SYSTEM, lambda work: found(work, Random(SEED), size), now=begins)
    years = range(begins.year, until.year + 2)
    platform.run(workspace, SYSTEM, lambda work: say_when_they_work(work, years), now=begins)
    if size == "small":
        platform.run(workspace, SYSTEM, lambda work: _fill(work, company), now=begins)
    else:
        tell_story(platform, workspace, company, story, say or _silent)
        tell_requests(platform, workspace, company, min(_noon(until), datetime.now(ZONE)))
    return company


def _fill(work: Work, company: Company) -> None:
    goods = [
        (sku, body)
        for sku, body in words("products").items()
        if sku in company.products and body.get("kind") != "service"
    ]
    lines: list[dict[str, Any]] = [
        {"product": company.products[sku], "quantity": OPENING, "unit_cost": Decimal(body["price"]) * COST}
        for sku, body in goods
    ]
    work.perform("stock.receive", {"location": company.places["A-01"], "lines": lines, "source": "OPENING"})


def _silent(line: str) -> None:
    pass


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)
