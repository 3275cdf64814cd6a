"""Links found or made: a record that a row names and nobody has is made with the row."""

from __future__ import annotations

import pytest

from queti.engines.imports import service
from queti.engines.imports.refusals import ImportHasErrors
from queti.kernel.errors import WrongInput
from tests.engines.imports.conftest import Shop

ROWS = "number,party,freight\nA,Inn,1\nB,Hotel,2\nC,Inn,3\nD,Club,4\n"


@pytest.fixture
def with_a_club(shop: Shop) -> Shop:
    shop.create("shop.party", {"name": "Club"})
    return shop


class TestMadeOnce:
    def test_the_check_says_how_many_and_makes_none(self, with_a_club: Shop) -> None:
        report = with_a_club.start(ROWS, make={"party": {}})["report"]
        assert (report["good"], report["bad"], report["made"]) == (4, 0, {"shop.party": 2})
        assert with_a_club.find("shop.party", "name") == [("Club",)]

    def test_each_name_becomes_one_record_with_what_the_mapping_gives_it(self, with_a_club: Shop) -> None:
        making = {"party": {"region": 'if(name = "Inn", "south", "north")', "limit": "100"}}
        assert with_a_club.imports(ROWS, make=making)["report"]["made"] == {"shop.party": 2}
        parties = with_a_club.find("shop.party", "name", "region", "limit", "owed")
        assert parties == [("Club", None, None, 4), ("Inn", "south", 100, 4), ("Hotel", "north", 100, 2)]

    @pytest.mark.usefixtures("small_batches")
    def test_once_over_all_batches(self, shop: Shop) -> None:
        assert shop.imports(ROWS, make={"party": {}})["report"]["made"] == {"shop.party": 3}
        assert len(shop.find("shop.party", "id")) == 3

    def test_without_that_word_it_is_a_mistake(self, with_a_club: Shop) -> None:
        report = with_a_club.start(ROWS)["report"]
        assert [(each["row"], each["value"]) for each in report["problems"]] == [(2, "Inn"), (3, "Hotel"), (4, "Inn")]

    def test_undone_with_the_import(self, with_a_club: Shop) -> None:
        done = with_a_club.imports(ROWS, make={"party": {}})
        service.undo(with_a_club.door, done["id"])
        assert with_a_club.find("shop.party", "name") == [("Club",)]
        assert with_a_club.find("shop.order", "id") == []


class TestWithTheRowsThatNameThem:
    def test_a_row_that_is_not_taken_makes_nothing(self, shop: Shop) -> None:
        rows = "number,party,freight\nA,Inn,1\nB,Hotel,-2\nC,Club,x\n"
        done = service.run(shop.door, shop.start(rows, make={"party": {}})["id"], "good")
        assert (done["report"]["created"], done["report"]["bad"], done["report"]["made"]) == (1, 2, {"shop.party": 1})
        assert shop.find("shop.party", "name") == [("Inn",)]

    def test_what_cannot_be_made_is_told_at_its_rows(self, shop: Shop) -> None:
        started = shop.start(ROWS, make={"party": {"region": 'if(name = "Inn", "west", "north")'}})
        problems = started["report"]["problems"]
        assert [(each["row"], each["field"]) for each in problems] == [(2, "party"), (4, "party")]
        assert "“Inn” can't be made" in problems[0]["text"]
        with pytest.raises(ImportHasErrors):
            service.run(shop.door, started["id"])

    def test_a_name_that_several_have_is_still_a_question(self, shop: Shop) -> None:
        shop.create("shop.party", {"name": "Inn"}, {"name": "Inn"})
        [problem] = shop.start("number,party\nA,Inn\n", make={"party": {}})["report"]["problems"]
        assert "Several records" in problem["text"]


class TestMappings:
    def test_only_a_mapped_link_can_be_made_and_only_with_its_own_fields(self, shop: Shop) -> None:
        with pytest.raises(WrongInput) as refused:
            shop.start(ROWS, make={"freight": {}, "party": {"colour": "name", "region": "nam"}})
        assert {each.path for each in refused.value.fields} == {
            "make.freight", "make.party.colour", "make.party.region",
        }  # fmt: skip

    def test_who_may_not_make_parties_is_told_at_once(self, shop: Shop) -> None:
        with pytest.raises(WrongInput) as refused:
            shop.as_("buyer").start(ROWS, make={"party": {}})
        assert [(each.path, each.code) for each in refused.value.fields] == [("make.party", "not_allowed")]
