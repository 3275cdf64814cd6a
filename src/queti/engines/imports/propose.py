"""Fields that a spreadsheet's columns suggest: each with its type, and how many cells other types could not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from queti.engines.imports.sources import Table
from queti.engines.spelling import spelled
from queti.kernel.definitions import Choice, FieldDef
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.values import FieldError

LOOKED_AT = 5_000
"""Rows that the guess is made from."""
SHOWN = 5
MOST_WRONG = 0.2
"""Share of cells that a type may fail to read and still be proposed; they are counted and shown."""
MOST_CHOICES, FEW = 40, 12
"""Different words that may be choices, and those that are proposed as such when each comes again and again."""
LONG = 80

_STRICT = ("boolean", "date", "moment", "number", "email", "phone", "url")
"""In the order in which they are tried: the narrower first."""
_NUMBER = FieldDef(type="number", decimals=12)


class Column(msgspec.Struct):
    """`problems`: type → cells that it can't read; types that read nothing are left out."""

    column: str
    heading: str
    name: str
    field: dict[str, Any]
    filled: int
    problems: dict[str, int]
    samples: list[str]
    choices: dict[str, Any]
    """The column's words as choices, where they are few."""


def propose_fields(table: Table) -> list[Column]:
    """One field a column that has anything in it."""
    rows = table.rows[:LOOKED_AT]
    taken: set[str] = {"id", "version", "search", "parent", "position"}
    return [_proposed(column, table, [row[column] for row in rows if row[column]], taken) for column in table.columns]


def _proposed(column: str, table: Table, cells: list[str], taken: set[str]) -> Column:
    heading = table.headings[column]
    problems, choices = _problems(cells), _choices(cells)
    if choices:
        problems["choice"] = 0
    field = _field(cells, problems, choices)
    name = _name(heading, taken)
    return Column(column, heading, name, field, len(cells), problems, list(dict.fromkeys(cells))[:SHOWN], choices)


def _problems(cells: list[str]) -> dict[str, int]:
    if not cells:
        return {"text": 0, "long_text": 0}
    counted = {type: sum(not _reads(type, cell) for cell in cells) for type in _STRICT}
    readable = {type: wrong for type, wrong in counted.items() if wrong < len(cells)}
    number = {"money": readable["number"], "percent": readable["number"]} if "number" in readable else {}
    return {**readable, **number, "text": 0, "long_text": 0}


def _reads(type: str, cell: str) -> bool:
    entry = FIELD_TYPES[type]
    field = _NUMBER if type == "number" else FieldDef(type=type)
    if type == "phone" and not _PHONE.fullmatch(cell):
        return False
    try:
        entry.read(entry.from_text(_moment(cell) if type == "moment" else cell, field), field)
    except FieldError:
        return False
    return True


_PHONE = re.compile(r"\+?\d[\d\s()\-]{6,17}\d")


def _moment(cell: str) -> str:
    """A spreadsheet's `2026-03-04 15:20:00`, as the type reads it."""
    return cell.replace(" ", "T", 1) + ("" if re.search(r"(Z|[+-]\d\d:?\d\d)$", cell) else "Z")


def _field(cells: list[str], problems: dict[str, int], choices: dict[str, Any]) -> dict[str, Any]:
    fitting = [type for type in _STRICT if problems.get(type, len(cells) + 1) <= len(cells) * MOST_WRONG]
    for type in fitting:
        if type == "number" and _is_code(cells):
            break
        if type == "phone" and "number" in fitting:
            continue
        return _with_settings(type, cells)
    if choices and len(choices) <= FEW and len(choices) * 3 <= len(cells):
        return {"type": "choice", "choices": choices}
    is_long = any(len(cell) > LONG or "\n" in cell for cell in cells)
    return {"type": "long_text"} if is_long else {"type": "text", **({"search": True} if cells else {})}


def _is_code(cells: Iterable[str]) -> bool:
    """`00123` is no number though it reads as one, and neither is an account of sixteen digits."""
    return any(re.fullmatch(r"0\d+|\d{15,}", cell) for cell in cells)


def _with_settings(type: str, cells: list[str]) -> dict[str, Any]:
    if type != "number":
        return {"type": type}
    if any(re.search(r"[¥￥$€]", cell) for cell in cells):
        return {"type": "money"}
    if all(cell.rstrip().endswith(("%", "％")) for cell in cells):
        return {"type": "percent"}
    places = max((len(cell.rpartition(".")[2]) for cell in cells if re.fullmatch(r"-?\d+\.\d+", cell)), default=0)
    return {"type": "number", "decimals": min(places, 6)}


def _choices(cells: list[str]) -> dict[str, Any]:
    words = list(dict.fromkeys(cells))
    if not 2 <= len(words) <= MOST_CHOICES or any(len(word) > 24 for word in words):
        return {}
    return {name: msgspec.to_builtins(choice) for name, choice in _named_choices(words)}


def _named_choices(words: Iterable[str]) -> Iterator[tuple[str, Choice]]:
    taken: set[str] = set()
    for place, word in enumerate(words, 1):
        yield _name(word, taken, "choice"), Choice(label=_words(word), order=10 * place)


def _words(text: str) -> dict[str, str]:
    return {"zh": text} if re.search(r"[\u4e00-\u9fff]", text) else {"en": text}


def _name(text: str, taken: set[str], otherwise: str = "field") -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", spelled(text).lower()).strip("_")[:34].rstrip("_")
    start = plain if plain[:1].isalpha() else f"{otherwise}_{plain}".rstrip("_")
    name, place = start, 2
    while name in taken:
        name, place = f"{start}_{place}", place + 1
    taken.add(name)
    return name
