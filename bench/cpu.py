"""CPU time of other processes, exact to the nanosecond where the system tells it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds."""

    server: float = 0.0
    database: float = 0.0

    @property
    def total(self) -> float:
        return self.server + self.database

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.server - other.server, self.database - other.database)

    def __truediv__(self, units: float) -> Cpu:
        return Cpu(self.server / units, self.database / units)


class Meter:
    """Reads what one server process and one PostgreSQL cluster have used since they began."""

    def __init__(self, server: psutil.Process, postmaster: psutil.Process) -> None:
        self.server = server
        self.postmaster = postmaster

    def read(self) -> Cpu:
        return Cpu(_used(self.server), self._database())

    def _database(self) -> float:
        """The postmaster, its living children and, by its own account, those that ended."""
        ended = self.postmaster.cpu_times()
        living = sum(_used(child) for child in self.postmaster.children(recursive=True))
        return _used(self.postmaster) + living + ended.children_user + ended.children_system


def _used(process: psutil.Process) -> float:
    try:
        # clock_getcpuclockid(3): all threads of the process, the ended ones too.
        return time.clock_gettime((~process.pid << 3) | 2)
    except OSError:
        pass
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system
