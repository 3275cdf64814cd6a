"""Records as operations see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Record:
    """One record's values at the moment of reading or writing.

    `order.customer`, `order["customer.name"]`; lines are lists of records.
    """

    __slots__ = ("object", "values")

    object: str
    values: dict[str, Any]

    def __init__(self, object: str, values: dict[str, Any]) -> None:
        self.object = object
        self.values = values

    @property
    def id(self) -> int:
        return self.values["id"]

    @property
    def version(self) -> int:
        """Append-only records and lines have no version of their own: 1."""
        return self.values.get("version") or 1

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"{self.object} was read without {name!r}") from None

    def __getitem__(self, path: str) -> Any:
        return self.values[path]

    def __contains__(self, path: str) -> bool:
        return path in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, path: str, default: Any = None) -> Any:
        value = self.values.get(path)
        return default if value is None else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self.object, self.id) == (other.object, other.id)

    def __hash__(self) -> int:
        return hash((self.object, self.id))

    def __repr__(self) -> str:
        return f"<{self.object} {self.values.get('id')}>"


class Rows(list[Record]):
    """Records in order; `rows.where(supply="make")` picks those with equal values."""

    def where(self, **equal: Any) -> Rows:
        return Rows(record for record in self if all(record[name] == value for name, value in equal.items()))


def id_of(record: Record | int) -> int:
    return record if isinstance(record, int) else record.id
