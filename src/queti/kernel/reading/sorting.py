"""Order and keyset paging: blanks last ascending and first descending, `id` closes every sort.

This is PostgreSQL's own order of NULLs, so one index serves a sort in both directions. A
cursor carries the release, a fingerprint of the question and the last row's sort values;
it is read strictly and refused when it doesn't fit, and it says nothing that its
reader's own filter couldn't.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa

from queti.kernel.errors import Refusal

Condition = sa.ColumnElement[bool]


class WrongCursor(Refusal):
    """This list has changed since its last page was read; load it again from the start."""

    zh = "列表自上一页之后已有变化，请从头重新加载。"
    field = "after"


@dataclass(frozen=True, slots=True)
class SortKey:
    path: tuple[str, ...]
    descending: bool


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """`-ordered_on,number` → keys; `id` is appended in the direction of the last key."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    keys = [SortKey(tuple(part.lstrip("-+").split(".")), part.startswith("-")) for part in parts]
    if not any(key.path == ("id",) for key in keys):
        keys.append(SortKey(("id",), bool(keys) and keys[-1].descending))
    return tuple(keys)


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """One sort key in SQL."""

    column: sa.ColumnElement[Any]
    descending: bool
    nullable: bool

    @property
    def by(self) -> sa.ColumnElement[Any]:
        return self.column.desc() if self.descending else self.column.asc()


def after(order: Sequence[Ordered], blanks: Sequence[bool]) -> list[Condition]:
    """The rows behind the cursor whose values are the parameters `after_0`, …

    `blanks` says which of them are blank. The parts that are answered are disjoint and in
    order, and each is one range of an index on the keys.
    """
    values = [
        None if blank else sa.bindparam(f"after_{at}", type_=key.column.type)
        for at, (key, blank) in enumerate(zip(order, blanks, strict=True))
    ]
    if len({key.descending for key in order}) == 1 and not any(blanks):
        return _same_direction(order, [value for value in values if value is not None])
    first, value = order[0], values[0]
    parts = [sa.and_(_equal(first, value), _behind(order[1:], values[1:]))] if len(order) > 1 else []
    return [_bounded(first, value, parts), *_blank_part(first, value)]


def _same_direction(order: Sequence[Ordered], values: Sequence[sa.BindParameter[Any]]) -> list[Condition]:
    """A comparison of rows, which an index follows from its start.

    It passes over blanks: descending that is right, they came before; ascending they follow
    the rows that are equal in all keys before them.
    """
    left = sa.tuple_(*(key.column for key in order)) if len(order) > 1 else order[0].column
    right = sa.tuple_(*values) if len(order) > 1 else values[0]
    if order[0].descending:
        return [left < right]
    blanks = [
        sa.and_(*map(_equal, order[:at], values[:at]), key.column.is_(None))
        for at, key in enumerate(order)
        if key.nullable
    ]
    return [left > right, *blanks]


def _bounded(first: Ordered, value: Any, parts: Sequence[Condition]) -> Condition:
    """The part in which the first key isn't blank, or, behind a blank, is blank still."""
    if value is None:
        return parts[0] if parts else sa.false()
    bound = first.column <= value if first.descending else first.column >= value
    beyond = first.column < value if first.descending else first.column > value
    return sa.and_(bound, sa.or_(beyond, *parts))


def _blank_part(first: Ordered, value: Any) -> list[Condition]:
    """Ascending, blanks follow all values; descending, all values follow the blanks."""
    if first.descending:
        return [first.column.is_not(None)] if value is None else []
    return [first.column.is_(None)] if value is not None and first.nullable else []


def _behind(order: Sequence[Ordered], values: Sequence[Any]) -> Condition:
    key, value = order[0], values[0]
    ways: list[Condition] = [*_blank_part(key, value)]
    if value is not None:
        ways.append(key.column < value if key.descending else key.column > value)
    if len(order) > 1:
        ways.append(sa.and_(_equal(key, value), _behind(order[1:], values[1:])))
    return sa.or_(sa.false(), *ways)


def _equal(key: Ordered, value: Any) -> Condition:
    return key.column.is_(None) if value is None else key.column == value


def fingerprint(*question: object) -> str:
    return blake2b(repr(question).encode(), digest_size=8).hexdigest()


def write_cursor(release: int, question: str, values: Sequence[Any]) -> str:
    packed = msgspec.json.encode([release, question, list(values)])
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(cursor: str, release: int, question: str, types: Sequence[type]) -> list[Any]:
    """The sort values of the last row; WrongCursor where it is not a cursor of this question."""
    try:
        packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of_release, of_question, values = msgspec.json.decode(packed, type=tuple[int, str, list[Any]])
        if (of_release, of_question, len(values)) != (release, question, len(types)):
            raise WrongCursor
        return [None if value is None else _read(value, type) for value, type in zip(values, types, strict=True)]
    except (binascii.Error, ValueError, msgspec.DecodeError, msgspec.ValidationError, OverflowError) as problem:
        raise WrongCursor from problem


def _read(value: Any, type: type[Any]) -> Any:
    if type is str and "\0" in (value if isinstance(value, str) else ""):
        raise ValueError("not a text of the database")
    found: Any = msgspec.convert(value, type)
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError("a moment without offset")
    if isinstance(found, Decimal) and not found.is_finite():
        raise ValueError("not a number of the database")
    if isinstance(found, int) and abs(found) >= 2**63:
        raise ValueError("not an id")
    return found
