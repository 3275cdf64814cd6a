"""Figures for operators, by route template; in the text form that Prometheus reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


@dataclass(frozen=True, slots=True)
class _Route:
    requests: Any
    seconds: Any
    cpu: Any
    statements: Any


class Metrics:
    """Own registry: two servers in one process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        names = ["method", "route"]
        self._requests = Counter("queti_requests", "Answered requests", [*names, "status"], registry=self.registry)
        self._seconds = Histogram(
            "queti_request_seconds", "Time to answer", names, buckets=SECONDS, registry=self.registry
        )
        self._cpu = Counter("queti_request_cpu_seconds", "CPU of handlers", names, registry=self.registry)
        self._statements = Counter("queti_statements", "SQL statements", names, registry=self.registry)
        self.streams = Gauge("queti_event_streams", "Open event streams", registry=self.registry)
        self.jobs = Counter("queti_jobs", "Finished jobs", ["kind", "outcome"], registry=self.registry)
        self._routes: dict[tuple[str, str, int], _Route] = {}

    def count(self, method: str, route: str, status: int, seconds: float, cpu: float, statements: int) -> None:
        key = (method, route, status)
        known = self._routes.get(key)
        if known is None:
            known = self._routes[key] = _Route(
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(method, route),
                self._cpu.labels(method, route),
                self._statements.labels(method, route),
            )
        known.requests.inc()
        known.seconds.observe(seconds)
        known.cpu.inc(max(cpu, 0.0))
        if statements:
            known.statements.inc(statements)

    def note_job(self, kind: str, outcome: str) -> None:
        self.jobs.labels(kind, outcome).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)
