"""A request as handlers see it, and the answers that they give."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

import msgspec

from queti.kernel.errors import FieldProblem, Language, WrongInput
from queti.server.refusals import MalformedJson, WrongContentType, WrongShape

if TYPE_CHECKING:
    from queti.kernel.model import Model
    from queti.server.sessions import Session
    from queti.store.files import Arriving

Header = tuple[bytes, bytes]
MOST_ROWS = 1000
"""Records or calls in one request."""

_encode = msgspec.json.Encoder(decimal_format="string").encode
# Fractions stay floats, so that the field that gets one can refuse it by its place.
_decode = msgspec.json.Decoder(float_hook=float).decode
_POSITION = re.compile(r"\(byte (\d+)\)")


@dataclass(slots=True)
class Answer:
    """A finished answer, or one whose `stream` is sent piece by piece."""

    status: int
    body: bytes = b""
    headers: list[Header] = field(default_factory=list[Header])
    stream: AsyncIterator[bytes] | Iterator[bytes] | None = None


@dataclass(slots=True)
class Request:
    """One HTTP request. `session` is set by the door before a guarded handler runs."""

    id: str
    method: str
    path: str
    raw_query: bytes
    headers: Mapping[bytes, bytes]
    address: str
    template: str = ""
    path_values: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    upload: Mapping[str, Any] = field(default_factory=dict[str, Any])
    arriving: Arriving | None = None
    """The file that the body is."""
    session: Session | None = None
    by_cookie: bool = False
    language: Language = "en"
    statements: int = 0
    seen_as: str = ""
    """Of an administrator who looks as somebody else: as which role or user."""
    model: Model | None = None
    """The release that the handler worked on, once it has opened a Work."""
    _query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        if self._query is None:
            pairs = parse_qsl(self.raw_query.decode("latin-1"), keep_blank_values=True, errors="replace")
            self._query = dict(pairs)
            for name, value in pairs:
                if "\0" in value:
                    raise wrong(name, "nul", "Text can't hold the NUL character.", "文本不能包含 NUL 字符。")
        return self._query

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number of the query, within its bounds."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise wrong(
                name, "out_of_range", f"A whole number from {least} to {most}.", f"应为 {least} 到 {most} 的整数。"
            )
        return int(text)

    def json(self) -> Any:
        """The body's JSON value; an empty body is an empty object."""
        if not self.body:
            return {}
        kind = self.header(b"content-type").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise WrongContentType(wanted="application/json", given=kind)
        return decode_json(self.body)

    def json_object(self) -> dict[str, Any]:
        value = self.json()
        if not isinstance(value, dict):
            raise WrongShape(wanted={"en": "a JSON object", "zh": " JSON 对象"})
        return value  # type: ignore[no-any-return]

    def json_objects(self) -> dict[str, Any] | list[dict[str, Any]]:
        """One JSON object, or a list of some."""
        value = self.json()
        several: list[Any] = value if isinstance(value, list) else [value]
        if not 0 < len(several) <= MOST_ROWS or not all(isinstance(one, dict) for one in several):
            raise WrongShape(
                wanted={
                    "en": f"a JSON object, or a list of 1 to {MOST_ROWS} of them",
                    "zh": f"一个 JSON 对象，或 1 至 {MOST_ROWS} 个对象的列表",
                }
            )
        return value


def decode_json(body: bytes) -> Any:
    """Decode strictly; a mistake is named by line and column."""
    if b"\\u0000" in body:
        _refuse_json(body, body.index(b"\\u0000"), "text can't hold the NUL character")
    try:
        return _decode(body)
    except RecursionError:
        _refuse_json(body, 0, "nested too deeply")
    except msgspec.MsgspecError as error:
        text = str(error)
        found = _POSITION.search(text)
        place = int(found[1]) if found else len(body)
        _refuse_json(body, place, _POSITION.sub("", text).removeprefix("JSON is malformed: ").strip())


def _refuse_json(body: bytes, place: int, problem: str) -> NoReturn:
    before = body[:place]
    line = before.count(b"\n") + 1
    column = place - before.rfind(b"\n")
    raise MalformedJson(problem=problem, line=line, column=column) from None


def wrong(path: str, code: str, en: str, zh: str) -> WrongInput:
    """One wrong input as a refusal."""
    return WrongInput(fields=[FieldProblem(path, code, en, zh)], at=path, summary={"en": en, "zh": zh})


def encode_json(value: Any) -> bytes:
    return _encode(value)


def answer_json(value: Any, *, status: int = 200, headers: Iterable[Header] = ()) -> Answer:
    own = list(headers)
    if not any(name == b"content-type" for name, _ in own):
        own.append((b"content-type", b"application/json"))
    return Answer(status, _encode(value), own)


def no_content() -> Answer:
    return Answer(204)
