"""How much is measured: as reported, or just enough to see that the jobs run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """`orders` are the sizes of the company; the others are units in each of `rounds` rounds."""

    orders: tuple[int, ...] = (200_000, 1_000_000)
    rounds: int = 5
    warm_up: int = 60
    lists: int = 150
    creations: int = 100
    loops: int = 40
    crowd: int = 4
    imported: int = 10_000
    large: int = 1_000_000
    contenders: int = 200
    contended: int = 50
    load_seconds: float = 10.0
    objects: int = 300
    journal_lines: int = 1_500_000
    opening: int = 20_000
    flows: int = 40
    automated: int = 5_000
    tasks: int = 1_000_000


FULL = Scale()
SMALL = Scale(
    orders=(2_000, 4_000), rounds=1, warm_up=2, lists=2, creations=2, loops=2, crowd=2,
    imported=20, large=400, contenders=8, contended=3, load_seconds=0.3, objects=20, journal_lines=6_000, opening=50,
    flows=2, automated=40, tasks=2_000,
)  # fmt: skip
