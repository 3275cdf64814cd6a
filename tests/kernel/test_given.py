"""A filter with numbers given by code is checked once; what it asks is what it would ask if checked anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from queti.kernel.formulas.errors import FormulaError
from queti.kernel.reading import given
from queti.kernel.reading.given import where_given
from queti.kernel.reading.seen import typed_with
from queti.kernel.reading.selecting import Where
from tests.fixtures.trade import Trade

FILTERS: list[tuple[str, dict[str, Any]]] = [
    ("id = $id", {"id": 7}),
    ("id in $ids", {"ids": [3]}),
    ("id in $ids", {"ids": [3, 1, 4, 1, 5]}),
    ("id in $ids", {"ids": ()}),
    ("id not in $ids", {"ids": []}),
    ("customer = $customer and total > $least", {"customer": 12, "least": 100}),
    ("customer = $customer and total > $customer", {"customer": 12}),
    ("customer = $one or customer = $other", {"one": 5, "other": 5}),
    ("customer in $some and number = $number", {"some": [1, 2], "number": "O-1"}),
    ("total + $more > $more * 2", {"more": 3}),
    ("round(total, $places) = 1", {"places": 1}),
    ("ordered_on >= $day", {"day": date(2026, 11, 23)}),
    ("blank(freight) = $free", {"free": True}),
    ("state = $state", {"state": "open"}),
    ("id = $huge", {"huge": 1 << 60}),
    ("customer = $nobody", {"nobody": None}),
    ("count(lines where quantity > $least) > $most", {"least": 2, "most": 0}),
]


def as_checked_anew(model: Any, object: Any, text: str, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    where, literals = Where.of(typed_with(model, object, None, text, params))
    return where.key, _plain(literals)


def _plain(literals: dict[str, Any]) -> dict[str, Any]:
    """With the kinds of the values, since a link's number and an amount are not the same to PostgreSQL."""
    return {
        name: [(type(each), each) for each in value] if isinstance(value, list | tuple) else (type(value), value)
        for name, value in literals.items()
    }


@pytest.mark.parametrize(("text", "params"), FILTERS, ids=[f"{text} {params}" for text, params in FILTERS])
def test_asks_the_same_as_a_filter_checked_anew(trade: Trade, text: str, params: dict[str, Any]) -> None:
    model = trade.run(lambda work: work.model)
    object = model.object("trade.order")
    for _ in range(2):
        where, literals = where_given(model, object, None, text, params)
        assert (where.key, _plain(literals)) == as_checked_anew(model, object, text, params)


def test_other_numbers_are_not_checked_again(trade: Trade) -> None:
    model = trade.run(lambda work: work.model)
    object = model.object("trade.order")
    before = given._marked.cache_info().misses  # pyright: ignore[reportPrivateUsage]
    asked = [where_given(model, object, None, "customer in $some and id > $id", {"some": [*range(1, n)], "id": n})
             for n in range(2, 40)]  # fmt: skip
    assert given._marked.cache_info().misses == before + 1  # pyright: ignore[reportPrivateUsage]
    assert len({where.key for where, _ in asked}) == 1
    assert [next(v for v in literals.values() if not isinstance(v, list | tuple)) for _, literals in asked] == [
        *range(2, 40)
    ]


def test_what_is_wrong_stays_wrong_whatever_is_given(trade: Trade) -> None:
    model = trade.run(lambda work: work.model)
    for number in (1, 2):
        with pytest.raises(FormulaError, match="nowhere"):
            where_given(model, model.object("trade.order"), None, "nowhere = $n", {"n": number})
