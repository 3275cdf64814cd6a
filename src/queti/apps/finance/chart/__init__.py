"""Charts of accounts that come with the app."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from queti.kernel.publishing.apps import read_yaml

CHARTS = ("small_enterprise", "international")


@cache
def chart_named(name: str) -> dict[str, dict[str, Any]]:
    """Account code → name, name_en, category, normal_balance, and where they apply the parent's code and the use."""
    return read_yaml((resources.files(__name__) / f"{name}.yaml").read_text("utf-8"))
