"""Views that people keep for themselves or share."""

from __future__ import annotations

from typing import Any

import pytest

from queti.engines.views.kept import (
    NotYourView,
    SharingNotAllowed,
    change_view,
    keep_view,
    list_views,
    remove_view,
)
from queti.kernel.errors import NotAllowed, RecordNotFound, StaleVersion, WrongInput
from tests.fixtures.harbour import Actor, Harbour

PARTY = "base.party"
BODY = {
    "kind": "list",
    "where": "is_customer and blank(email)",
    "fields": ["code", "name", "phone"],
    "sort": "-name",
    "colours": {"new": {"when": "created_at > now() - days(7)", "tone": "good"}},
}


def ask(actor: Actor, act: Any, *inputs: Any) -> Any:
    return actor.harbour.run(lambda work: act(work, *inputs), actor.person)


def names(actor: Actor) -> list[str]:
    return [view["name"] for view in ask(actor, list_views, PARTY)]


def test_a_view_is_one_s_own_until_it_is_shared(harbour: Harbour) -> None:
    mine = ask(harbour.owner, keep_view, PARTY, " No e-mail ", BODY)
    assert (mine["name"], mine["mine"], mine["roles"]) == ("No e-mail", True, None)
    assert mine["body"]["where"] == BODY["where"]
    assert names(harbour.mei) == names(harbour.ada) == []

    ask(harbour.owner, change_view, mine["id"], 1, "No e-mail", BODY, ["sales"])
    assert (names(harbour.mei), names(harbour.ada)) == (["No e-mail"], [])
    ask(harbour.owner, change_view, mine["id"], 2, "No e-mail", BODY, [])
    assert names(harbour.ada) == ["No e-mail"]


def test_only_administrators_share_and_only_owners_change(harbour: Harbour) -> None:
    with pytest.raises(SharingNotAllowed):
        ask(harbour.mei, keep_view, PARTY, "For all", BODY, [])
    shared = ask(harbour.owner, keep_view, PARTY, "For all", BODY, [])
    with pytest.raises(NotYourView):
        ask(harbour.mei, change_view, shared["id"], 1, "Mine now", BODY)
    own = ask(harbour.mei, keep_view, PARTY, "Mei's", BODY)
    for other in (harbour.owner, harbour.ada):
        with pytest.raises(RecordNotFound):
            ask(other, remove_view, own["id"], 1)
    with pytest.raises(StaleVersion):
        ask(harbour.mei, remove_view, own["id"], 7)
    ask(harbour.mei, remove_view, own["id"], 1)
    assert names(harbour.mei) == ["For all"]


def test_a_view_holds_only_what_its_keeper_sees(harbour: Harbour) -> None:
    with pytest.raises(WrongInput) as refusal:
        ask(
            harbour.tomas,
            keep_view,
            "base.product",
            "Prices",
            {"fields": ["name", "price"], "where": "price > 5", "sort": "price", "totals": {"price": "sum"}},
        )
    assert sorted(problem.path for problem in refusal.value.fields) == ["fields", "sort", "totals", "where"]
    with pytest.raises(NotAllowed):
        ask(harbour.tomas, keep_view, "finance.receivable", "Debts", {})


def test_a_shared_view_loses_the_colours_that_its_reader_may_not_ask_for(harbour: Harbour) -> None:
    product = harbour.run(lambda work: work.object("base.product"))
    choice = next(name for name, field in product.fields.items() if field.type.name == "choice")
    colours = {
        "dear": {"when": "price > 5", "tone": "bad"},
        "priced": {"when": "not blank(name)", "field": "price"},
        "named": {"when": "not blank(name)", "tone": "good"},
    }
    body = {"fields": ["name"], "colours": colours, "colour_by": choice}
    ask(harbour.owner, keep_view, "base.product", "Coloured", body, [])
    [seen] = [view["body"] for view in ask(harbour.tomas, list_views, "base.product") if view["name"] == "Coloured"]
    assert (list(seen["colours"]), seen["colour_by"]) == (["named"], choice)
    [whole] = [view["body"] for view in ask(harbour.owner, list_views, "base.product") if view["name"] == "Coloured"]
    assert whole["colours"].keys() == colours.keys()


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("", {}, "name"),
        ("x" * 81, {}, "name"),
        ("Kind", {"kind": "cube"}, "body"),
        ("Formula", {"where": "name ="}, "where"),
        ("Unknown", {"start": "birthday"}, "start"),
        ("Coloured", {"colour_by": "birthday"}, "colour_by"),
        ("Colour", {"colours": {"one": {"when": "nam = 'x'"}}}, "colours.one.when"),
    ],
)
def test_what_is_wrong_is_named(harbour: Harbour, name: str, body: dict[str, Any], path: str) -> None:
    with pytest.raises(WrongInput) as refusal:
        ask(harbour.mei, keep_view, PARTY, name, body)
    assert [problem.path for problem in refusal.value.fields] == [path]
