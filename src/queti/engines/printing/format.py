"""Values as a person reads them on paper: by field type, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.kernel import values_parts, values_texts
from queti.kernel.definitions import FieldDef
from queti.kernel.fields import FIELD_TYPES

NUMERIC = frozenset({"number", "money", "percent", "progress", "rating"})
YES_NO: Mapping[str, tuple[str, str]] = {"en": ("Yes", "No"), "zh": ("是", "否")}


def show(value: Any, definition: FieldDef, language: str, zone: ZoneInfo) -> str:
    """`value` as text; blank is the empty string. Numbers group thousands, money keeps its decimals."""
    if value is None or value == "":
        return ""
    match definition.type:
        case "money":
            return money(Decimal(value), 2 if definition.decimals is None else definition.decimals)
        case "number" | "rating":
            return grouped(Decimal(value))
        case "percent" | "progress":
            return f"{grouped(Decimal(value))}%"
        case "boolean":
            return YES_NO[language][0 if value else 1]
        case "choice" | "tree_choice" | "role":
            return choice_label(definition, str(value), language)
        case "choices":
            return "、".join(choice_label(definition, str(item), language) for item in value)
        case "date":
            return value.isoformat() if isinstance(value, date) else str(value)
        case "moment":
            return _moment(value, zone)
        case name if name in _ON_PAPER:
            return _ON_PAPER[name](value)
        case name:
            return FIELD_TYPES[name].write(value, definition)


def _file_name(value: Mapping[str, Any]) -> str:
    return str(value.get("name", ""))


_ON_PAPER: Mapping[str, Callable[[Any], str]] = {
    "address": values_parts.say_address,
    "rich_text": values_texts.plain,
    "file": _file_name,
    "image": _file_name,
    "signature": _file_name,
    "files": lambda value: "、".join(map(_file_name, value)),
}
"""Types that are told otherwise than a spreadsheet tells them."""


def grouped(value: Decimal) -> str:
    """`Decimal("1200.500000")` → `1,200.5`."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, decimals: int) -> str:
    """Two decimals where they tell all, more where a unit price needs them: `459.00`, `0.0125`."""
    text = f"{value:,.{decimals}f}"
    head, point, tail = text.partition(".")
    return f"{head}{point}{tail[:2]}{tail[2:].rstrip('0')}"


def choice_label(definition: FieldDef, name: str, language: str) -> str:
    choice = definition.choices.get(name)
    return in_language(choice.label, language) or name if choice else name


def in_language(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def _moment(value: datetime | str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
