"""The registry of field types: one entry drives column, reading, showing, filters and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.base import PGDialect

from queti.kernel import values
from queti.kernel.definitions import FieldDef, Words
from queti.kernel.values import FieldError, decimals_of

__all__ = ["FIELD_TYPES", "FieldError", "FieldType", "decimals_of", "field_type"]

Reader = Callable[[Any, FieldDef], Any]


@dataclass(frozen=True, slots=True, eq=False)
class FieldType:
    """What a field of this type is.

    `read` takes a value that is not None, strictly typed, and answers the Python value
    (None where it is blank) or raises FieldError. `show` makes its JSON value.
    `from_text` turns a spreadsheet's text into what `read` takes. `fit` rounds a computed
    value to what the column holds. `operators` are those offered by filters. `settings`
    are the properties of a FieldDef that mean something besides the common ones.
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
    is_text: bool = False
    is_sugar: bool = False

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
        "default",
        "formula",
    ]
)
INPUT_SETTINGS = frozenset({"many"})

_COMPARE = ("=", "!=", "<", "<=", ">", ">=", "between", "blank", "not_blank")
_TEXT = ("contains", "=", "!=", "starts_with", "ends_with", "in", "blank", "not_blank")
_PICK = ("=", "!=", "in", "not_in", "blank", "not_blank")


def _numeric(field: FieldDef) -> sa.types.TypeEngine[Any]:
    places = decimals_of(field)
    return sa.Numeric(values.WHOLE_DIGITS + places, places)


def _text_type(name: str, en: str, zh: str, read: Reader, *settings: str) -> FieldType:
    return FieldType(
        name=name,
        label={"en": en, "zh": zh},
        column=lambda _: sa.Text(),
        python=str,
        read=read,
        show=values.show_plain,
        from_text=values.text_as_is,
        operators=_TEXT,
        settings=frozenset({"max_length", *settings}),
        is_text=True,
    )


def _decimal_type(name: str, en: str, zh: str, show: Reader, *settings: str) -> FieldType:
    return FieldType(
        name=name,
        label={"en": en, "zh": zh},
        column=_numeric,
        python=Decimal,
        read=values.read_decimal,
        show=show,
        from_text=values.text_as_decimal,
        operators=_COMPARE,
        settings=frozenset({"decimals", "min", "max", *settings}),
        fit=values.fit_decimal,
    )


def _sugar(name: str, en: str, zh: str, *settings: str) -> FieldType:
    return FieldType(
        name=name,
        label={"en": en, "zh": zh},
        column=None,
        python=object,
        read=values.read_json,
        show=values.show_plain,
        from_text=values.text_as_is,
        operators=(),
        settings=frozenset(settings),
        is_sugar=True,
    )


def _entry(
    name: str,
    words: tuple[str, str],
    column: Callable[[FieldDef], sa.types.TypeEngine[Any]] | None,
    python: type,
    functions: tuple[Reader, Reader, Callable[[str, FieldDef], Any]],
    operators: tuple[str, ...],
    *settings: str,
) -> FieldType:
    read, show, from_text = functions
    return FieldType(
        name=name,
        label={"en": words[0], "zh": words[1]},
        column=column,
        python=python,
        read=read,
        show=show,
        from_text=from_text,
        operators=operators,
        settings=frozenset(settings),
    )


_TYPES = (
    _text_type("text", "Text", "文本", values.read_text),
    _text_type("long_text", "Long text", "多行文本", values.read_long_text),
    _decimal_type("number", "Number", "数字", values.show_number),
    _decimal_type("money", "Money", "金额", values.show_money, "currency"),
    _decimal_type("percent", "Percent", "百分比", values.show_number),
    _entry(
        "boolean",
        ("Yes/no", "是/否"),
        lambda _: sa.Boolean(),
        bool,
        (values.read_boolean, values.show_plain, values.text_as_boolean),
        ("=",),
    ),
    _entry(
        "date",
        ("Date", "日期"),
        lambda _: sa.Date(),
        date,
        (values.read_date, values.show_date, values.text_as_date),
        _COMPARE,
        "min",
        "max",
    ),
    _entry(
        "moment",
        ("Moment", "时间"),
        lambda _: sa.TIMESTAMP(timezone=True),
        datetime,
        (values.read_moment, values.show_moment, values.text_as_is),
        _COMPARE,
    ),
    _entry(
        "duration",
        ("Duration", "时长"),
        lambda _: sa.Interval(),
        timedelta,
        (values.read_duration, values.show_duration, values.text_as_is),
        _COMPARE,
    ),
    _entry(
        "choice",
        ("Choice", "单选"),
        lambda _: sa.Text(),
        str,
        (values.read_choice, values.show_plain, values.text_as_choice),
        _PICK,
        "choices",
    ),
    _entry(
        "choices",
        ("Multiple choice", "多选"),
        lambda _: ARRAY(sa.Text()),
        list,
        (values.read_choices, values.show_plain, values.text_as_choices),
        ("contains", "blank", "not_blank"),
        "choices",
    ),
    _entry(
        "link",
        ("Link", "关联"),
        lambda _: sa.BigInteger(),
        int,
        (values.read_link, values.show_plain, values.text_as_link),
        _PICK,
        "to",
        "reverse",
        "reverse_label",
        "on_remove",
        "filter",
    ),
    _entry(
        "lines",
        ("Lines", "明细"),
        None,
        list,
        (values.read_rows, values.show_plain, values.text_as_json),
        (),
        "of",
        "min_rows",
        "fields",
    ),
    _entry(
        "group",
        ("Group", "组"),
        None,
        dict,
        (values.read_group, values.show_plain, values.text_as_json),
        (),
        "fields",
    ),
    _text_type("email", "Email", "邮箱", values.read_email),
    _text_type("phone", "Phone", "电话", values.read_phone),
    _text_type("url", "URL", "网址", values.read_url),
    _text_type("serial", "Serial number", "编号", values.read_text, "pattern", "gap_free"),
    _entry(
        "json",
        ("JSON", "JSON"),
        lambda _: JSONB(),
        object,
        (values.read_json, values.show_plain, values.text_as_json),
        ("blank", "not_blank"),
    ),
    _entry(
        "integer",
        ("Whole number", "整数"),
        lambda _: sa.BigInteger(),
        int,
        (values.read_integer, values.show_plain, values.text_as_is),
        _COMPARE,
    ),
    _sugar("formula", "Formula", "公式", "decimals", "currency"),
    _sugar("lookup", "Lookup", "引用", "path", "decimals", "currency"),
    _sugar("rollup", "Roll-up", "汇总", "decimals", "currency"),
)

FIELD_TYPES: dict[str, FieldType] = {entry.name: entry for entry in _TYPES}


def field_type(name: str) -> FieldType:
    """The entry of that name; KeyError where there is none."""
    return FIELD_TYPES[name]
