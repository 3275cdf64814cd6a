"""Values out of JSON that came from outside, as formulas know them; they are kept as text, like computed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import msgspec

from queti.engines.outside.refusals import AnswerLacks, NotJson
from queti.kernel.definitions.flows import TakeDef

LONGEST = 4000
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_NAMES = {
    "text": {"en": "text", "zh": "文本"},
    "number": {"en": "number", "zh": "数字"},
    "money": {"en": "amount", "zh": "金额"},
    "boolean": {"en": "true or false", "zh": "真/假值"},
    "date": {"en": "date like 2027-01-31", "zh": "日期（如 2027-01-31）"},
    "moment": {"en": "moment like 2027-01-31T09:00:00Z", "zh": "时刻（如 2027-01-31T09:00:00Z）"},
}


def decoded(body: bytes) -> Any:
    """Raises NotJson."""
    try:
        return _decode(body.replace(b"\\u0000", b"")) if body.strip() else {}
    except (msgspec.MsgspecError, RecursionError):
        raise NotJson from None


def taken(takes: Mapping[str, TakeDef], name: str, body: Any) -> dict[str, Any]:
    """`name.take` → value; AnswerLacks where one that is required isn't there, or one is of another type."""
    return {f"{name}.{key}": _take(take, body) for key, take in takes.items()}


def _take(take: TakeDef, body: Any) -> Any:
    found = _at(body, take.at)
    if found is None and not take.required:
        return None
    try:
        return _READERS[take.type](found)
    except (TypeError, ValueError, InvalidOperation):
        raise AnswerLacks(wanted=_NAMES[take.type], path=take.at) from None


def _at(body: Any, path: str) -> Any:
    here = body
    for part in path.split("."):
        if isinstance(here, dict):
            here = cast("dict[str, Any]", here).get(part)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(cast("list[Any]", here)):
            here = cast("list[Any]", here)[int(part)]
        else:
            return None
    return here


def _text(found: Any) -> str:
    text = found if isinstance(found, str) else msgspec.json.encode(found).decode()
    if found is None or len(text) > LONGEST:
        raise ValueError
    return text.replace("\0", "")


def _number(found: Any) -> str:
    if isinstance(found, bool) or not isinstance(found, int | str | Decimal):
        raise TypeError
    number = Decimal(found)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError
    return str(number)


def _boolean(found: Any) -> bool:
    if not isinstance(found, bool):
        raise TypeError
    return found


def _moment(found: Any) -> str:
    moment = datetime.fromisoformat(found)
    if moment.tzinfo is None:
        raise ValueError
    return moment.isoformat()


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "boolean": _boolean,
    "date": lambda found: date.fromisoformat(found).isoformat(),
    "moment": _moment,
}
