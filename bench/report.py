"""Figures beside their targets."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import psutil

from bench.cpu import Cpu


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is to reach; None where nothing is asked."""

    most: float | None = None
    least: float | None = None
    exactly: float | None = None
    ratio: float | None = None
    statements: float | None = None

    def __str__(self) -> str:
        parts = [
            text
            for value, text in (
                (self.most, f"≤ {_short(self.most)}"),
                (self.least, f"≥ {_short(self.least)}"),
                (self.exactly, f"= {_short(self.exactly)}"),
                (self.ratio, f"≤ {_short(self.ratio)} ×"),
                (self.statements, f"≤ {_short(self.statements)} st."),
            )
            if value is not None
        ]
        return ", ".join(parts)


@dataclass(slots=True)
class Figure:
    """One line of the table. `value` is in `unit`; `cpu` and `by_hand` are CPU seconds per unit of work."""

    job: str
    value: float
    unit: str = "ms CPU"
    cpu: Cpu | None = None
    by_hand: Cpu | None = None
    statements: float | None = None
    target: Target = field(default_factory=Target)
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.by_hand is None or self.cpu is None else self.cpu.total / self.by_hand.total

    @property
    def met(self) -> bool | None:
        """None where nothing is asked."""
        checks = [
            found <= asked
            for asked, found in (
                (self.target.most, self.value),
                (self.target.ratio, self.ratio),
                (self.target.statements, self.statements),
            )
            if asked is not None and found is not None
        ]
        if self.target.least is not None:
            checks.append(self.value >= self.target.least)
        if self.target.exactly is not None:
            checks.append(self.value == self.target.exactly)
        return all(checks) if checks else None

    def shown(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def typical(rounds: Iterable[Cpu]) -> Cpu:
    """The round with the median total."""
    ordered = sorted(rounds, key=lambda cpu: cpu.total)
    return ordered[(len(ordered) - 1) // 2]


def middle(values: Iterable[float]) -> float:
    return float(median(values))


HEADINGS = ("job", "", "server + database", "by hand", "ratio", "statements", "target", "", "")


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table, its columns aligned."""
    rows = [HEADINGS, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = " | ".join("-" * max(width, 3) for width in widths)
    return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))


def _row(figure: Figure) -> tuple[str, ...]:
    cpu, ratio = figure.cpu, figure.ratio
    return (
        figure.job,
        f"{_short(figure.value)} {figure.unit}",
        f"{_ms(cpu.server)} + {_ms(cpu.database)}" if cpu else "",
        _ms(figure.by_hand.total) if figure.by_hand else "",
        f"{ratio:.2f} ×" if ratio else "",
        _short(figure.statements),
        str(figure.target),
        {True: "met", False: "MISSED", None: ""}[figure.met],
        figure.note,
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"


def _short(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def machine() -> dict[str, Any]:
    """Where it was measured."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3),
        "load": round(os.getloadavg()[0], 1),
    }
