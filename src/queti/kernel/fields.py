"""The registry of field types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB

from queti.kernel import values, values_parts, values_texts
from queti.kernel.definitions import FieldDef
from queti.kernel.fieldtype import COMMON_SETTINGS, COMPUTED, KEYS, FieldType, Reader
from queti.kernel.values import FieldError, decimals_of

__all__ = ["COMMON_SETTINGS", "FIELD_TYPES", "FieldError", "FieldType", "decimals_of", "field_type"]

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


def _sugar(
    name: str, en: str, zh: str, *settings: str, keeps_name: bool = False, refuses: frozenset[str] = frozenset()
) -> FieldType:
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
        keeps_name=keeps_name,
        refuses=refuses,
    )


def _entry(
    name: str,
    words: tuple[str, str],
    column: Callable[[FieldDef], sa.types.TypeEngine[Any]] | None,
    python: type,
    functions: tuple[Reader, Reader, Callable[[str, FieldDef], Any]],
    operators: tuple[str, ...],
    *settings: str,
    **more: Any,
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
        **more,
    )


def _text_like(name: str, words: tuple[str, str], read: Reader, *settings: str, **more: Any) -> FieldType:
    functions = read, values.show_plain, values.text_as_is
    return _entry(name, words, lambda _: sa.Text(), str, functions, more.pop("operators", _TEXT), *settings, **more)


def _of_parts(
    name: str,
    words: tuple[str, str],
    functions: tuple[Reader, Callable[[str, FieldDef], Any], Callable[[Any, FieldDef], str]],
    *settings: str,
    **more: Any,
) -> FieldType:
    read, from_text, write = functions
    return _entry(
        name,
        words,
        lambda _: JSONB(),
        more.pop("python", dict),
        (read, values.show_plain, from_text),
        ("blank", "not_blank"),
        *settings,
        write=write,
        refuses=KEYS | COMPUTED,
        has_parts=True,
        is_special=True,
        **more,
    )


def _link(name: str, words: tuple[str, str], to: str, *settings: str) -> FieldType:
    return _entry(name, words, None, int, _LINK, _PICK, *_LINK_SETTINGS, *settings, links_to=to)


_CHOICE = values.read_choice, values.show_plain, values.text_as_choice
_LINK = values.read_link, values.show_plain, values.text_as_link
_LINK_SETTINGS = "reverse", "reverse_label", "on_remove", "filter"
_ONE_FILE = values_parts.read_file, values_parts.text_as_file, values_parts.write_file
_FILES = values_parts.read_files, values_parts.text_as_files, values_parts.write_files

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
        write=values.write_boolean,
        refuses=frozenset({"unique", "search"}),
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
        write=values.write_shown(values.show_date),
    ),
    _entry(
        "moment",
        ("Moment", "时间"),
        lambda _: sa.TIMESTAMP(timezone=True),
        datetime,
        (values.read_moment, values.show_moment, values.text_as_is),
        _COMPARE,
        write=values.write_shown(values.show_moment),
    ),
    _entry(
        "duration",
        ("Duration", "时长"),
        lambda _: sa.Interval(),
        timedelta,
        (values.read_duration, values.show_duration, values.text_as_is),
        _COMPARE,
        write=values.write_shown(values.show_duration),
    ),
    _entry(
        "choice",
        ("Choice", "单选"),
        lambda _: sa.Text(),
        str,
        _CHOICE,
        _PICK,
        "choices",
        attends=True,
    ),
    _entry(
        "choices",
        ("Multiple choice", "多选"),
        lambda _: ARRAY(sa.Text()),
        list,
        (values.read_choices, values.show_plain, values.text_as_choices),
        ("contains", "blank", "not_blank"),
        "choices",
        write=values.write_choices,
        is_unordered=True,
        refuses=KEYS,
        attends=True,
    ),
    _entry(
        "link",
        ("Link", "关联"),
        lambda _: sa.BigInteger(),
        int,
        _LINK,
        _PICK,
        "to",
        *_LINK_SETTINGS,
        links_to="to",
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
        is_unordered=True,
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
        write=values_parts.write_json,
        refuses=KEYS,
        has_parts=True,
    ),
    _entry(
        "integer",
        ("Whole number", "整数"),
        lambda _: sa.BigInteger(),
        int,
        (values.read_integer, values.show_plain, values.text_as_is),
        _COMPARE,
    ),
    _of_parts("file", ("File", "文件"), _ONE_FILE, "accept", "max_size", attends=True, holds_files=True),
    _of_parts(
        "files",
        ("Files", "多个文件"),
        _FILES,
        "accept",
        "max_size",
        "max_count",
        python=list,
        attends=True,
        holds_files=True,
    ),
    _of_parts("image", ("Image", "图片"), _ONE_FILE, "accept", "max_size", attends=True, holds_files=True),
    _of_parts("signature", ("Signature", "签名"), _ONE_FILE, attends=True, holds_files=True),
    _of_parts(
        "address",
        ("Address", "地址"),
        (values_parts.read_address, values_parts.text_as_address, values_parts.write_address),
    ),
    _of_parts(
        "location",
        ("Location", "定位"),
        (values_parts.read_location, values_parts.text_as_location, values_parts.write_location),
    ),
    _text_like(
        "rich_text",
        ("Rich text", "富文本"),
        values_texts.read_rich_text,
        "max_length",
        operators=("contains", "blank", "not_blank"),
        refuses=KEYS | COMPUTED,
        is_unordered=True,
        is_special=True,
    ),
    _text_like("colour", ("Colour", "颜色"), values_texts.read_colour, operators=_PICK, refuses=frozenset({"search"})),
    _text_like("time", ("Time of day", "时刻"), values_texts.read_time, operators=_COMPARE),
    _text_like("id_number", ("ID number", "身份证号"), values_texts.read_id_number, is_text=True),
    _text_like("barcode", ("Barcode", "条码"), values_texts.read_barcode, "symbology", is_text=True),
    _text_like(
        "region",
        ("Province, city, district", "省市区"),
        values_texts.read_region,
        "depth",
        operators=("under", *_PICK),
        write=values_texts.show_region,
        refuses=frozenset({"unique", "search"}),
    ),
    _entry(
        "tree_choice",
        ("Tree choice", "树形选项"),
        lambda _: sa.Text(),
        str,
        _CHOICE,
        ("under", *_PICK),
        "choices",
        attends=True,
    ),
    _entry("role", ("Role", "角色"), lambda _: sa.Text(), str, _CHOICE, _PICK),
    _entry(
        "roles",
        ("Roles", "多个角色"),
        lambda _: ARRAY(sa.Text()),
        list,
        (values.read_choices, values.show_plain, values.text_as_choices),
        ("contains", "blank", "not_blank"),
        refuses=KEYS,
        write=values.write_choices,
    ),
    _entry(
        "rating",
        ("Rating", "评分"),
        lambda _: sa.BigInteger(),
        int,
        (values.read_rating, values.show_plain, values.text_as_whole),
        _COMPARE,
        "max",
        refuses=frozenset({"unique", "search"}),
    ),
    _decimal_type("progress", "Progress", "进度", values.show_number),
    _entry(
        "date_range",
        ("Date range", "日期范围"),
        lambda _: DATERANGE(),
        values_parts.Range,
        (values_parts.read_date_range, values_parts.show_date_range, values_parts.text_as_date_range),
        ("overlaps", "blank", "not_blank"),
        write=values_parts.write_date_range,
        is_unordered=True,
        refuses=KEYS | COMPUTED,
    ),
    _entry(
        "encrypted",
        ("Encrypted text", "加密文本"),
        lambda _: sa.Text(),
        str,
        (values_parts.read_encrypted, values_parts.show_kept, values_parts.text_as_encrypted),
        (),
        "max_length",
        "write_only",
        write=values_parts.write_kept,
        refuses=KEYS | COMPUTED,
        is_special=True,
        has_parts=True,
        attends=True,
    ),
    _link("user", ("Person", "人员"), "base.user"),
    _link("department", ("Department", "部门"), "base.department"),
    _link("cascade", ("Cascade", "级联选择"), "to", "to", "tree"),
    _sugar("capitals", "Amount in capitals", "大写金额", "path", keeps_name=True),
    _sugar("query", "Query", "查询", "to", "where", "sort", "take", refuses=KEYS | COMPUTED | frozenset({"required"})),
    _sugar("formula", "Formula", "公式", "decimals", "currency"),
    _sugar("lookup", "Lookup", "引用", "path", "decimals", "currency"),
    _sugar("rollup", "Roll-up", "汇总", "decimals", "currency"),
)

FIELD_TYPES: dict[str, FieldType] = {entry.name: entry for entry in _TYPES}


def field_type(name: str) -> FieldType:
    """The entry of that name; KeyError where there is none."""
    return FIELD_TYPES[name]
