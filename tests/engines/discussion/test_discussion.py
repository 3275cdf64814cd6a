"""Talking about records: heard by those who see them, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from queti.engines.discussion.comments import (
    NotYourComment,
    add_comment,
    change_comment,
    read_comments,
    remove_comment,
    whom_to_mention,
)
from queti.engines.discussion.followers import follow, followers_of, news_of, note_all_seen, note_seen, unfollow
from queti.kernel.errors import RecordNotFound, Refusal, WrongInput
from tests.fixtures.harbour import Actor, Harbour, Thing

PARTY = "base.party"


def ask(actor: Actor, act: Any, *inputs: Any, **more: Any) -> Any:
    return actor.harbour.run(lambda work: act(work, *inputs, **more), actor.person)


def id_of(actor: Actor) -> int:
    assert actor.person.user is not None
    return actor.person.user


@pytest.fixture
def hotel(harbour: Harbour) -> Thing:
    """A customer of Mei's."""
    return harbour.owner.writes(PARTY, name="Peace Hotel", is_customer=True, owner=id_of(harbour.mei))


class TestComments:
    def test_a_comment_is_read_by_those_who_see_the_record(self, harbour: Harbour, hotel: Thing) -> None:
        said = ask(harbour.mei, add_comment, PARTY, hotel.id, "  They want oak. ")
        assert (said["text"], said["by_name"][:3], said["mine"]) == ("They want oak.", "Mei", True)
        [read] = ask(harbour.ada, read_comments, PARTY, hotel.id)["comments"]
        assert (read["id"], read["text"], read["mine"]) == (said["id"], "They want oak.", False)

    def test_somebody_else_s_customer_is_not_talked_about(self, harbour: Harbour, hotel: Thing) -> None:
        other = harbour.owner.writes(PARTY, name="Owner's own", owner=id_of(harbour.owner))
        for act in (read_comments, whom_to_mention):
            with pytest.raises(RecordNotFound):
                ask(harbour.mei, act, PARTY, other.id, *([""] if act is whom_to_mention else []))
        with pytest.raises(RecordNotFound):
            ask(harbour.mei, add_comment, PARTY, other.id, "Hello?")

    def test_who_is_mentioned_must_see_the_record(self, harbour: Harbour) -> None:
        own = harbour.owner.writes(PARTY, name="Owner's own", owner=id_of(harbour.owner))
        with pytest.raises(WrongInput) as refusal:
            ask(harbour.owner, add_comment, PARTY, own.id, "Look!", [id_of(harbour.mei), id_of(harbour.ada)])
        assert [problem.path for problem in refusal.value.fields] == ["mentions"]
        assert "Mei" in refusal.value.fields[0].en
        assert "Ada" not in refusal.value.fields[0].en
        names = {one["login"] for one in ask(harbour.owner, whom_to_mention, PARTY, own.id, "")}
        assert "ada" in names
        assert "mei" not in names

    def test_only_the_author_changes_a_comment_and_an_administrator_may_remove_it(
        self, harbour: Harbour, hotel: Thing
    ) -> None:
        said = ask(harbour.mei, add_comment, PARTY, hotel.id, "They want oak.")
        with pytest.raises(NotYourComment):
            ask(harbour.ada, change_comment, said["id"], "They want pine.")
        changed = ask(harbour.mei, change_comment, said["id"], "They want walnut.")
        assert (changed["text"], changed["edited_at"] is not None) == ("They want walnut.", True)
        with pytest.raises(NotYourComment):
            ask(harbour.ada, remove_comment, said["id"])
        ask(harbour.owner, remove_comment, said["id"])
        assert ask(harbour.mei, read_comments, PARTY, hotel.id)["comments"] == []
        with pytest.raises(RecordNotFound):
            ask(harbour.mei, change_comment, said["id"], "Still there?")

    def test_pages_go_back_in_time(self, harbour: Harbour, hotel: Thing) -> None:
        for number in range(5):
            ask(harbour.mei, add_comment, PARTY, hotel.id, f"No. {number}")
        first = ask(harbour.mei, read_comments, PARTY, hotel.id, limit=3)
        rest = ask(harbour.mei, read_comments, PARTY, hotel.id, limit=3, before=first["next"])
        assert [each["text"] for each in first["comments"] + rest["comments"]] == [f"No. {n}" for n in (4, 3, 2, 1, 0)]
        assert rest["next"] is None

    def test_who_speaks_of_a_line_speaks_of_its_record(self, harbour: Harbour) -> None:
        place = harbour.owner.writes(PARTY, name="Two Doors", addresses=[{"address": "20 Nanjing Road"}])
        line = place.addresses[0].id
        ask(harbour.owner, add_comment, "base.party_address", line, "Ring twice.", [id_of(harbour.ada)])
        assert [each["text"] for each in ask(harbour.ada, read_comments, PARTY, place.id)["comments"]] == [
            "Ring twice."
        ]
        [news] = ask(harbour.ada, news_of)["news"]
        assert (news["object"], news["id"], news["label"]) == (PARTY, place.id, "Two Doors")
        with pytest.raises(RecordNotFound):
            ask(harbour.owner, add_comment, "base.party_address", 999_999, "Where?")

    @pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
    def test_nothing_and_too_much_are_refused(self, harbour: Harbour, hotel: Thing, text: str) -> None:
        with pytest.raises(Refusal):
            ask(harbour.mei, add_comment, PARTY, hotel.id, text)

    def test_a_comment_is_no_entry_of_the_business_timeline(self, harbour: Harbour, hotel: Thing) -> None:
        ask(harbour.mei, add_comment, PARTY, hotel.id, "They want oak.")
        told = harbour.run(lambda work: work.as_person.timeline(PARTY, hotel.id), harbour.mei.person)
        assert not [entry for entry in told["entries"] if "comment" in entry["act"]]


