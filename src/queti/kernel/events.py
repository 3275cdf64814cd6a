"""Events and the reactions to them.

An event is a fact, written in the transaction of the operation that made it true.
A reaction is an act of another (or the same) app upon it: `inline` ones run at once in
the same transaction, all or nothing; the others run by a worker after the commit, once
per event however often they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import Words

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work

React = Callable[["Work", "list[Event]"], None]


@dataclass(frozen=True, slots=True)
class Event:
    """`record` is the id of the record of `object` that the fact is about; `data` what the teller added."""

    id: int
    name: str
    object: str
    record: int
    data: Mapping[str, Any]
    by: int | None
    version: int = 0
    subject: Record | None = None
    """To inline reactions: the record as its teller has it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A declared reaction. `name` is full once `of(app)` has been called."""

    name: str
    event: str
    act: React
    inline: bool = False
    needs: tuple[str, ...] = ()
    performs: tuple[str, ...] = ()
    help: str = ""
    app: str = ""

    def of(self, app: str) -> Reaction:
        return replace(self, app=app, name=f"{app}.{self.name}")


@dataclass(frozen=True, slots=True)
class Told:
    """An event that an app tells. `about`: the object of its records; "": of several. `name` is full in an App."""

    name: str
    about: str
    label: Words


def told(name: str, about: str, en: str, zh: str) -> Told:
    """Declare an event, in the list `EVENTS` of the app's module `events`."""
    return Told(name, about, {"en": en, "zh": zh})


def reacts_to(
    event: str, *, inline: bool = False, needs: tuple[str, ...] = (), performs: tuple[str, ...] = ()
) -> Callable[[React], React]:
    """Declare a reaction to `event`.

    The function gets the events of one telling together, in their order, so that it can
    work on all of them at once. `needs` names apps without which it is left out, `performs`
    the operations it performs.
    """

    def declare(act: React) -> React:
        declared = Reaction(
            name=act.__name__,
            event=event,
            act=act,
            inline=inline,
            needs=needs,
            performs=performs,
            help=act.__doc__ or "",
        )
        act.__reaction__ = declared  # type: ignore[attr-defined]
        return act

    return declare
