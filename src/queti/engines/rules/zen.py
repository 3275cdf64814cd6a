"""Expressions and cells of GoRules, in our formula language. What has no counterpart is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from queti.kernel.definitions import Words

Resolve = Callable[[str], str]
"""A field's path → how it is called here."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d[\d_]*(?:\.(?!\.)\d+)?)
    |(?P<name>\$(?:\.[A-Za-z_]\w*)*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<sign>\?\?|==|!=|>=|<=|&&|\|\||\.\.|[^\s]))""",
    re.VERBOSE,
)
_SIGNS = {"==": "=", "&&": "and", "||": "or"}
_WORDS = {"null": "blank", **{word: word for word in ("true", "false", "and", "or", "not", "in")}}
_FUNCTIONS = {
    "contains": "contains", "startsWith": "starts_with", "endsWith": "ends_with", "len": "len", "upper": "upper",
    "lower": "lower", "trim": "trim", "abs": "abs", "floor": "floor", "ceil": "ceil", "round": "round",
    "date": "date", "d": "date",
}  # fmt: skip
_MEMBER = re.compile(r"\s*(not\s+)?in\s*\[(.*)\]\s*\Z", re.DOTALL)
_SAME = re.compile(r"\A\s*==")


class NotMapped(Exception):
    """Says in both languages what has no counterpart."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.words: Words = {"en": en, "zh": zh}


def formula(text: str, resolve: Resolve) -> str:
    """NotMapped names the part that doesn't map."""
    return _joined(_tokens(text), resolve)


def cell(text: str, column: str, resolve: Resolve) -> str:
    """`$` is the column; `in […]` is a list of items."""
    member = _MEMBER.match(text)
    if member:
        return ("not " if member[1] else "") + formula(member[2], resolve)
    return formula(_SAME.sub("=", text), lambda path: column if path == "$" else resolve(path))


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = match.lastgroup or "sign"
        found.append((kind, match[kind]))
    return found


def _joined(tokens: Sequence[tuple[str, str]], resolve: Resolve) -> str:
    """`a ? b : c` and `a ?? b` become calls; they bind loosest."""
    at = _outside(tokens, "?")
    if at is not None:
        otherwise = _outside(tokens, ":", at + 1)
        if otherwise is None:
            raise NotMapped("“?” has no “:”.", "“?”缺少对应的“:”。")
        parts = (tokens[:at], tokens[at + 1 : otherwise], tokens[otherwise + 1 :])
        return f"if({', '.join(_joined(part, resolve) for part in parts)})"
    at = _outside(tokens, "??")
    if at is not None:
        return f"default({_joined(tokens[:at], resolve)}, {_joined(tokens[at + 1 :], resolve)})"
    return _spaced(list(_parts(tokens, resolve)))


def _parts(tokens: Sequence[tuple[str, str]], resolve: Resolve) -> Iterator[str]:
    """Brackets with such signs inside are read for themselves."""
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at) if tokens[at] == ("sign", "(") else at
        inner = tokens[at + 1 : end]
        if any(token in (("sign", "?"), ("sign", "??")) for token in inner):
            yield f"({', '.join(_joined(part, resolve) for part in _split(inner))})"
            at = end + 1
        else:
            yield _written(tokens, at, resolve)
            at += 1


def _closing(tokens: Sequence[tuple[str, str]], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        text = tokens[at][1] if tokens[at][0] == "sign" else " "
        depth += (text in "([") - (text in ")]")
        if depth == 0:
            return at
    raise NotMapped("A bracket isn't closed.", "括号没有闭合。")


def _split(tokens: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    at = _outside(tokens, ",")
    while at is not None:
        yield tokens[:at]
        tokens = tokens[at + 1 :]
        at = _outside(tokens, ",")
    yield tokens


def _outside(tokens: Sequence[tuple[str, str]], sign: str, start: int = 0) -> int | None:
    depth = nested = 0
    for at in range(start, len(tokens)):
        text = tokens[at][1] if tokens[at][0] == "sign" else ""
        if depth == 0 and text == sign and nested == 0:
            return at
        depth += (text in "([" and text != "") - (text in ")]" and text != "")
        nested += (sign == ":" and text == "?") - (sign == ":" and text == ":" and nested > 0)
    return None


def _written(tokens: Sequence[tuple[str, str]], at: int, resolve: Resolve) -> str:
    kind, text = tokens[at]
    follows = tokens[at + 1][1] if at + 1 < len(tokens) else ""
    if kind == "text":
        return '"' + text[1:-1].replace("\\'", "'").replace('"', '\\"' if text[0] == "'" else '"') + '"'
    if kind == "number":
        return text.replace("_", "")
    if kind == "name":
        return _named(text, follows, resolve)
    if text in "#`;{}@^%&|?:~" or (text == "[" and at and tokens[at - 1][0] == "name"):
        raise NotMapped(f"“{text}” has no counterpart here.", f"“{text}”在此没有对应写法。")
    return _SIGNS.get(text, text)


def _named(text: str, follows: str, resolve: Resolve) -> str:
    if text in _WORDS:
        return _WORDS[text]
    if follows == "(":
        if text not in _FUNCTIONS:
            raise NotMapped(f"The function {text}() has no counterpart here.", f"函数 {text}() 在此没有对应写法。")
        return _FUNCTIONS[text]
    return resolve(text.removeprefix("$.") if text.startswith("$.") else text)


def _spaced(parts: Sequence[str]) -> str:
    """Ranges and calls stay together."""
    text = " ".join(part for part in parts if part)
    text = re.sub(r" ?\.\. ?", "..", text)
    text = re.sub(r"([\[(]) ", r"\1", text)
    text = re.sub(r" ([\]),])", r"\1", text)
    return re.sub(r"\b(\w+) \((?<!and \()(?<!or \()(?<!not \()(?<!in \()", r"\1(", text)
