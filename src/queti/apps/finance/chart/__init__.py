"""Charts of accounts that come with the app."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from queti.kernel.publishing.apps import read_yaml


@cache
def small_enterprise() -> dict[str, dict[str, Any]]:
    """Account code → name, name_en, category, normal_balance and the parent's code, if it has one."""
    return read_yaml((resources.files(__name__) / "small_enterprise.yaml").read_text("utf-8"))
