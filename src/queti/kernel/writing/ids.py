"""Ids are drawn in blocks from a table's own sequence, so that inserts need no answer.

A block belongs to the process and survives a rolled back Work: gaps mean nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queti.kernel.work import Work

_SMALLEST_BLOCK = 64

Block = tuple[int, str]
"""The schema's identity (a workspace may be removed and made again by the same name) and the sequence."""


class IdBlocks:
    """The ids this process has drawn and not yet used, by sequence."""

    def __init__(self) -> None:
        self._free: dict[Block, deque[int]] = {}
        self._lock = threading.Lock()

    def take(self, work: Work, sequence: str, wanted: int) -> list[int]:
        """`wanted` fresh ids of the sequence with that quoted full name, ascending."""
        block = (work.schema_id, sequence)
        taken = self._from_block(block, wanted)
        if len(taken) == wanted:
            return taken
        missing = wanted - len(taken)
        drawn = work.column(
            "SELECT nextval($1::text::regclass) FROM generate_series(1, $2::integer)",
            (sequence, missing + _SMALLEST_BLOCK),
        )
        self._keep(block, drawn[missing:])
        return taken + drawn[:missing]

    def _from_block(self, block: Block, wanted: int) -> list[int]:
        with self._lock:
            free = self._free.get(block)
            if not free:
                return []
            return [free.popleft() for _ in range(min(wanted, len(free)))]

    def _keep(self, block: Block, ids: list[int]) -> None:
        with self._lock:
            self._free.setdefault(block, deque()).extend(ids)
