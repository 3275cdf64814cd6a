"""Mei leaves the company: her customers and deals go on without her."""

from __future__ import annotations

from tests.fixtures.harbour import Harbour


def test_what_was_mei_s_is_handed_over_in_one_act(harbour: Harbour) -> None:
    mei, lin = harbour.mei.person.user, harbour.lin.person.user
    deal = harbour.mei.writes("crm.deal", name="Lobby", customer=harbour.id_of("base.party", "Grand Hotel"), owner=mei)
    rows = harbour.owner.does("base.list_belongings", person=mei)
    kinds = {(row["object"], row["field"]): row["count"] for row in rows}
    assert kinds["crm.deal", "owner"] >= 1

    given = harbour.owner.does("base.hand_over", person=mei, to=lin, leaves=True)
    assert {(row["object"], row["field"]): row["count"] for row in given} == kinds
    assert deal.owner == lin
    assert harbour.owner.does("base.list_belongings", person=mei) == []
    assert not harbour.run(lambda work: work.fetch("base.user", [mei])[0].is_active)
    assert deal.created_by == mei, "who did what in the past stays"


def test_nobody_hands_over_to_themselves_or_without_the_right(harbour: Harbour) -> None:
    mei, lin = harbour.mei.person.user, harbour.lin.person.user
    assert harbour.owner.cannot("base.hand_over", person=mei, to=mei).code == "same_person"
    assert harbour.mei.cannot("base.hand_over", person=lin, to=mei).code == "not_allowed"


def test_what_waited_for_her_goes_along(harbour: Harbour) -> None:
    """Lin stands in for a request that Mei was to hand over; the trail says why."""
    mei, lin = harbour.mei.person.user, harbour.lin.person.user
    leave = harbour.tomas.writes("people.leave_request", from_on="2026-12-01", until_on="2026-12-02", days="2")
    harbour.tomas.does("flow.submit", flow="people.leave", record=leave.id)
    [task] = harbour.run(lambda work: work.find("flow.task", "record = $id and state = 'open'", {"id": leave.id}))
    harbour.owner.does("flow.reassign", task=task.id, to=mei, reason="She knows")
    [told] = harbour.owner.does("flow.list_waiting", person=mei, to=lin)
    assert (told["flow"], told["count"]) == ("people.leave", 1)

    harbour.owner.does("base.hand_over", person=mei, to=lin, leaves=True, reason="Mei leaves")
    [task] = harbour.run(lambda work: work.find("flow.task", "waits_for = $lin", {"lin": lin}))
    [last] = harbour.run(lambda work: work.find("flow.act", "act = 'reassigned' and to = $lin", {"lin": lin}))
    assert (task.record, last.reason) == (leave.id, "Mei leaves")
