"""A machine that is made for one customer, in an app of definitions alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from queti.kernel.files import note
from queti.kernel.publishing.packages import gallery
from queti.kernel.publishing.sharing import install_package
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing

ORDER, PURCHASE, TASK = "machinery.machine_order", "machinery.purchase", "machinery.task"


@pytest.fixture
def maker(harbour: Harbour) -> Harbour:
    """Harbour Supplies with the machine builder's app; Tomás is its engineer."""
    platform = harbour.platform
    install_package(platform.db, platform.workspace(WORKSPACE), platform.catalogue, gallery()["machinery"])
    tomas = harbour.tomas.person.user
    harbour.run(lambda work: work.change("base.user", [(tomas, {"roles": ["engineer"]})]))
    harbour.tomas = Actor(harbour, replace(harbour.tomas.person, roles=("engineer",)))
    return harbour


@pytest.fixture
def press(maker: Harbour) -> Thing:
    """An inquiry with a parts list: 1,900.00 of parts, 50 hours at 180.00."""
    order = maker.mei.writes(
        ORDER,
        name="Filling press",
        customer=maker.id_of("base.party", "Grand Hotel"),
        parts=[
            {"name": "Frame", "source": "made", "quantity": "1", "unit_cost": "700"},
            {"name": "Cylinder", "quantity": "4", "unit_cost": "300"},
        ],
        checks=[{"what": "Emergency stop"}, {"what": "Pressure", "wanted": "6 bar"}],
    )
    plan(maker, order, "Design", "design", "2026-12-01", "2026-12-05", hours="20")
    plan(maker, order, "Build", "building", "2026-12-08", "2026-12-19", hours="30")
    return order


def plan(maker: Harbour, order: Thing, name: str, phase: str, starts: str, ends: str, hours: str) -> Thing:
    return maker.tomas.writes(
        TASK, name=name, machine_order=order.id, phase=phase, starts_on=starts, ends_on=ends, planned_hours=hours
    )


def quoted(maker: Harbour, order: Thing) -> Thing:
    return maker.mei.changes(order, state="quoted", quoted_price="14500", due_on="2027-01-15")


def ordered(maker: Harbour, order: Thing) -> Thing:
    return maker.mei.changes(quoted(maker, order), state="ordered")


def supplier(maker: Harbour) -> int:
    return maker.owner.writes("base.party", name="Hydraulics Ltd", is_supplier=True).id


def buys(maker: Harbour, order: Thing, part: int, quantity: str, each: str) -> Thing:
    return maker.tomas.writes(
        PURCHASE,
        machine_order=order.id,
        supplier=supplier(maker),
        lines=[{"part": order.parts[part].id, "quantity": quantity, "unit_cost": each}],
    )


def signed(actor: Actor) -> dict[str, Any]:
    """The customer's signature, as it was uploaded from the phone."""
    digest = sha256(b"a picture of a signature").hexdigest()
    return actor.harbour.run(lambda work: note(work, digest, 24, "signature.png", "image/png"), actor.person)


def money(thing: Thing, *names: str) -> list[str]:
    now = thing.now()
    return [f"{now[name]:.2f}" for name in names]


def test_the_quote_is_made_from_the_parts_list_and_the_hours(maker: Harbour, press: Thing) -> None:
    assert money(press, "planned_parts", "planned_hours", "planned_cost") == ["1900.00", "50.00", "10900.00"]
    refused = maker.mei.cannot_change(press, state="quoted")
    assert {problem.path for problem in refused.refusal.fields} == {"quoted_price", "due_on"}
    quoted(maker, press)
    assert f"{press.planned_margin:.1f}" == "24.8"


def test_no_quote_without_a_parts_list(maker: Harbour) -> None:
    bare = maker.mei.writes(ORDER, name="Guess", customer=maker.id_of("base.party", "Grand Hotel"))
    refused = maker.mei.cannot_change(bare, state="quoted", quoted_price="1", due_on="2027-01-15")
    assert refused.says("Write the parts list before the quote") or any(
        "parts list" in problem.en for problem in refused.refusal.fields
    )


def test_what_was_ordered_is_no_longer_changed(maker: Harbour, press: Thing) -> None:
    ordered(maker, press)
    assert maker.owner.cannot_change(press, quoted_price="20000").code == "wrong_input"
    assert maker.mei.cannot_change(press, name="Bigger press").code in ("not_allowed", "record_not_found")


