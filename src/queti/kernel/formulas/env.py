"""What a formula sees of the world besides its record: one value for a whole Work.

In Python the values are read from `Env`; in SQL they are named parameters, so that a
compiled statement is kept and runs again tomorrow, for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from queti.kernel.formulas.errors import FormulaError, Place

PREFIX = "env_"


def _no_map(name: str, value: Any) -> Any:  # noqa: ARG001
    raise FormulaError(
        "not_here", Place(0, 0), f"There is no table “{name}” for map() here.", f"此处没有 map() 所用的对照表“{name}”。"
    )


def _no_rate(source: Any, target: Any, on: date) -> Decimal | None:  # noqa: ARG001
    return None


@dataclass(frozen=True)
class Env:
    """`today` is the workspace's day of `now`; `me` the id of base.user; `person` and `company` the records' fields."""

    now: datetime
    timezone: str = "UTC"
    me: int | None = None
    person: Mapping[str, Any] = field(default_factory=dict[str, Any])
    company: Mapping[str, Any] = field(default_factory=dict[str, Any])
    my_departments: Sequence[int] = ()
    """The person's department and all below it."""
    rate: Callable[[Any, Any, date], Decimal | None] = _no_rate
    """Units of the second currency for one of the first on a day."""
    map: Callable[[str, Any], Any] = _no_map
    """Value of a named look-up table of an import mapping."""

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def param(self, name: str) -> Any:
        """Value of a parameter by its name in `Typed.params`."""
        if name in ("today", "now", "timezone", "me"):
            return getattr(self, name)
        if name == "my_departments":
            return list(self.my_departments)
        record, _, field_name = name.partition(".")
        return (self.person if record == "me" else self.company).get(field_name)


def fixed_env(moment: str = "2026-11-22T04:00:00+00:00", timezone: str = "Asia/Shanghai", **others: Any) -> Env:
    """An Env at a written moment; for trials of a formula and for tests."""
    return Env(now=datetime.fromisoformat(moment).astimezone(UTC), timezone=timezone, **others)


@lru_cache(maxsize=1024)
def parameter_name(name: str) -> str:
    """Name of the SQL parameter: `env_today`, `env_me__department`."""
    return PREFIX + name.replace(".", "__")


def parameters(env: Env, names: Iterable[str]) -> dict[str, Any]:
    """Values for the statement's parameters, of a formula's `params`."""
    return {parameter_name(name): env.param(name) for name in names}