class TestFollowing:
    def test_the_mentioned_hear_of_it_until_they_look(self, harbour: Harbour, hotel: Thing) -> None:
        ask(harbour.mei, add_comment, PARTY, hotel.id, "@Ada what is their limit?", [id_of(harbour.ada)])
        [news] = ask(harbour.ada, news_of)["news"]
        assert (news["label"], news["mentioned"], news["comments"]) == ("Peace Hotel", True, 1)
        assert news["by_name"].startswith("Mei")
        assert ask(harbour.mei, news_of)["news"] == [], "one's own words are no news"
        ask(harbour.ada, note_seen, PARTY, hotel.id)
        assert ask(harbour.ada, news_of)["unread"] == 0
        ask(harbour.ada, add_comment, PARTY, hotel.id, "50,000")
        assert [each["text"] for each in ask(harbour.mei, news_of)["news"]] == ["50,000"]

    def test_changes_by_others_are_news_to_followers_only(self, harbour: Harbour, hotel: Thing) -> None:
        ask(harbour.ada, follow, PARTY, hotel.id, [id_of(harbour.ada)])
        harbour.mei.changes(hotel, note="oak")
        harbour.mei.changes(hotel, note="walnut")
        [news] = ask(harbour.ada, news_of)["news"]
        assert (news["changes"], news["comments"], news["by_name"][:3]) == (2, 0, "Mei")
        assert ask(harbour.owner, news_of)["news"] == []
        followers = ask(harbour.mei, followers_of, PARTY, hotel.id)["followers"]
        assert [one["id"] for one in followers] == [id_of(harbour.ada)]
        ask(harbour.ada, unfollow, PARTY, hotel.id)
        assert ask(harbour.ada, news_of)["news"] == []

    def test_all_is_seen_up_to_what_was_shown(self, harbour: Harbour, hotel: Thing) -> None:
        ask(harbour.ada, follow, PARTY, hotel.id, [id_of(harbour.ada)])
        harbour.mei.changes(hotel, note="oak")
        [shown] = ask(harbour.ada, news_of)["news"]
        assert shown["act"] == "Changed"
        harbour.mei.changes(hotel, note="walnut")
        ask(harbour.ada, note_all_seen, shown["at"])
        assert [each["changes"] for each in ask(harbour.ada, news_of)["news"]] == [1], "what came since is still new"

    def test_the_news_are_one_query_and_one_an_object(self, harbour: Harbour, hotel: Thing) -> None:
        inn = harbour.owner.writes(PARTY, name="Old Inn", is_customer=True)
        for thing in (hotel, inn):
            ask(harbour.ada, follow, PARTY, thing.id, [id_of(harbour.ada)])
            harbour.owner.changes(thing, note="oak")

        def counted(work: Any) -> int:
            before = work.statements
            assert news_of(work)["unread"] == 2
            return work.statements - before

        parties = ask(harbour.ada, counted)
        assert parties == 3, "what is new, what the records are called, who did it"

    def test_a_follower_who_may_no_longer_see_the_record_hears_nothing(self, harbour: Harbour, hotel: Thing) -> None:
        ask(harbour.mei, follow, PARTY, hotel.id, [id_of(harbour.mei)])
        harbour.owner.changes(hotel, owner=id_of(harbour.owner), note="Taken over")
        assert ask(harbour.mei, news_of) == {"news": [], "unread": 0}
