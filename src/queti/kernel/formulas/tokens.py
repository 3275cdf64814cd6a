"""Text of a formula → tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from queti.kernel.formulas.errors import FormulaError, Place

LONGEST = 10_000
MOST_LITERAL_DIGITS = 38

TokenKind = Literal["number", "text", "name", "word", "sign", "end"]

WORDS = frozenset({"and", "or", "not", "in", "where", "true", "false", "blank"})
"""Names that can't be written as a field without brackets."""

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
  | (?P<text>"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')
  | (?P<name>[^\W\d]\w*)
  | \[(?P<quoted>[^\[\]]+)\]
  | (?P<sign><=|>=|!=|<>|[-+*/&=<>(),.])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    """As meant: the sign, the word, the name without brackets."""
    value: Any
    place: Place


def tokenize(text: str) -> list[Token]:
    """All tokens, closed by one of kind `end`. Raises FormulaError at the first character that fits nothing."""
    if len(text) > LONGEST:
        raise FormulaError(
            "too_long",
            Place(LONGEST, len(text) - LONGEST),
            f"The formula has {len(text)} characters; {LONGEST} are allowed.",
            f"公式有 {len(text)} 个字符，最多允许 {LONGEST} 个。",
            text=text[:LONGEST],
        )
    return [*_tokens(text), Token("end", "", None, Place(len(text), 0))]


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        place = Place(position, match.end() - position)
        position = match.end()
        if match.lastgroup != "space":
            yield _token(text, match, place)


def _token(text: str, match: re.Match[str], place: Place) -> Token:
    raw = match.group()
    group = match.lastgroup
    if group == "number":
        return Token("number", raw, _number(text, raw, place), place)
    if group == "text":
        return Token("text", raw, _unquote(text, raw, place), place)
    if group == "quoted":
        return Token("name", match.group("quoted").strip(), None, place)
    if group == "name":
        return Token("word" if raw in WORDS else "name", raw, None, place)
    return Token("sign", "!=" if raw == "<>" else raw, None, place)


def _number(text: str, raw: str, place: Place) -> Decimal:
    if len(raw.replace(".", "")) > MOST_LITERAL_DIGITS:
        raise FormulaError(
            "too_large",
            place,
            f"A number may have up to {MOST_LITERAL_DIGITS} digits.",
            f"数字最多 {MOST_LITERAL_DIGITS} 位。",
            text=text,
        )
    return Decimal(raw)


def _unquote(text: str, raw: str, place: Place) -> str:
    quote, inner = raw[0], raw[1:-1]

    def escaped(match: re.Match[str]) -> str:
        found = match.group()
        if found[0] == quote:
            return quote
        if found[1] not in _ESCAPES:
            raise FormulaError(
                "syntax",
                Place(place.position + 1 + match.start(), 2),
                f"“{found}” is no escape; write “\\\\” for a backslash.",
                f"“{found}”不是转义符；反斜杠请写作“\\\\”。",
                text=text,
                expected=("\\\\",),
            )
        return _ESCAPES[found[1]]

    return re.sub(rf"\\.|{quote}{quote}", escaped, inner, flags=re.DOTALL)


def _unreadable(text: str, position: int) -> FormulaError:
    sign = text[position]
    if sign in "\"'":
        return FormulaError(
            "syntax",
            Place(position, len(text) - position),
            "This text has no closing quote.",
            "文本缺少结束引号。",
            text=text,
            expected=(sign,),
        )
    return FormulaError(
        "syntax",
        Place(position, 1),
        f"“{sign}” means nothing in a formula.",
        f"公式中不能使用“{sign}”。",
        text=text,
    )
