"""Written dates and moments: `YYYY-MM-DD HH:MI:SS` and back.

The parts are YYYY, MM, DD, HH (00 to 23), MI and SS, in full width; M and D are the
month and day without a leading zero. Everything else stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queti.kernel.formulas import values

DATE_FORMAT = "YYYY-MM-DD"
MOMENT_FORMAT = "YYYY-MM-DD HH:MI:SS"

_PARTS = re.compile(r"YYYY|MM|DD|HH|MI|SS|M|D")
_READS = {
    "YYYY": r"(?P<Y>[0-9]{4})",
    "MM": r"(?P<M>[0-9]{1,2})",
    "M": r"(?P<M>[0-9]{1,2})",
    "DD": r"(?P<D>[0-9]{1,2})",
    "D": r"(?P<D>[0-9]{1,2})",
    "HH": r"(?P<h>[0-9]{1,2})",
    "MI": r"(?P<m>[0-9]{1,2})",
    "SS": r"(?P<s>[0-9]{1,2})",
}
_WRITES: dict[str, Callable[[date], str]] = {
    "YYYY": lambda day: f"{day.year:04}",
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: str(day.month),
    "DD": lambda day: f"{day.day:02}",
    "D": lambda day: str(day.day),
}
_CLOCK: dict[str, Callable[[datetime], str]] = {
    "HH": lambda at: f"{at.hour:02}",
    "MI": lambda at: f"{at.minute:02}",
    "SS": lambda at: f"{at.second:02}",
}
_ANY_DATE = re.compile(r"(?P<Y>[0-9]{4})\s*[-/.年]\s*(?P<M>[0-9]{1,2})\s*[-/.月]\s*(?P<D>[0-9]{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(?P<Y>[0-9]{4})(?P<M>[0-9]{2})(?P<D>[0-9]{2})")
_CLOCK_TIME = re.compile(
    r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


@lru_cache(maxsize=256)
def parts(pattern: str) -> tuple[tuple[bool, str], ...]:
    """The pattern in pieces: (is a part, its text)."""
    pieces: list[tuple[bool, str]] = []
    position = 0
    for match in _PARTS.finditer(pattern):
        if match.start() > position:
            pieces.append((False, pattern[position : match.start()]))
        pieces.append((True, match.group()))
        position = match.end()
    if position < len(pattern):
        pieces.append((False, pattern[position:]))
    return tuple(pieces)


def is_date_format(pattern: str) -> bool:
    return not {text for is_part, text in parts(pattern) if is_part} & {"HH", "MI", "SS"}


def text_of_date(pattern: str, day: date) -> str | None:
    return "".join(_WRITES[text](day) if is_part else text for is_part, text in parts(pattern)) or None


def text_of_moment(pattern: str, moment: datetime, zone: ZoneInfo) -> str | None:
    local = moment.astimezone(zone)
    return (
        "".join(
            text if not is_part else _CLOCK[text](local) if text in _CLOCK else _WRITES[text](local)
            for is_part, text in parts(pattern)
        )
        or None
    )


def date_of_text(pattern: str, text: str) -> date | None:
    """A day written in `pattern`; without one as 2026-11-22, 2026/1/5, 2026.1.5, 2026年1月5日 or 20260105."""
    found = text.strip(values.SPACES)
    if pattern:
        match = _reader(pattern).fullmatch(found)
    else:
        match = _ANY_DATE.match(found) or _COMPACT_DATE.match(found)
        if match and found[match.end() :] and not _CLOCK_TIME.fullmatch(found[match.end() :].lstrip("T ")):
            return None
    return _day(match) if match else None


@lru_cache(maxsize=256)
def _reader(pattern: str) -> re.Pattern[str]:
    seen: set[str] = set()
    pieces: list[str] = []
    for is_part, text in parts(pattern):
        letter = text[-1] if text in ("MM", "DD") else text
        pieces.append(_READS[text] if is_part and letter not in seen else re.escape(text))
        seen |= {letter} if is_part else set()
    return re.compile("".join(pieces))


def _day(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    try:
        return date(int(found["Y"]), int(found["M"]), int(found["D"]))
    except (KeyError, TypeError, ValueError):
        return None


def moment_of_text(pattern: str, zone_name: str, text: str, zone: ZoneInfo) -> datetime | None:
    """A moment written in `pattern`, ISO 8601 or a day's form above with a clock time.

    Ten and thirteen digits are seconds and milliseconds since 1970. A time without an
    offset is a clock time in the zone named, or else in the workspace's.
    """
    found = text.strip(values.SPACES)
    here = zone_of(zone_name) or zone if zone_name else zone
    if pattern:
        match = _reader(pattern).fullmatch(found)
        return _moment(match, match, here) if match else None
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", found):
        return moment_of_seconds(Decimal(found).scaleb(-3 if len(found) == 13 else 0))
    day = _ANY_DATE.match(found) or _COMPACT_DATE.match(found)
    if not day:
        return None
    rest = found[day.end() :].lstrip("T \t\u3000")
    clock = _CLOCK_TIME.fullmatch(rest)
    return _moment(day, clock, here) if clock or not rest else None


def _moment(day: re.Match[str], clock: re.Match[str] | None, zone: ZoneInfo) -> datetime | None:
    on = _day(day)
    if on is None:
        return None
    found = clock.groupdict() if clock else {}
    hour, minute, second = (int(found.get(part) or 0) for part in "hms")
    microsecond = int((found.get("f") or "0").ljust(6, "0")[:6])
    if hour > 23 or minute > 59 or second > 59:
        return None
    local = datetime.combine(on, time(hour, minute, second, microsecond))
    offset = found.get("zone")
    return _with_offset(local, offset) if offset else values.in_zone(local, zone)


def _with_offset(local: datetime, offset: str) -> datetime | None:
    digits = offset.replace(":", "")
    length = timedelta() if offset == "Z" else timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0))
    try:
        moment = (local + length if offset[0] == "-" else local - length).replace(tzinfo=UTC)
    except OverflowError:
        return None
    return moment if values.FIRST_MOMENT <= moment <= values.LAST_MOMENT else None


def moment_of_seconds(seconds: Decimal) -> datetime | None:
    """Seconds since 1970 in UTC."""
    length = values.scale_duration(timedelta(seconds=1), seconds)
    return None if length is None else values.moment_plus(datetime(1970, 1, 1, tzinfo=UTC), length)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of that name (`Asia/Shanghai`), if there is one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


FUNCTIONS: dict[str, Callable[..., object]] = {
    "text_of_date": text_of_date,
    "text_of_moment": text_of_moment,
    "date_of_text": date_of_text,
    "moment_of_text": moment_of_text,
    "moment_of_seconds": moment_of_seconds,
}

UTC_ZONE = ZoneInfo("UTC")
