"""Lists: filter, sort, paths through links, labels, paging, count, trash, search."""

from __future__ import annotations

from tests.fixtures.shop import Shop


class TestAskedFields:
    def test_come_as_flat_keys_in_the_asked_order(self, shop: Shop) -> None:
        who = shop.person(4, "auditor")
        page = shop.run(who, lambda work: work.as_person.query("shop.order", fields=["number", "customer.name", "customer._label"], sort="number", limit=3))
        assert [list(record) for record in page.records] == [["number", "customer.name", "customer._label"]] * 3
