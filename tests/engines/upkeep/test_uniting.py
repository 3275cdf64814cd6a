"""Duplicates are found and become one, and can be parted again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from queti.engines.upkeep.bulk import change_many, restore_many, try_bulk, undo_many
from queti.engines.upkeep.duplicates import find_duplicates
from queti.engines.upkeep.earlier import bring_back
from queti.engines.upkeep.refusals import (
    NotComparable,
    NothingToBringBack,
    NothingToUnite,
    PostedRecords,
    TooManyAtOnce,
    TooManyLinks,
    UnionUndone,
)
from queti.engines.upkeep.uniting import part, preview_union, unions_of, unite
from queti.kernel.errors import NotAllowed, RecordNotFound, Refusal, StaleVersion
from queti.kernel.formulas import FormulaError
from queti.kernel.work import Work
from tests.fixtures.harbour import Actor, Harbour, Thing


def ask(actor: Actor, act: Any, *inputs: Any, **more: Any) -> Any:
    return actor.harbour.run(lambda work: act(work, *inputs, **more), actor.person)


@pytest.fixture
def twins(harbour: Harbour) -> tuple[Thing, Thing]:
    """The same hotel, entered twice; each has an address and an order."""
    one = harbour.owner.writes(
        "base.party",
        name="Ｐeace Hotel",
        is_customer=True,
        phone="+86 21 6321 6888",
        addresses=[{"address": "20 Nanjing Road"}],
    )
    two = harbour.owner.writes(
        "base.party",
        name="peace hotel.",
        is_customer=True,
        phone="(021) 6321-6888",
        email="desk@peace.example",
        addresses=[{"address": "East Wing", "city": "Shanghai"}],
    )
    return one, two


class TestDuplicates:
    def test_records_that_were_typed_differently_are_found_together(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        found = ask(harbour.owner, find_duplicates, "base.party", ["name"])
        assert [[each["id"] for each in group["records"]] for group in found["groups"]] == [[t.id for t in twins]]
        assert found["groups"][0]["count"] == 2
        assert not found["more"]

    def test_phones_are_compared_by_their_digits_and_blanks_are_no_duplicates(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        harbour.owner.changes(twins[0], phone="139 0000 1111")
        harbour.owner.changes(twins[1], phone="+86 139-0000-1111")
        for _ in range(2):
            harbour.owner.writes("base.party", name="No phone", is_customer=True)
        found = ask(harbour.owner, find_duplicates, "base.party", ["phone"])
        assert [t.id for t in twins] in [[each["id"] for each in group["records"]] for group in found["groups"]]
        phoneless = {each["id"] for each in harbour.owner.sees("base.party", "blank(phone)")}
        assert not phoneless & {each["id"] for group in found["groups"] for each in group["records"]}

    def test_who_does_not_see_a_record_does_not_learn_of_its_twin(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        lin = harbour.lin.person.user
        harbour.owner.changes(twins[1], owner=harbour.tomas.person.user)
        harbour.owner.changes(twins[0], owner=harbour.mei.person.user)
        assert lin
        assert ask(harbour.mei, find_duplicates, "base.party", ["name"])["groups"] == []

    def test_a_field_out_of_sight_or_without_an_order_can_not_be_asked(self, harbour: Harbour) -> None:
        with pytest.raises((FormulaError, Refusal)):
            ask(harbour.tomas, find_duplicates, "base.product", ["price"])
        with pytest.raises(NotComparable):
            ask(harbour.owner, find_duplicates, "base.party", ["is_customer"])


class TestUniting:
    def test_two_become_one_with_everything_that_led_to_either(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        one, two = twins
        contact = harbour.owner.writes("base.contact", name="Wu Jie", party=two.id)
        preview = ask(harbour.owner, preview_union, "base.party", one.id, [two.id], {"email": two.id})
        assert preview["values"] == {"email": "desk@peace.example"}
        assert [(each["object"], each["count"]) for each in preview["links"]] == [("base.contact", 1)]
        assert preview["lines"] == {"addresses": 1}
        assert contact.party == two.id, "a preview writes nothing"

        done = ask(harbour.owner, unite, "base.party", one.id, [two.id], {"email": two.id})
        assert one.email == "desk@peace.example"
        assert [line.address for line in one.addresses] == ["20 Nanjing Road", "East Wing"]
        assert contact.party == one.id
        assert harbour.owner.sees("base.party", f"id = {two.id}") == []
        assert [each["union"] for each in ask(harbour.owner, unions_of, "base.party", one.id)] == [done["union"]]

    def test_parting_brings_all_back_that_nobody_has_changed_since(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        one, two = twins
        stays, leaves = (harbour.owner.writes("base.contact", name=name, party=two.id) for name in ("Wu Jie", "Li Bo"))
        done = ask(
            harbour.owner, unite, "base.party", one.id, [two.id], {"email": two.id, "name": two.id, "phone": two.id}
        )
        harbour.owner.changes(one, name="Fairmont Peace Hotel")
        harbour.owner.changes(stays, party=harbour.id_of("base.party", "Grand Hotel"))

        parted = ask(harbour.owner, part, "base.party", done["union"])
        assert parted["kept_as_is"] == ["name"]
        assert (one.name, one.email, one.phone) == ("Fairmont Peace Hotel", None, "+86 21 6321 6888")
        assert [line.address for line in one.addresses] == ["20 Nanjing Road"]
        assert [line.address for line in two.addresses] == ["East Wing"]
        assert leaves.party == two.id
        assert stays.party == harbour.id_of("base.party", "Grand Hotel")
        with pytest.raises(UnionUndone):
            ask(harbour.owner, part, "base.party", done["union"])

    def test_a_record_that_posted_ones_name_can_only_be_the_kept_one(self, harbour: Harbour) -> None:
        order = harbour.mei.writes_order("Grand Hotel", "2 Office chair @ 100.00 CNY")
        harbour.lin.does("oms.confirm_order", order)
        harbour.tomas.does("oms.ship_order", order)
        hotel = harbour.id_of("base.party", "Grand Hotel")
        twin = harbour.owner.writes("base.party", name="Grand Hotel (2)", is_customer=True)
        with pytest.raises(PostedRecords, match="Grand Hotel"):
            ask(harbour.owner, unite, "base.party", twin.id, [hotel])
        ask(harbour.owner, unite, "base.party", hotel, [twin.id])
        assert harbour.owner.sees("base.party", f"id = {twin.id}") == []

    def test_what_all_the_world_names_is_refused_with_the_count(
        self, harbour: Harbour, twins: tuple[Thing, Thing], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, two = twins
        for name in ("Wu Jie", "Li Na", "Ma Lan"):
            harbour.owner.writes("base.contact", name=name, party=two.id)
        monkeypatch.setattr("queti.engines.upkeep.uniting.MOST_LINKS", 2)
        with pytest.raises(TooManyLinks) as refused:
            ask(harbour.owner, unite, "base.party", one.id, [two.id])
        assert "3" in refused.value.says("en")
        assert harbour.owner.sees("base.party", f"id = {two.id}") != []
        monkeypatch.setattr("queti.engines.upkeep.uniting.MOST_LINKS", 3)
        assert ask(harbour.owner, unite, "base.party", one.id, [two.id])["union"]

    def test_many_take_no_more_queries_than_few_and_endless_are_refused(self, harbour: Harbour) -> None:
        parties = [harbour.owner.writes("base.party", name=f"Inn {n}", is_customer=True).id for n in range(9)]

        def queries(others: list[int]) -> int:
            def act(work: Work) -> int:
                preview_union(work, "base.party", parties[0], others, {"name": others[0]})
                return work.statements

            return harbour.run(act, harbour.owner.person)

        assert queries(parties[1:]) == queries(parties[1:3])
        with pytest.raises(TooManyAtOnce):
            ask(harbour.owner, unite, "base.party", parties[0], list(range(10**6, 10**6 + 51)))

    def test_it_takes_the_rights_to_change_the_one_and_remove_the_other(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        one, two = twins
        with pytest.raises(NotAllowed):
            ask(harbour.ada, unite, "base.party", one.id, [two.id])
        for actor in (harbour.ada, harbour.tomas):
            with pytest.raises(NotAllowed):
                ask(actor, preview_union, "base.party", one.id, [two.id], {})
        assert two.name == "peace hotel."
        with pytest.raises(NothingToUnite):
            ask(harbour.owner, unite, "base.party", one.id, [one.id])
        with pytest.raises(RecordNotFound):
            ask(
                harbour.owner,
                unite,
                "base.party",
                one.id,
                [two.id],
                {"name": harbour.id_of("base.party", "Grand Hotel")},
            )

    def test_what_was_changed_since_it_was_looked_at_is_not_united_unseen(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        one, two = twins
        seen = {one.id: one.version, two.id: two.version}
        harbour.mei.harbour.owner.changes(two, note="Not the same house!")
        with pytest.raises(StaleVersion):
            ask(harbour.owner, unite, "base.party", one.id, [two.id], {}, seen)
        assert two.note == "Not the same house!"


class TestManyAtOnce:
    def test_a_change_is_tried_with_all_rules_before_it_is_made(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        ids = [t.id for t in twins]
        tried = ask(harbour.owner, try_bulk, "base.party", {"note": "VIP"}, ids=ids)
        assert (tried["count"], tried["problem"]) == (2, None)
        assert [(each["before"], each["after"]) for each in tried["sample"]] == [({"note": None}, {"note": "VIP"})] * 2
        assert twins[0].note is None, "tried, not made"
        done = ask(harbour.owner, change_many, "base.party", {"note": "VIP"}, tried["versions"])
        assert done["changed"] == 2
        assert [t.note for t in twins] == ["VIP", "VIP"]

    def test_the_preview_tells_what_stands_in_the_way(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        tried = ask(harbour.owner, try_bulk, "base.party", {"name": None}, where="is_customer")
        assert tried["problem"].code == "wrong_input"
        assert tried["count"] > 2
        assert twins[0].name == "Ｐeace Hotel"

    def test_a_record_changed_in_between_stops_all(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        tried = ask(harbour.owner, try_bulk, "base.party", {"note": "VIP"}, ids=[t.id for t in twins])
        harbour.owner.changes(twins[1], note="Ask Mei first")
        with pytest.raises(StaleVersion):
            ask(harbour.owner, change_many, "base.party", {"note": "VIP"}, tried["versions"])
        assert [t.note for t in twins] == [None, "Ask Mei first"]

    def test_only_what_one_sees_and_may_change(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        harbour.owner.changes(twins[0], owner=harbour.tomas.person.user)
        tried = ask(harbour.mei, try_bulk, "base.party", {"note": "mine"}, ids=[t.id for t in twins])
        assert tried["count"] == 1
        assert list(tried["versions"]) == [twins[1].id]

    def test_it_is_undone_where_nobody_has_changed_anything_since(
        self, harbour: Harbour, twins: tuple[Thing, Thing]
    ) -> None:
        harbour.owner.changes(twins[0], note="Oak only")
        ids = [t.id for t in twins]
        tried = ask(harbour.owner, try_bulk, "base.party", {"note": "VIP"}, ids=ids)
        done = ask(harbour.owner, change_many, "base.party", {"note": "VIP"}, tried["versions"])
        harbour.owner.changes(twins[1], note="VIP, ask Mei first")
        undone = ask(harbour.owner, undo_many, "base.party", UUID(done["work"]), ids)
        assert undone == {"brought_back": 1, "changed_since": 1}
        assert [t.note for t in twins] == ["Oak only", "VIP, ask Mei first"]

    def test_nobody_undoes_what_another_has_done(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        ids = [t.id for t in twins]
        tried = ask(harbour.owner, try_bulk, "base.party", {"note": "VIP"}, ids=ids)
        done = ask(harbour.owner, change_many, "base.party", {"note": "VIP"}, tried["versions"])
        undone = ask(harbour.ada, undo_many, "base.party", UUID(done["work"]), ids)
        assert undone["brought_back"] == 0
        assert [t.note for t in twins] == ["VIP", "VIP"]

    def test_all_that_a_search_finds(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        tried = ask(harbour.owner, try_bulk, "base.party", {"note": "VIP"}, search="desk@peace.example")
        assert list(tried["versions"]) == [twins[1].id]

    def test_several_come_back_from_the_trash_or_none(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        ids = [t.id for t in twins]
        harbour.run(lambda work: work.as_person.trash("base.party", ids), harbour.owner.person)
        with pytest.raises(RecordNotFound):
            ask(harbour.owner, restore_many, "base.party", [*ids, 999_999])
        assert ask(harbour.owner, restore_many, "base.party", ids) == 2
        assert twins[0].trashed_at is None


class TestEarlierValues:
    def test_an_old_value_comes_back_as_an_ordinary_change(self, harbour: Harbour, twins: tuple[Thing, Thing]) -> None:
        one = twins[0]
        harbour.owner.changes(one, name="Wrong", note="Wrong too", addresses=[])
        entry = self._last(harbour, one)
        ask(harbour.owner, bring_back, "base.party", one.id, entry, one.version, ["name", "addresses"])
        assert (one.name, one.note) == ("Ｐeace Hotel", "Wrong too")
        assert [line.address for line in one.addresses] == ["20 Nanjing Road"]

    def test_what_one_may_not_write_stays(self, harbour: Harbour) -> None:
        chair = Thing(harbour, "base.product", harbour.id_of("base.product", "Office chair"))
        was = chair.price
        harbour.owner.changes(chair, price="1.00")
        entry = self._last(harbour, chair)
        with pytest.raises(NothingToBringBack):
            ask(harbour.tomas, bring_back, "base.product", chair.id, entry, chair.version)
        ask(harbour.owner, bring_back, "base.product", chair.id, entry, chair.version)
        assert chair.price == was

    @staticmethod
    def _last(harbour: Harbour, thing: Thing) -> int:
        return harbour.run(
            lambda work: work.column(
                f"SELECT max(id) FROM {work.schema}.kernel_history WHERE object = $1 AND record_id = $2::bigint",
                (thing.object, thing.id),
            )[0]
        )
