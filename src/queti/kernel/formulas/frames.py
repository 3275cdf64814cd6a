"""The rows that names of a formula stand for, while it is checked."""

from __future__ import annotations

from dataclasses import dataclass

from queti.kernel.formulas.types import NameScope, Path


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows that names stand for: the formula's record, or those of an enclosing aggregate."""

    scope: NameScope
    level: int
    origin: Path
    """Path of the rows from the formula's record; () for the record."""
    owner: Frame | None = None
    back: str = ""
    bound: Path = ()
    """The list as the aggregate's argument writes it."""
