"""Layouts of the financial statements: data that places accounts on lines, by their codes in each chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from queti.kernel.publishing.apps import read_yaml

NOTHING = Decimal(0)
Kind = Literal["heading", "line", "part", "total"]
Marks = Mapping[str, str]
NO_MARKS: Marks = {}
LAYOUTS = ("small_enterprise", "international")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    `side` debit: the accounts count as debit less credit, else the other way round. `accounts`
    holds the codes by chart; a code stands for all accounts that begin with it. `add` and
    `less` name lines above. A part (其中) repeats some of the line above it and is added nowhere.
    """

    name: str
    label: Mapping[str, str]
    number: int | None
    level: int
    kind: Kind
    side: str
    accounts: Mapping[str, tuple[str, ...]]
    add: tuple[str, ...]
    less: tuple[str, ...]
    is_marked: bool
    """It holds the accounts that are marked with its name, whatever their codes."""

    def holds(self, chart: str, code: str) -> bool:
        return any(code.startswith(prefix) for prefix in self.accounts.get(chart, ()))

    def value(self, chart: str, balances: Mapping[str, Decimal], above: Mapping[str, Decimal], marks: Marks) -> Decimal:
        mine = (code for code in balances if marks.get(code) == self.name or self.holds(chart, code))
        own = sum((balances[code] for code in mine), NOTHING)
        own = own if self.side == "debit" else -own
        added = sum((above[name] for name in self.add), NOTHING)
        return own + added - sum((above[name] for name in self.less), NOTHING)


@cache
def layout(statement: str, name: str) -> tuple[Line, ...]:
    """The lines of `profit_and_loss` or `balance_sheet` in the layout of that name, in their order."""
    text = (resources.files(__name__) / f"{name}_{statement}.yaml").read_text("utf-8")
    return tuple(_line(line, body) for line, body in read_yaml(text).items())


def _line(name: str, body: dict[str, Any]) -> Line:
    return Line(
        name=name,
        label=body["label"],
        number=body.get("number"),
        level=body.get("level", 2 if body.get("part") else 1 if "accounts" in body else 0),
        kind=_kind(body),
        side=body.get("side", "debit"),
        accounts={chart: tuple(codes) for chart, codes in body.get("accounts", {}).items()},
        add=tuple(body.get("add", ())),
        less=tuple(body.get("less", ())),
        is_marked=body.get("marked", False),
    )


def _kind(body: dict[str, Any]) -> Kind:
    if body.get("heading"):
        return "heading"
    if "add" in body:
        return "total"
    return "part" if body.get("part") else "line"


def values_of(
    lines: Iterable[Line], chart: str, balances: Mapping[str, Decimal], marks: Marks = NO_MARKS
) -> dict[str, Decimal]:
    """Line → amount; `balances` by account code, debit less credit; `marks`: code → the part that it is shown as."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.name] = line.value(chart, balances, found, marks)
    return found


def inherited(marks: Marks, codes: Iterable[str]) -> dict[str, str]:
    """The marks of all accounts: sub-accounts are shown where the nearest one above them is."""
    above = {code: max((mark for mark in marks if code.startswith(mark)), key=len, default="") for code in codes}
    return {code: marks[mark] for code, mark in above.items() if mark}


def unplaced(lines: Iterable[Line], chart: str, balances: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What stands on accounts that no line holds: shown, never lost."""
    known = list(lines)
    return {
        code: amount
        for code, amount in balances.items()
        if amount and not any(line.holds(chart, code) for line in known)
    }
