"""Threads by the kind of work, so that none keeps another waiting; and turns for what takes long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeVar, TypeVarTuple

from queti.server.refusals import TooMuchAtOnce

Kind = Literal["quick", "passwords", "streams", "long"]
"""`passwords`: hashing them; `streams`: what open event streams look for; `long`: imports, exports, backups, …"""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

PASSWORDS, STREAMS, LONG = 2, 2, 4
AT_ONCE = 2
"""Long pieces of work of one person."""

IN_LINE = 8
"""More of them that wait for their turn."""


class Threads:
    """One small pool of threads for each kind of work."""

    def __init__(self, quick: int) -> None:
        sizes: dict[Kind, int] = {"quick": quick, "passwords": PASSWORDS, "streams": STREAMS, "long": LONG}
        self.count = sum(sizes.values())
        self._pools = {kind: ThreadPoolExecutor(size, f"queti-{kind}") for kind, size in sizes.items()}

    async def run(self, kind: Kind, act: Callable[[*Ts], T], *given: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pools[kind], act, *given)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _Line:
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    length: int = 0


class Turns:
    """Nobody takes all threads for long work: each person has a line of their own. Lives on the loop."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line] = {}

    @property
    def waiting(self) -> int:
        """Pieces of long work that are under way or wait for their turn."""
        return sum(line.length for line in list(self._lines.values()))

    @asynccontextmanager
    async def of(self, who: Hashable) -> AsyncGenerator[None]:
        """Wait for one's turn, without a thread. Raises TooMuchAtOnce."""
        line = self._lines.setdefault(who, _Line())
        if line.length >= AT_ONCE + IN_LINE:
            raise TooMuchAtOnce(most=AT_ONCE + IN_LINE)
        line.length += 1
        try:
            async with line.free:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[who]
