"""What the rows of the advisor come to: apps to begin with in their order, and those that can wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ADVISOR = "base.advisor"
NOW = "now"


@dataclass(slots=True)
class Advised:
    """An app, whether it comes now, and the reasons by their names."""

    app: str
    is_now: bool
    rank: Decimal
    why: list[str] = field(default_factory=list[str])


def advised(rows: Iterable[Mapping[str, Any]]) -> list[Advised]:
    """Of each app the first row decides; rows that say now as well add their reasons."""
    found: dict[str, Advised] = {}
    for row in rows:
        is_now = row["begin"] == NOW
        one = found.setdefault(row["app"], Advised(row["app"], is_now, row["rank"] or Decimal(0)))
        if not one.why or (is_now and one.is_now):
            one.why.append(row["why"])
    return sorted(found.values(), key=lambda one: (not one.is_now, one.rank))
