"""Decisions: rows of conditions and outcomes, whatever the kind; rates and decisions that call others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from queti.kernel.definitions.fields import Choice
from queti.kernel.definitions.shared import Definition, Words

RuleKind = Literal["table", "scorecard", "tree", "set", "decision", "rates"]
Hit = Literal["first", "unique", "any", "priority", "collect"]


class ColumnDef(Definition):
    """What a rule asks, or what follows from it."""

    order: float = 0
    type: str = ""
    """Of an input that is given with the case, and of an output; blank: a number given, a text that follows."""
    formula: str = ""
    """What is asked, over the record and the inputs before; of a decision's output: its value."""
    choices: dict[str, Choice] = {}
    to: str = ""
    """Link: the object that it leads to."""
    decimals: int | None = None
    """Number, money: what follows is rounded to these."""


class RowDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One row: a condition and its outcome; of a tree a branching."""

    when: dict[str, str] | str = ""
    """Input → cell, or one formula; nothing: always."""
    then: dict[str, str] = {}
    """Output → formula over the record and the inputs."""
    priority: float = 0
    from_: str = ""
    """Rates: the first day on which the row is valid."""
    until: str = ""
    """Rates: the last day; blank: until the next row of the same cells."""
    note: str = ""
    branches: list[RowDef] = []


class RuleCallDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A decision's call of another rule."""

    rule: str
    given: dict[str, str] = {}
    """Input of that rule → formula over this one's record, inputs and earlier answers."""
    order: float = 0


class RuleTestDef(Definition):
    """What a rule must answer; publishing is refused where it doesn't."""

    given: dict[str, Any] = {}
    """Input, or path of the record, → value as JSON."""
    record: int | None = None
    """The record that it was made from."""
    expected: Any = None
    order: float = 0


class AnswerCheckDef(Definition):
    """What every answer must come to, whatever is asked: `require` must be true, else `say`.

    A formula over the inputs and the outputs; of collected rows over the list `rows`: `sum(rows.debit)`.
    """

    require: str
    say: Words


class RuleDef(Definition):
    """A decision, in one place for every entrance."""

    rule: str
    kind: RuleKind = "table"
    on: str = ""
    """Object whose records it decides on; blank: on typed inputs alone."""
    inputs: dict[str, ColumnDef] = {}
    outputs: dict[str, ColumnDef] = {}
    hit: Hit = "first"
    collect: Literal["list", "sum", "min", "max", "count"] = "list"
    rows: list[RowDef] = []
    default: dict[str, str] = {}
    """Outcome where no row fires."""
    bands: list[RowDef] = []
    """Scorecard: the score's outcome."""
    as_of: str = ""
    """Rates: the day that counts; blank: today."""
    calls: dict[str, RuleCallDef] = {}
    checks: dict[str, AnswerCheckDef] = {}
    tests: dict[str, RuleTestDef] = {}


def leaves(
    rows: list[RowDef], place: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, RowDef, tuple[str, ...]]]:
    """(place, row, places of the branchings around it) in the order in which they are tried."""
    for index, row in enumerate(rows):
        here = f"{place}.{index}"
        yield from leaves(row.branches, f"{here}.branches", (*above, here))
        if row.then or not row.branches:
            yield here, row, above
