"""The jobs by name, in the order in which they are run. Each measures and answers its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bench.jobs import confirming, creating, importing, listing, looping, publishing, remembering, starting
from bench.report import Figure
from bench.running import Bench
from bench.scale import Scale

ON_A_COMPANY: Mapping[str, Callable[[Bench], Iterable[Figure]]] = {
    "create": creating.measure,
    "loop": looping.measure,
    "confirm": confirming.measure,
    "publish": publishing.measure,
    "memory": remembering.measure,
    "import": importing.measure,
    "list": listing.measure,
}
ON_THEIR_OWN: Mapping[str, Callable[[Scale], Iterable[Figure]]] = {"start": starting.measure}
