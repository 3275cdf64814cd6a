"""The groups of a list stand as its rows do."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from queti.kernel.work import Work
from tests.fixtures.harbour import Harbour

NAMES = ("zinc", "Alpha", "beta", "Émail", "中", "Alpha 10", "Alpha 2", "安")


def test_of_a_link_they_are_in_the_order_of_what_it_is_called(harbour: Harbour) -> None:
    def grouped(work: Work) -> tuple[list[str], list[str]]:
        person = work.as_person
        categories = person.create("base.product_category", [{"name": name} for name in NAMES])
        [like] = person.query("base.product", fields=("unit",), limit=1).records
        rows: list[dict[str, Any]] = [
            {"sku": f"G-{at}", "name": f"Thing {at}", "unit": like["unit"], "category": each["id"]}
            for at, each in enumerate(categories)
        ]
        person.create("base.product", rows)
        where = "starts_with(sku, 'G-')"
        groups = person.totals("base.product", {}, where=where, group="category")["groups"]
        page = person.query("base.product", where=where, sort="category", fields=("category._label",), limit=100)
        listed = [row["category._label"] for row in page.records]
        return [each["label"] for each in groups], [label for label, _ in groupby(listed)]

    groups, listed = harbour.run(grouped, harbour.owner.person)
    assert groups == listed
    assert sorted(groups) == sorted(NAMES)
