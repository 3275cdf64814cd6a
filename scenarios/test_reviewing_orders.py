"""Large orders wait until somebody has looked at them; where the line is, the owner decides."""

from __future__ import annotations

import msgspec
import pytest

from queti.kernel.definitions import RuleDef
from queti.kernel.publishing import drafts
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work
from tests.fixtures.harbour import WORKSPACE, Harbour

RULE = "oms.order_review"


def test_a_large_order_waits_with_its_reason_until_it_is_released(harbour: Harbour) -> None:
    large = harbour.lin.writes_order("Grand Hotel", "500 Desk lamp @ 100.01")
    small = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")

    assert (large.state, large.holds, large.hold_note) == ("held", ["review"], "> 50000; New customer 新客户")
    assert (small.state, small.holds) == ("draft", None)

    harbour.lin.does("oms.lift_hold", large, reason="review")
    assert large.state == "draft"


def test_a_large_order_over_the_credit_limit_waits_for_both(harbour: Harbour) -> None:
    harbour.owner.changes(harbour.thing("base.party", "Grand Hotel"), credit_limit="1000")
    large = harbour.lin.writes_order("Grand Hotel", "500 Desk lamp @ 100.01")
    assert (large.holds, large.hold_note) == (["credit", "review"], "> 50000; New customer 新客户")


def test_who_decides_can_see_why(harbour: Harbour) -> None:
    large = harbour.lin.writes_order("Grand Hotel", "500 Desk lamp @ 100.01")

    def ask(work: Work) -> tuple[object, object]:
        [answer] = work.decide(RULE, [large.id])
        return answer.outcome, answer.rows

    assert harbour.run(ask) == (
        [{"hold": "review", "note": "> 50000"}, {"hold": "review", "note": "New customer 新客户"}],
        ("0", "1"),
    )


def test_the_shipped_rule_is_one_that_a_customer_could_have_written(harbour: Harbour) -> None:
    rule = harbour.run(lambda work: work.model.rules[RULE])
    assert msgspec.convert(msgspec.to_builtins(rule), RuleDef) == rule
    assert {"large", "ordinary"} <= set(rule.tests)


@pytest.mark.parametrize(("hit", "holds"), [("first", ["review"]), (None, None)])
def test_a_table_of_one_answer_holds_as_well_and_none_holds_nothing(
    harbour: Harbour, hit: str | None, holds: list[str] | None
) -> None:
    """The company may change how the rows count, or do without the rule; orders come in all the same."""

    def write(work: Work) -> int:
        draft = drafts.create_draft(work, None).id
        if hit is None:
            drafts.remove_definition(work, draft, "rule", RULE)
        else:
            body = {**body_of(work.model.rules[RULE]), "hit": hit, "tests": {}}
            drafts.put_definition(work, draft, "rule", RULE, body)
        return draft

    platform = harbour.platform
    draft = harbour.run(write)
    publish_draft(platform.db, platform.workspace(WORKSPACE), platform.catalogue, draft)
    assert harbour.lin.writes_order("Grand Hotel", "500 Desk lamp @ 100.01").holds == holds


@pytest.mark.parametrize(
    ("lines", "given", "holds", "note"),
    [
        ("1 Desk lamp", {"ship_to": {"name": "Zhou", "address": "上海"}}, ["address"], "上海"),
        ("1 Desk lamp", {"ship_to": {"name": "Zhou", "phone": "12345678901"}}, ["review"], "12345678901"),
        ("1 Desk lamp", {"buyer_note": "Please CANCEL this"}, ["review"], "Please CANCEL this"),
        ("1 Desk lamp", {"buyer_note": "周末配送"}, None, None),
    ],
    ids=["address", "blocked phone", "buyer cancels", "harmless note"],
)
def test_what_makes_an_order_doubtful_holds_it_with_its_reason(
    harbour: Harbour, lines: str, given: dict[str, object], holds: list[str] | None, note: str | None
) -> None:
    order = harbour.lin.writes_order("Grand Hotel", lines, **given)
    assert (order.holds, order.hold_note) == (holds, note)
