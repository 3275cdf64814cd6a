"""Values of several parts: files, addresses, places, ranges of days, kept secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import msgspec
from psycopg.types.range import Range

from queti.kernel import regions
from queti.kernel.definitions import FieldDef
from queti.kernel.values import FieldError, read_date, read_phone, read_text, text_as_date

Parts = dict[str, Any]
Days = Range[date]
"""As PostgreSQL holds it: the first day, and the day behind the last; None where it is open."""

KEPT: Parts = {"kept": True}
"""What anybody sees of an encrypted value; given back, it leaves the value as it is."""


# --- files


def read_file(value: Any, _field: FieldDef) -> Parts | None:
    """`{file: id}`; name, size and type are those of the upload, filled in before writing."""
    if value == {}:
        return None
    id = cast("Mapping[str, Any]", value).get("file") if isinstance(value, Mapping) else value
    if isinstance(id, bool) or not isinstance(id, int) or not 0 < id < 2**63:
        raise FieldError("file", 'Must be an uploaded file: {"file": id}.', '必须是已上传的文件：{"file": id}。')
    return {"file": id}


def read_files(value: Any, field: FieldDef) -> list[Parts] | None:
    if not isinstance(value, list | tuple):
        raise FieldError("files", "Must be a list of files.", "必须是文件的列表。")
    found = [file for file in (read_file(each, field) for each in cast("list[Any]", value)) if file]
    unique = list({file["file"]: file for file in found}.values())
    if field.max_count is not None and len(unique) > field.max_count:
        raise FieldError("too_many", f"At most {field.max_count} files.", f"最多 {field.max_count} 个文件。")
    return unique or None


def write_file(value: Parts, _field: FieldDef) -> str:
    return f"{value.get('name', '')} #{value['file']}".strip()


def write_files(value: list[Parts], field: FieldDef) -> str:
    return "\n".join(write_file(each, field) for each in value)


def text_as_file(text: str, _field: FieldDef) -> Any:
    match = re.search(r"#(\d{1,18})\s*$", text, re.ASCII)
    if not match:
        raise FieldError(
            "file", "Must end with the number of an uploaded file, like #12.", "必须以文件编号结尾，如 #12。"
        )
    return {"file": int(match[1])}


def text_as_files(text: str, field: FieldDef) -> Any:
    return [text_as_file(line, field) for line in text.splitlines() if line.strip()]


# --- addresses and places

ADDRESS = ("country", "region", "street", "postcode", "name", "phone")
_ADDRESS_FIELDS = {name: FieldDef(type="text", max_length=200) for name in ADDRESS}


def read_address(value: Any, _field: FieldDef) -> Parts | None:
    """`{country, region, street, postcode, name, phone}`, each a text; `region` the code of a Chinese division."""
    given = _parts(value, ADDRESS, "address", "an address", "地址")
    found: Parts = {}
    for name in ADDRESS:
        part = given.get(name)
        read = None if part is None else _read_address_part(name, part)
        if read is not None:
            found[name] = read
    return found or None


def _read_address_part(name: str, part: Any) -> str | None:
    field = _ADDRESS_FIELDS[name]
    if name == "phone":
        return read_phone(part, field)
    text = read_text(part, field)
    if name != "region" or text is None:
        return text
    code = regions.find(text)
    if code is None:
        raise FieldError("region", f"There is no division “{text}”.", f"没有行政区划“{text}”。")
    return code


def write_address(value: Parts, _field: FieldDef) -> str:
    return "; ".join(f"{name}: {value[name]}" for name in ADDRESS if name in value)


def text_as_address(text: str, _field: FieldDef) -> Any:
    """`region: 330108; street: …` as exports write it; else a street."""
    parts = re.split(rf"(?:^|; )({'|'.join(ADDRESS)}): ", text.strip())
    if len(parts) < 3 or parts[0]:
        return {"street": text.strip()}
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def say_address(value: Parts) -> str:
    """As it is written on a parcel: who, where, how to call."""
    where = regions.full_name(value["region"]).replace(" / ", "") if "region" in value else ""
    lines = [" ".join(filter(None, (value.get("name"), value.get("phone")))), where + value.get("street", "")]
    last = " ".join(filter(None, (value.get("postcode"), value.get("country"))))
    return "\n".join(filter(None, (*lines, last)))


def read_location(value: Any, _field: FieldDef) -> Parts | None:
    """`{lat, lng}` in degrees of WGS 84, as text of at most 7 decimals (1 cm)."""
    given = _parts(value, ("lat", "lng"), "location", "a place", "位置")
    if not given:
        return None
    return {"lat": _degrees(given.get("lat"), 90), "lng": _degrees(given.get("lng"), 180)}


def _degrees(value: Any, most: int) -> str:
    text = str(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,20})?", text, re.ASCII) or abs(Decimal(text)) > most:
        raise FieldError(
            "location", "Must be degrees as text: lat ±90, lng ±180.", "须为文本形式的经纬度：lat ±90，lng ±180。"
        )
    plain = f"{round(Decimal(text), 7):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def write_location(value: Parts, _field: FieldDef) -> str:
    return f"{value['lat']}, {value['lng']}"


def text_as_location(text: str, _field: FieldDef) -> Any:
    parts = [part for part in re.split(r"[\s,，]+", text.strip()) if part]
    if len(parts) != 2:
        raise FieldError("location", "Must be latitude, longitude.", "必须是：纬度, 经度。")
    return {"lat": parts[0], "lng": parts[1]}


def _parts(value: Any, names: tuple[str, ...], code: str, en: str, zh: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not cast("Mapping[str, Any]", value).keys() <= set(names):
        raise FieldError(code, f"Must be {en} of {', '.join(names)}.", f"必须是由 {'、'.join(names)} 组成的{zh}。")
    return cast("Mapping[str, Any]", value)


# --- ranges of days

_DAY = FieldDef(type="date")


def read_date_range(value: Any, _field: FieldDef) -> Days | None:
    """`{from, to}`, both days inside; one of them may be blank: open on that side."""
    if isinstance(value, Range):
        return cast("Days", value)
    given = _parts(value, ("from", "to"), "date_range", "days", "日期范围")
    first, last = (None if day in (None, "") else read_date(day, _DAY) for day in (given.get("from"), given.get("to")))
    if first is None and last is None:
        return None
    if first and last and last < first:
        raise FieldError("date_range", "The last day lies before the first.", "结束日期早于开始日期。")
    if last == date.max:
        raise FieldError("date_range", "The last day lies too far away.", "结束日期过大。")
    return Range(first, last + timedelta(days=1) if last else None, "[)")


def show_date_range(value: Days, _field: FieldDef) -> Parts:
    return days_json(value)


def days_json(value: Days) -> Parts:
    """`{from, to}` as JSON carries it."""
    first, behind = value.lower, value.upper
    return {
        "from": first.isoformat() if first else None,
        "to": (behind - timedelta(days=1)).isoformat() if behind else None,
    }


def days_text(value: Days) -> str:
    """As PostgreSQL reads it."""
    return f"[{value.lower or ''},{value.upper or ''})"


def write_date_range(value: Any, _field: FieldDef) -> str:
    shown = days_json(cast("Days", value)) if isinstance(value, Range) else value
    return f"{shown['from'] or ''} ~ {shown['to'] or ''}"


def text_as_date_range(text: str, field: FieldDef) -> Any:
    parts = re.split(r"\s*(?:~|～|–|—|至|到|\bto\b)\s*", text.strip())
    if len(parts) != 2:
        raise FieldError(
            "date_range",
            "Must be two days like 2026-01-01 ~ 2026-01-31.",
            "必须是两个日期，如 2026-01-01 ~ 2026-01-31。",
        )
    return {key: text_as_date(part, field) if part else None for key, part in zip(("from", "to"), parts, strict=True)}


# --- secrets


def read_encrypted(value: Any, field: FieldDef) -> Any:
    """The text in the clear, which is sealed before it is written; KEPT leaves what is there."""
    return KEPT if value == KEPT else read_text(value, field)


def show_kept(_value: Any, _field: FieldDef) -> Parts:
    return dict(KEPT)


def write_kept(_value: Any, _field: FieldDef) -> str:
    return "••••"


def text_as_encrypted(text: str, _field: FieldDef) -> Any:
    return KEPT if text.strip() == "••••" else text


def write_json(value: Any, _field: FieldDef) -> str:
    return msgspec.json.encode(value).decode()
