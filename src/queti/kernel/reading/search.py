"""Search text: what a record is found by, and the condition that finds it.

Every object with searchable fields has one `search` column under a trigram index. It
holds the lower-cased values, the pinyin of Chinese ones (whole and initials), and each
pair of neighbouring Chinese characters as a word of its own. A trigram index can't use
a pattern of one or two characters in the middle of a word, but it can use the start of
a word (`  海`, ` 海浦`); the pairs make every place inside a Chinese text such a start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import sqlalchemy as sa
from pypinyin import Style, lazy_pinyin

_CHINESE_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LONGEST_VALUE = 2_000
_LONGEST_PINYIN = 60
_WORDS_IN_QUERY = 8


def search_text(values: Iterable[object]) -> str:
    """The search column of a record whose searchable fields have these values."""
    return "".join(_words_of(str(value)) for value in values if value is not None and value != "")


@lru_cache(maxsize=65_536)
def _words_of(value: str) -> str:
    """One value's words, each led by a space so that a word's start can be matched."""
    text = " ".join(value[:_LONGEST_VALUE].lower().split())
    if text.isascii():
        return " " + text
    words = [text]
    for run in dict.fromkeys(_CHINESE_RUN.findall(text)):
        words += dict.fromkeys(run[start : start + 2] for start in range(len(run)))
        words += _pinyin(run[:_LONGEST_PINYIN])
    return " " + " ".join(words)


@lru_cache(maxsize=65_536)
def _pinyin(run: str) -> list[str]:
    syllables = lazy_pinyin(run, style=Style.NORMAL)
    return ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]


def search_patterns(query: str) -> list[str]:
    """LIKE patterns (escape character `\\`) that all must match; none for an empty query."""
    return [_pattern(word) for word in query.lower().split()[:_WORDS_IN_QUERY]]


def _pattern(word: str) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", word)
    return f"% {literal}%" if len(word) < 3 else f"%{literal}%"


def search_condition(
    column: sa.ColumnElement[str], patterns: Iterable[sa.ColumnElement[str]]
) -> sa.ColumnElement[bool]:
    """`column` matches each pattern."""
    return sa.and_(*(column.like(pattern) for pattern in patterns))
