"""Routes as a table: method, template, act, and who may come in."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import TYPE_CHECKING, Literal

from starlette.routing import compile_path

from queti.server.refusals import NoSuchAddress, WrongMethod
from queti.server.threads import Kind

if TYPE_CHECKING:
    from queti.server.door import Door
    from queti.server.messages import Answer, Request

Guard = Literal["open", "own", "session", "administrator"]
"""Who may come in: everybody; whoever is signed in, even with a password that others know; and so on."""
Handler = Callable[["Door", "Request"], "Answer"]
Check = Callable[["Door", "Request"], None]


@dataclass(frozen=True, slots=True)
class Route:
    """`upload`: takes a multipart body; `kind`: the threads that it runs in."""

    method: str
    template: str
    act: Handler
    guard: Guard = "session"
    upload: bool = False
    arrives: bool = False
    """The body is a file, written to disk as it comes."""
    admits: Check | None = None
    """Raises where the body isn't taken, before a byte of it is."""
    kind: Kind = "quick"
    previews: Literal["", "allow", "refuse"] = ""
    """May it be called while a draft is tried out? Unless it says so, what writes may not."""

    @property
    def refuses_previews(self) -> bool:
        return self.previews == "refuse" or (not self.previews and self.method not in ("GET", "HEAD"))


@dataclass(slots=True)
class _Address:
    template: str
    pattern: Pattern[str]
    methods: dict[str, Route]


class Routes:
    """Finds the route of a request among those that share the path's first two parts."""

    def __init__(self, routes: Iterable[Route], otherwise: Route | None = None) -> None:
        by_template: dict[str, _Address] = {}
        for route in routes:
            known = by_template.get(route.template)
            if known is None:
                known = by_template[route.template] = _Address(route.template, compile_path(route.template)[0], {})
            known.methods[route.method] = route
        self.all: tuple[Route, ...] = tuple(r for a in by_template.values() for r in a.methods.values())
        self._otherwise = otherwise
        """Answers what no template fits, but under /api/."""
        self._by_start: dict[str, list[_Address]] = {}
        for address in by_template.values():
            first, both = _starts(address.template)
            self._by_start.setdefault(first if "{" in both else both, []).append(address)

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route and the values in its path, else NoSuchAddress or WrongMethod."""
        for address in self._candidates(path):
            match = address.pattern.match(path)
            if match is None:
                continue
            route = address.methods.get("GET" if method == "HEAD" else method)
            if route is None:
                allowed = ", ".join(sorted(address.methods))
                raise WrongMethod(path=path, allowed=allowed, method=method)
            return route, match.groupdict()
        if self._otherwise is not None and method in ("GET", "HEAD") and not path.startswith("/api/"):
            return self._otherwise, {}
        raise NoSuchAddress(path=path, nearest=self._nearest(path))

    def _candidates(self, path: str) -> Iterator[_Address]:
        first, both = _starts(path)
        yield from self._by_start.get(both, ())
        if first != both:
            yield from self._by_start.get(first, ())

    def _nearest(self, path: str) -> Mapping[str, str]:
        known = {"/".join(route.template.split("/")[:3]): route.template for route in reversed(self.all)}
        close = difflib.get_close_matches("/".join(path.split("/")[:3]), known, n=3, cutoff=0.75)
        if not close:
            return {"en": "GET /api/openapi.json lists the addresses.", "zh": "GET /api/openapi.json 列出全部地址。"}
        found = [known[start] for start in close]
        listed = ", ".join(found)
        return {"en": f"Nearest: {listed}.", "zh": f"最接近的：{listed}。"}


def _starts(path: str) -> tuple[str, str]:
    """A path's first part, and its first two."""
    parts = path.split("/", 3)
    return parts[1], "/".join(parts[1:3])
