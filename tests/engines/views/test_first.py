"""The view that a list opens with is each person's own choice, and goes where they go."""

from __future__ import annotations

from typing import Any

import pytest

from queti.engines.views.first import first_view, open_first
from queti.engines.views.kept import keep_view, remove_view
from queti.kernel.errors import NotAllowed, RecordNotFound
from tests.fixtures.harbour import Actor, Harbour

ORDER = "oms.sales_order"


def ask(actor: Actor, act: Any, *inputs: Any) -> Any:
    return actor.harbour.run(lambda work: act(work, *inputs), actor.person)


def test_each_person_s_list_opens_with_their_own_choice(harbour: Harbour) -> None:
    kept = ask(harbour.mei, keep_view, ORDER, "Mine", {"kind": "list"})
    ask(harbour.mei, open_first, ORDER, f"kept:{kept['id']}")
    ask(harbour.owner, open_first, ORDER, "oms.my_open_orders")
    assert ask(harbour.mei, first_view, ORDER) == f"kept:{kept['id']}"
    assert ask(harbour.owner, first_view, ORDER) == "oms.my_open_orders"
    assert ask(harbour.mei, first_view, "base.party") == ""

    ask(harbour.mei, remove_view, kept["id"], 1)
    assert ask(harbour.mei, first_view, ORDER) == ""
    ask(harbour.owner, open_first, ORDER, "")
    assert ask(harbour.owner, first_view, ORDER) == ""


@pytest.mark.parametrize("view", ["oms.no_such", "kept:999", "crm.my_open_deals", "kept:x'"])
def test_only_a_view_of_the_list_opens_it(harbour: Harbour, view: str) -> None:
    with pytest.raises(RecordNotFound):
        ask(harbour.mei, open_first, ORDER, view)


def test_somebody_else_s_own_view_is_not_found_and_a_hidden_object_has_none(harbour: Harbour) -> None:
    kept = ask(harbour.owner, keep_view, ORDER, "Owner's", {"kind": "list"})
    with pytest.raises(RecordNotFound):
        ask(harbour.mei, open_first, ORDER, f"kept:{kept['id']}")
    with pytest.raises(NotAllowed):
        ask(harbour.tomas, open_first, "finance.journal_entry", "finance.any")