def test_purchases_are_bound_to_the_order_and_its_parts(maker: Harbour, press: Thing) -> None:
    ordered(maker, press)
    other = maker.mei.writes(
        ORDER, name="Other", customer=maker.id_of("base.party", "Grand Hotel"), parts=[{"name": "Valve"}]
    )
    strange: dict[str, Any] = {"part": other.parts[0].id, "quantity": "1", "unit_cost": "5"}
    refused = maker.tomas.cannot_write(PURCHASE, machine_order=press.id, supplier=supplier(maker), lines=[strange])
    assert [problem.path for problem in refused.refusal.fields] == ["lines[0].part"]
    buys(maker, press, 1, "4", "350")
    cylinder = press.parts[1]
    assert (f"{cylinder.ordered:.0f}", f"{cylinder.bought:.2f}") == ("4", "1400.00")


def test_cost_runs_against_the_quote(maker: Harbour, press: Thing) -> None:
    ordered(maker, press)
    buys(maker, press, 1, "4", "350")
    buys(maker, press, 0, "1", "900")
    for task in maker.tomas.sees(TASK, f"machine_order = {press.id}"):
        maker.tomas.changes(Thing(maker, TASK, task["id"]), worked_hours="30", progress="50")
    assert money(press, "bought", "worked_hours", "cost", "over", "progress") == [
        "2300.00",
        "60.00",
        "13100.00",
        "2200.00",
        "50.00",
    ]
    assert f"{press.margin:.1f}" == "9.7"
    assert [row["id"] for row in maker.owner.sees(ORDER, "over > 0")] == [press.id]


def test_sales_sees_the_quote_and_not_the_cost(maker: Harbour, press: Thing) -> None:
    ordered(maker, press)
    assert not {"cost", "bought", "margin", "over"} & set(maker.mei.reads(press))
    assert not {"margin", "planned_margin"} & set(maker.tomas.reads(press))


def test_acceptance_needs_site_checks_and_a_signature(maker: Harbour, press: Thing) -> None:
    ordered(maker, press)
    refused = maker.tomas.cannot_change(press, state="installing")
    assert {problem.path for problem in refused.refusal.fields} == {"site", "site_contact"}
    maker.tomas.changes(
        press, state="installing", site={"country": "CN", "street": "20 Nanjing Road"}, site_contact="Mr Wu"
    )
    refused = maker.tomas.cannot_change(press, state="accepted")
    assert [problem.path for problem in refused.refusal.fields] == ["signature"]
    signature = signed(maker.tomas)
    refused = maker.tomas.cannot_change(press, state="accepted", signature=signature)
    assert [problem.path for problem in refused.refusal.fields] == ["checks"]
    done = [{"id": check.id, "is_done": True} for check in press.checks]
    maker.tomas.changes(press, state="accepted", signature=signature, checks=done)
    assert press.accepted_on is not None, "the day comes by itself"
    assert press.signature["name"] == "signature.png"


def test_a_lost_inquiry_says_why(maker: Harbour, press: Thing) -> None:
    refused = maker.mei.cannot_change(press, state="lost")
    assert [problem.path for problem in refused.refusal.fields] == ["lost_because"]
    maker.owner.changes(press, state="lost", lost_because="Too late")
    assert press.lost_because == "Too late"


def test_what_comes_before_belongs_to_the_same_machine(maker: Harbour, press: Thing) -> None:
    [design, build] = maker.tomas.sees(TASK, f"machine_order = {press.id}", ("id", "name", "starts_on"))
    first, second = sorted([design, build], key=lambda task: task["name"], reverse=True)
    maker.tomas.changes(Thing(maker, TASK, second["id"]), after=first["id"])
    other = maker.mei.writes(ORDER, name="Other", customer=maker.id_of("base.party", "Grand Hotel"))
    strange = plan(maker, other, "Elsewhere", "design", "2026-12-01", "2026-12-02", "1")
    refused = maker.tomas.cannot_change(Thing(maker, TASK, second["id"]), after=strange.id)
    assert [problem.path for problem in refused.refusal.fields] == ["after"]
    assert strange.starts_on == date(2026, 12, 1)
