"""Orders wait for goods with a day to hope for, and are served when these come: nothing is promised twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from queti.engines.discussion.followers import news_of
from scenarios.test_buying import buys, part
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Actor, Harbour, Thing


def day(harbour: Harbour, days: int) -> date:
    return harbour.run(lambda work: work.today) + timedelta(days=days)


def waits(harbour: Harbour, customer: str, *lines: str) -> Thing:
    """An order confirmed with what is there; the rest waits."""
    order = harbour.lin.writes_order(customer, *lines)
    return harbour.lin.does("oms.confirm_order", order, backorder=True)


def comes(harbour: Harbour, order: Thing, *lines: dict[str, Any]) -> None:
    harbour.tomas.does("purchase.receive_goods", order, **({"lines": list(lines)} if lines else {}))
    harbour.catches_up()


def test_from_a_shortage_to_an_order_served_by_a_receipt(harbour: Harbour) -> None:
    harbour.has("5 Office chair at A-01")
    hotel = waits(harbour, "Grand Hotel", "8 Office chair @ 480.00", "1 Desk lamp @ 129.00")
    assert (hotel.state, hotel.waiting_quantity, hotel.promised_on) == ("confirmed", 3, None)
    assert harbour.stock("Office chair") == "5 on hand, 5 reserved, 0 available"

    purchase = buys(harbour, f"10 Office chair @ 288.00 on {day(harbour, 9)}")
    harbour.catches_up()
    assert hotel.promised_on == day(harbour, 9)

    harbour.tomas.does("oms.ship_order", hotel)
    assert (hotel.state, [line.open_quantity for line in hotel.lines]) == ("waiting", [3, 0])
    assert harbour.tomas.cannot("oms.ship_order", hotel).code == "goods_still_waiting"

    comes(harbour, purchase)
    assert (hotel.state, hotel.waiting_quantity, hotel.promised_on) == ("partly_shipped", 0, None)
    assert harbour.stock("Office chair") == "10 on hand, 3 reserved, 7 available"
    harbour.tomas.does("oms.ship_order", hotel)
    assert hotel.state == "shipped"
    assert harbour.run(broken_promises) == {}


def test_the_salesperson_hears_of_each_new_day(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    purchase = buys(harbour, f"10 Office chair @ 288.00 on {day(harbour, 9)}")
    hotel = waits(harbour, "Grand Hotel", "8 Office chair @ 480.00")
    mei = harbour.mei
    assert hotel.owner == mei.person.user
    assert says_to(mei) == [(hotel.number, f"状态 待到货 · 承诺交期 {day(harbour, 9)}")]

    harbour.pia.does("purchase.reschedule_order", purchase, promised_on=day(harbour, 12))
    harbour.catches_up()
    assert says_to(mei) == [(hotel.number, f"承诺交期 {day(harbour, 12)}")]
    comes(harbour, purchase)
    assert says_to(mei) == [(hotel.number, "状态 已确认 · 承诺交期 –")]
    assert says_to(harbour.jun) == [], "it is no order of his"


def says_to(person: Actor) -> list[tuple[str, str]]:
    """Which of the orders that somebody follows changed last, and into what."""
    news = person.harbour.run(news_of, person.person, reads_only=True)["news"]
    return [(one["label"], one["text"]) for one in news]


def test_who_was_promised_first_is_served_first(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    buys(harbour, f"4 Office chair @ 288.00 on {day(harbour, 5)}")
    late = buys(harbour, f"10 Office chair @ 288.00 on {day(harbour, 20)}")
    hotel, school = (waits(harbour, customer, "4 Office chair @ 480.00") for customer in ("Grand Hotel", "Pine School"))
    assert (hotel.promised_on, school.promised_on) == (day(harbour, 5), day(harbour, 20))

    comes(harbour, late, part(late, 0, "5"))
    assert (hotel.waiting_quantity, school.waiting_quantity) == (0, 3)
    assert school.promised_on == day(harbour, 5)


def test_a_cancelled_a_shrunk_and_a_hurried_order_leave_others_another_day(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    buys(harbour, f"4 Office chair @ 288.00 on {day(harbour, 5)}")
    buys(harbour, f"4 Office chair @ 288.00 on {day(harbour, 9)}")
    first, second, third = (waits(harbour, "Grand Hotel", "4 Office chair @ 480.00") for _ in range(3))
    assert [o.promised_on for o in (first, second, third)] == [day(harbour, 5), day(harbour, 9), None]

    harbour.lin.does("oms.hurry_order", third)
    harbour.catches_up()
    assert [o.promised_on for o in (first, second, third)] == [day(harbour, 9), None, day(harbour, 5)]

    harbour.lin.does("oms.shrink_order", third, lines=[{"line": third.lines[0].id, "quantity": "2"}])
    harbour.catches_up()
    assert [o.promised_on for o in (first, second, third)] == [day(harbour, 9), None, day(harbour, 5)]

    harbour.lin.does("oms.cancel_order", first)
    harbour.catches_up()
    assert (first.state, first.waiting_quantity, second.promised_on) == ("cancelled", 0, day(harbour, 9))


def test_another_day_of_the_supplier_is_another_day_of_the_order(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    purchase = buys(harbour, f"4 Office chair @ 288.00 on {day(harbour, 5)}")
    order = waits(harbour, "Grand Hotel", "4 Office chair @ 480.00")

    harbour.pia.does("purchase.reschedule_order", purchase, promised_on=day(harbour, 30))
    harbour.catches_up()
    assert order.promised_on == day(harbour, 30)

    harbour.pia.does("purchase.cancel_order", purchase)
    harbour.catches_up()
    assert (order.promised_on, order.state) == (None, "waiting")
    newest = harbour.run(lambda work: work.as_person.history(order.object, order.id))["entries"][0]
    assert (newest["title"], newest["by_name"]) == ("Serve waiting orders", "Pia 裴雅")


def test_goods_that_came_for_those_who_wait_are_not_promised_to_others(harbour: Harbour) -> None:
    """Even before the worker has dealt them out."""
    harbour.has("0 Office chair at A-01")
    waits(harbour, "Grand Hotel", "4 Office chair @ 480.00")
    harbour.receives("6 Office chair at A-01", unit_cost="288.00")

    quick = harbour.lin.writes_order("Pine School", "3 Office chair @ 480.00")
    assert harbour.lin.cannot("oms.confirm_order", quick).says("Only 2 of Office chair")
    harbour.catches_up()
    assert harbour.stock("Office chair") == "6 on hand, 4 reserved, 2 available"


def test_what_an_order_gives_back_serves_who_waits(harbour: Harbour) -> None:
    harbour.has("4 Office chair at A-01")
    first = harbour.lin.writes_order("Pine School", "4 Office chair @ 480.00")
    harbour.lin.does("oms.confirm_order", first)
    second = waits(harbour, "Grand Hotel", "3 Office chair @ 480.00")
    assert second.state == "waiting"

    harbour.lin.does("oms.shrink_order", first, lines=[{"line": first.lines[0].id, "quantity": "2"}])
    harbour.catches_up()
    assert (second.waiting_quantity, first.total) == (1, first.lines[0].net_amount + first.tax)

    harbour.lin.does("oms.cancel_order", first)
    harbour.catches_up()
    assert second.state == "confirmed"
    assert harbour.run(broken_promises) == {}
