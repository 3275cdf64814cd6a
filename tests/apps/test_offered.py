"""What a record's page offers is what would be taken: nothing to press that is refused whatever one says."""

from __future__ import annotations

from queti.kernel.work import Work
from tests.fixtures.harbour import Actor, Harbour, Thing
from tests.fixtures.harbour import harbour as harbour


def offered(actor: Actor, thing: Thing) -> set[str]:
    """The acts on the record, and those on others that take it along."""

    def ask(work: Work) -> set[str]:
        person = work.as_person
        acts = {act["operation"] for act in person.acts(thing.object, thing.id) if act["possible"]}
        return acts | {name for name, is_taken in person.taken(thing.object, thing.id).items() if is_taken}

    return actor.harbour.run(ask, actor.person, reads_only=True)


def test_an_order_is_shipped_as_far_as_goods_are_there(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "80 Office chair @ 200.00", "1 Desk lamp @ 100.00")
    assert "oms.ship_order" not in offered(harbour.owner, order)
    harbour.lin.does("oms.confirm_order", order, backorder=True)
    assert "oms.ship_order" in offered(harbour.tomas, order)
    harbour.tomas.does("oms.ship_order", order, carrier="SF", tracking_number="1")
    assert order.waiting_quantity > 0
    assert "oms.ship_order" not in offered(harbour.tomas, order)
    assert harbour.tomas.cannot("oms.ship_order", order).code == "goods_still_waiting"


def test_a_bill_is_of_an_order_that_was_placed_and_stands(harbour: Harbour) -> None:
    supplier = harbour.thing("base.party", "Anji Furniture")
    assert "purchase.record_bill" not in offered(harbour.ada, supplier)
    chair = harbour.id_of("base.product", "Office chair")
    order = harbour.pia.writes(
        "purchase.purchase_order",
        supplier=supplier.id,
        lines=[{"product": chair, "quantity": "5", "unit_cost": "200"}],
    )
    assert "purchase.record_bill" not in offered(harbour.ada, order)
    harbour.pia.does("purchase.place_draft", order)
    assert "purchase.record_bill" in offered(harbour.ada, order)
    assert "purchase.record_bill" in offered(harbour.ada, supplier)
    harbour.pia.does("purchase.cancel_order", order)
    assert not {"purchase.record_bill", "purchase.receive_goods"} & offered(harbour.owner, order)


def test_an_entry_is_reversed_once_and_only_where_no_document_stands_behind(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.tomas.does("oms.ship_order", order, carrier="SF", tracking_number="1")
    [item] = harbour.all("finance.receivable")
    assert "finance.record_payment" in offered(harbour.ada, item)
    harbour.ada.does("finance.record_payment", harbour.id_of("base.party", "Grand Hotel"), amount=str(item.amount))
    assert "finance.record_payment" not in offered(harbour.ada, item)
    entries = harbour.all("finance.journal_entry")
    assert len(entries) > 1
    for entry in entries:
        is_taken = "finance.reverse_journal_entry" in offered(
            harbour.ada, Thing(harbour, "finance.journal_entry", entry.id)
        )
        assert is_taken == (entry.receivable is not None or not entry.source)
