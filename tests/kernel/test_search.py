"""Search: what people type finds what they mean, by the index, in both scripts."""

from __future__ import annotations

import re

import pytest

from queti.kernel.reading.search import search_patterns, search_text
from tests.fixtures.shop import Shop


def finds(query: str, *values: str) -> bool:
    """LIKE, in Python."""
    text = search_text(values)
    return all(re.sub(r"\\(.)", r"\1", pattern[1:-1]) in text for pattern in search_patterns(query))


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("grand", "The Grand Hotel"),
        ("AND", "The Grand Hotel"),
        ("hotel grand", "The Grand Hotel"),
        ("so-2026", "SO-2026-000017"),
        ("017", "SO-2026-000017"),
        ("上", "上海浦东机场"),
        ("浦", "上海浦东机场"),
        ("场", "上海浦东机场"),
        ("浦东", "上海浦东机场"),
        ("海浦东", "上海浦东机场"),
        ("shanghai", "上海浦东机场"),
        ("pudong", "上海浦东机场"),
        ("shpd", "上海浦东机场"),
        ("上海 hotel", "上海 Grand Hotel"),
        ("100%", "100% cotton"),
        ("gr", "The Grand Hotel"),
    ],
)
def test_finds(query: str, value: str) -> None:
    assert finds(query, value)


@pytest.mark.parametrize(
    ("query", "value"), [("海上", "上海"), ("hotel xx", "Grand Hotel"), ("1_0", "100"), ("ra", "Grand"), ("%", "Grand")]
)
def test_does_not_find(query: str, value: str) -> None:
    assert not finds(query, value)


def test_an_empty_query_asks_nothing() -> None:
    assert search_patterns("  ") == []


def test_blank_values_leave_nothing() -> None:
    assert search_text([None, "", "a"]) == " a"


@pytest.mark.parametrize("word", ["海", "海浦", "hotel", "gr"])
def test_goes_by_the_index(shop: Shop, word: str) -> None:
    """The trigram index takes even one Chinese character, since it begins a word of the column."""
    table = f'"{shop.model.schema}".shop_party'
    [pattern] = search_patterns(word)
    with shop.platform.db.owner() as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(
            f"EXPLAIN (FORMAT TEXT) SELECT id FROM {table} WHERE trashed_at IS NULL AND search LIKE %s", (pattern,)
        ).fetchall()
        [[trigrams]] = connection.execute(
            "SELECT count(*) FROM unnest(show_trgm(%s))", (pattern.strip("%"),)
        ).fetchall()
    assert "Bitmap Index Scan" in "".join(row[0] for row in plan)
    assert trigrams > 0
