"""The process's memory: what the allocator and the collector are told, and giving back what large work leaves."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

from queti.server.settings import MEGABYTE

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3
COLLECT_AFTER = (50_000, 20, 50)


def settle_in() -> None:
    """Once all is loaded. glibc would give each thread a heap of its own, and keep the blocks of passwords' hashes."""
    with suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(M_ARENA_MAX, 2)
        allocator.mallopt(M_MMAP_THRESHOLD, MEGABYTE)
    # What a start has loaded lives as long as the process: no collection need look at it again.
    gc.collect()
    gc.freeze()
    # An import makes a million objects, and all of them are needed until it is written.
    gc.set_threshold(*COLLECT_AFTER)


def give_back() -> None:
    """After large work: what it left, to the system."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
