"""What a field type is: one entry drives column, reading, showing, filters and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

from queti.kernel import values
from queti.kernel.definitions import FieldDef, Words

Reader = Callable[[Any, FieldDef], Any]


@dataclass(frozen=True, slots=True, eq=False)
class FieldType:
    """What a field of this type is.

    `read` takes a value that is not None, strictly typed, and answers the Python value
    (None where it is blank) or raises FieldError. `show` makes its JSON value.
    `from_text` turns a spreadsheet's text into what `read` takes, `write` makes the text that
    `from_text` takes. `fit` rounds a computed value to what the column holds. `operators` are
    those offered by filters. `settings` are the properties of a FieldDef that mean something
    besides the common ones, `refuses` the common ones that mean nothing.
    """

    name: str
    label: Words
    column: Callable[[FieldDef], sa.types.TypeEngine[Any]] | None
    python: type
    read: Reader
    show: Reader
    from_text: Callable[[str, FieldDef], Any]
    operators: tuple[str, ...]
    settings: frozenset[str]
    fit: Reader = values.show_plain
    write: Callable[[Any, FieldDef], str] = values.write_plain
    refuses: frozenset[str] = frozenset()
    is_text: bool = False
    is_sugar: bool = False
    links_to: str = ""
    """A link under a name of its own: the object that it always leads to, or "to", the field's own."""
    keeps_name: bool = False
    """Sugar that the screen shows in a way of its own, whatever type its formula has."""
    has_parts: bool = False
    """Formulas can only ask whether it is blank, and nothing is sorted by it: several parts, or a secret."""
    is_unordered: bool = False
    """It has no order that a list could have: a set, a range, a text with its look."""
    is_special: bool = False
    """What stands in such a column is nobody else's: a field that becomes one of this type gets a new column."""
    holds_files: bool = False
    attends: bool = False
    """A new value is looked at again before it is written, with the Work at hand; see writing/attending."""

    @property
    def is_sortable(self) -> bool:
        return not (self.has_parts or self.is_unordered)

    def ddl(self, field: FieldDef) -> str:
        """The column's type as PostgreSQL names it."""
        if self.column is None:
            raise TypeError(f"{self.name} has no column")
        return _ddl(self.column, field.type, field.decimals)

    def read_or_blank(self, value: Any, field: FieldDef) -> Any:
        return None if value is None else self.read(value, field)

    def show_or_blank(self, value: Any, field: FieldDef) -> Any:
        return None if value is None else self.show(value, field)


@lru_cache(maxsize=1024)
def _ddl(column: Callable[[FieldDef], sa.types.TypeEngine[Any]], type: str, decimals: int | None) -> str:
    return column(FieldDef(type=type, decimals=decimals)).compile(dialect=_DIALECT)


_DIALECT = PGDialect()

COMMON_SETTINGS = frozenset(
    [
        "type",
        "label",
        "formerly",
        "help",
        "app",
        "order",
        "group",
        "required",
        "unique",
        "index",
        "search",
        "read_only",
        "fixed",
        "in_list",
        "hidden",
        "keeps_history",
        "default",
        "formula",
    ]
)
KEYS = frozenset({"unique", "index", "search"})
COMPUTED = frozenset({"formula", "default"})
