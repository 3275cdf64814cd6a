"""Drafts: check, plan, publish, merging with what others published, lineage, comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest

from queti.kernel.errors import WrongInput
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import body_of, decode
from queti.kernel.publishing.drafts import (
    Draft,
    DraftChanged,
    DraftNotFound,
    DraftPublished,
    create_draft,
    describe_draft,
    find_draft,
    list_drafts,
    put_definition,
    remove_definition,
)
from queti.kernel.publishing.findings import DefinitionsWrong
from queti.kernel.publishing.foreseen import measured
from queti.kernel.publishing.installing import install_apps, rollback
from queti.kernel.publishing.lineage import lineage
from queti.kernel.publishing.merge import MergeConflicts
from queti.kernel.publishing.proposing import check_draft, foresee_draft, plan_draft, propose_draft, publish_draft
from queti.kernel.publishing.publish import Proposal, Publication, publish
from queti.kernel.publishing.releases import Release, compare_releases, current_model, read_release
from queti.kernel.publishing.upgrading import waiting_upgrade
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.kernel.shop import ORDER, PARTY, catalogue, install, with_fields, words
from tests.kernel.test_publishing import add_orders

CRATE: dict[str, Any] = {
    "label": words("Crate"),
    "title": "name",
    "fields": {"name": {"type": "text", "required": True}},
}


@dataclass
class Desk:
    """A place to work on drafts; `work` has of a Work what drafts ask of it."""

    db: Database
    workspace: Workspace
    catalogue: Catalogue

    @contextmanager
    def work(self, user: int | None = None) -> Iterator[Any]:
        with self.db.connection() as connection:
            connection.execute("SELECT set_config('role', %s, true)", [self.workspace.role])
            who = replace(SYSTEM, user=user)
            platform = type("Platform", (), {"catalogue": self.catalogue})()
            yield type(
                "Work", (), {"connection": connection, "workspace": self.workspace, "who": who, "platform": platform}
            )()

    def draft(self, **bodies: dict[str, Any] | None) -> Draft:
        """A new draft; `own__crate={…}` puts the object own.crate, None removes it."""
        with self.work() as work:
            draft = create_draft(work)
            for key, body in bodies.items():
                name = key.replace("__", ".")
                if body is None:
                    draft = remove_definition(work, draft.id, "object", name)
                else:
                    draft = put_definition(work, draft.id, "object", name, body)
            return draft

    def publish(self, draft: Draft, **settings: Any) -> int:
        return publish_draft(self.db, self.workspace, self.catalogue, draft.id, **settings)


@pytest.fixture
def desk(database: Database, workspace: Workspace) -> Desk:
    known, _ = install(database, workspace)
    return Desk(database, workspace, known)


def rates(desk: Desk) -> dict[str, float]:
    with desk.db.owner() as connection:
        return measured(connection, desk.workspace.schema)


def shop_order(**fields: Any) -> dict[str, Any]:
    body = with_fields(ORDER, **fields)
    body["fields"]["lines"] = {"type": "lines", "of": "shop.order_line"}
    return {**body, "object": "shop.order"}


class TestDrafts:
    def test_nobody_sees_a_draft_until_it_is_published(self, desk: Desk) -> None:
        draft = desk.draft(own__crate=CRATE)
        assert "own.crate" not in current_model(desk.db, desk.workspace, desk.catalogue).objects
        assert check_draft(desk.db, desk.workspace, desk.catalogue, draft.id) == []
        number = desk.publish(draft, who=5)
        model = current_model(desk.db, desk.workspace, desk.catalogue)
        assert (number, model.number) == (2, 2)
        assert "own.crate" in model.objects
        assert "own" in model.apps

    def test_a_plan_says_what_will_be_done(self, desk: Desk) -> None:
        plan = plan_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(own__crate=CRATE).id)
        acts = {(step["act"], step["object"]) for step in plan.shown()}
        assert ("create_table", "own.crate") in acts
        assert any("CREATE TABLE" in step["sql"] for step in plan.shown())

    def test_a_plan_is_told_in_words_and_seconds(self, desk: Desk) -> None:
        add_orders(desk.db, 1500)
        assert rates(desk) == {}
        dearer = {"type": "money", "formula": "sum(lines.amount) * 2 + freight"}
        draft = desk.draft(own__crate=CRATE, shop__order=shop_order(total=dearer, label_of_it={"type": "text"}))
        _, foreseen = foresee_draft(desk.db, desk.workspace, desk.catalogue, draft.id)
        told = {(each.act, each.object, each.field): each for each in foreseen.told}
        assert told["create_table", "own.crate", ""].en == "“Crate” gets a place for its records."
        assert told["fill", "shop.order", "total"].zh == "为 1,500 条记录计算“Order”的“total”。"
        assert told["add_column", "shop.order", "label_of_it"].en == "“Order” gets room for “label_of_it”."
        assert not foreseen.is_beside
        assert 0 < foreseen.waits <= foreseen.seconds
        desk.publish(draft)
        assert set(rates(desk)) == {"fill"}

    def test_what_goes_is_told_once(self, desk: Desk) -> None:
        desk.publish(desk.draft(own__crate=CRATE))
        _, foreseen = foresee_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(own__crate=None).id)
        assert [each.en for each in foreseen.told] == ["“Crate” is put aside with its records; it can come back."]

    def test_a_wrong_draft_is_not_published(self, desk: Desk) -> None:
        wrong = {**CRATE, "fields": {"name": {"type": "text"}, "size": {"type": "number", "formula": "nam + 1"}}}
        draft = desk.draft(own__crate=wrong)
        [found] = check_draft(desk.db, desk.workspace, desk.catalogue, draft.id)
        assert (found.name, found.place, found.position) == ("own.crate", "fields.size.formula", 0)
        with pytest.raises(DefinitionsWrong):
            desk.publish(draft)
        with pytest.raises(DefinitionsWrong):
            plan_draft(desk.db, desk.workspace, desk.catalogue, draft.id)
        assert current_model(desk.db, desk.workspace, desk.catalogue).number == 1

    def test_removing_what_others_use_names_the_users(self, desk: Desk) -> None:
        found = check_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(shop__party=None).id)
        assert {("shop.order", "fields.party.to"), ("clerk", "objects.shop.party")} <= {
            (f.name, f.place) for f in found
        }

    def test_what_is_removed_tells_all_its_uses(self, desk: Desk) -> None:
        found = check_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(shop__party=None).id)
        [told] = [each for each in found if (each.name, each.place) == ("shop.party", "")]
        used = {(use["kind"], use["name"], use["place"]) for use in told.uses}
        assert {
            ("field", "shop.order.party", "to"),
            ("field", "shop.order.region", "formula"),
            ("role", "clerk", "objects"),
        } <= used
        assert told.en.startswith("object “Party” is still used: ")
        assert "“Order”的字段“party”（to）" in told.zh

    def test_a_removed_field_tells_rules_and_formulas_of_its_own_object(self, desk: Desk) -> None:
        body = deepcopy(shop_order())
        del body["fields"]["freight"]
        found = check_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(shop__order=body).id)
        [told] = [each for each in found if each.place == "fields.freight"]
        used = {(use["name"], use["place"]) for use in told.uses}
        assert {("shop.order.total", "formula"), ("shop.order", "rules.freight_not_negative")} <= used
        body["fields"]["total"]["formula"] = "sum(lines.amount)"
        body["rules"] = {}
        found = check_draft(desk.db, desk.workspace, desk.catalogue, desk.draft(shop__order=body).id)
        assert [each for each in found if each.severity == "error"] == []

    def test_what_is_as_in_the_base_again_is_no_change(self, desk: Desk) -> None:
        assert desk.draft(shop__order={**shop_order(), "sort": "number"}).changes.keys() == {"object:shop.order"}
        desk.publish(desk.draft(own__crate=CRATE))
        draft = desk.draft(own__crate={**CRATE, "icon": "box"})
        with desk.work() as work:
            assert put_definition(work, draft.id, "object", "own.crate", CRATE).changes == {}

    def test_a_builder_keeps_a_draft_to_themselves_until_it_is_shared(self, desk: Desk) -> None:
        draft = desk.draft()
        with desk.work(mei := 5) as work:
            own = create_draft(work, title="Crates")
        with desk.work(6) as work:
            assert list_drafts(work) == []
            with pytest.raises(DraftNotFound):
                put_definition(work, own.id, "object", "own.crate", CRATE)
        with desk.work(mei) as work:
            assert [each.id for each in list_drafts(work)] == [own.id]
            describe_draft(work, own.id, is_shared=True)
        with desk.work(6) as work:
            assert put_definition(work, own.id, "object", "own.crate", CRATE).title == "Crates"
        assert draft.id != own.id

    def test_a_published_draft_is_closed(self, desk: Desk) -> None:
        draft = desk.draft(own__crate=CRATE)
        desk.publish(draft)
        with desk.work() as work:
            assert list_drafts(work) == []
            assert find_draft(work, draft.id).published_as == 2
            with pytest.raises(DraftPublished):
                put_definition(work, draft.id, "object", "own.crate", CRATE)
        with pytest.raises(DraftPublished):
            desk.publish(draft)

    def test_what_is_written_into_a_draft_while_it_is_published_is_not_lost(self, desk: Desk) -> None:
        draft = desk.draft(own__crate=CRATE)

        def propose_slowly(publication: Publication) -> Proposal:
            proposal = propose_draft(publication, draft.id)
            with desk.work() as work:
                put_definition(work, draft.id, "object", "own.box", CRATE)
            return proposal

        with pytest.raises(DraftChanged):
            publish(desk.db, desk.workspace, desk.catalogue, propose_slowly)
        with desk.work() as work:
            found = find_draft(work, draft.id)
        assert (found.is_open, set(found.changes)) == (True, {"object:own.crate", "object:own.box"})
        with pytest.raises(DraftChanged):
            desk.publish(draft, version=draft.version)
        desk.publish(draft, version=found.version)
        assert {"own.crate", "own.box"} <= current_model(desk.db, desk.workspace, desk.catalogue).objects.keys()

    def test_unknown_drafts_and_misnamed_bodies_are_refused(self, desk: Desk) -> None:
        with desk.work() as work:
            with pytest.raises(DraftNotFound):
                find_draft(work, 99)
            draft = create_draft(work)
            with pytest.raises(WrongInput):
                put_definition(work, draft.id, "object", "own.crate", {**CRATE, "object": "own.box"})


class TestChoices:
    def test_records_of_a_choice_that_goes_take_another(self, desk: Desk) -> None:
        """One choice gets another name, another is merged into one that stays; formulas follow."""
        fields = {
            "kind": {"type": "choice", "choices": {"raw": {}, "old": {}, "fine": {}}},
            "marks": {"type": "choices", "choices": {"a": {}, "b": {}, "c": {}}},
            "is_fine": {"type": "boolean", "formula": "kind = 'fine'", "index": True},
        }
        desk.publish(desk.draft(own__crate={**CRATE, "fields": {**CRATE["fields"], **fields}}))
        with desk.db.owner() as connection:
            connection.execute(
                "INSERT INTO w_test.own_crate (name, kind, marks, is_fine) VALUES ('1', 'raw', '{a,b}', false),"
                " ('2', 'old', '{c,a}', false), ('3', NULL, NULL, NULL)"
            )
        after = {
            "kind": {"type": "choice", "choices": {"rough": {"formerly": ["raw"]}, "fine": {"formerly": ["old"]}}},
            "marks": {"type": "choices", "choices": {"a": {}, "c": {}}},
            "is_fine": fields["is_fine"],
        }
        draft = desk.draft(own__crate={**CRATE, "fields": {**CRATE["fields"], **after}})
        [lost] = [f for f in check_draft(desk.db, desk.workspace, desk.catalogue, draft.id) if f.severity == "error"]
        assert (lost.place, lost.en) == ("fields.marks.choices.b", "1 records hold “b”.")
        to_a, to_c = (offer.change for offer in lost.offers)
        assert (to_a["property"], to_a["value"]) == ("fields.marks.choices.a.formerly", ["b"])
        assert to_c["property"] == "fields.marks.choices.c.formerly"
        after["marks"]["choices"]["a"] = {"formerly": to_a["value"]}
        with desk.work() as work:
            body = {**CRATE, "fields": {**CRATE["fields"], **after}}
            draft = put_definition(work, draft.id, "object", "own.crate", body)
        desk.publish(draft)
        assert crates(desk) == [("rough", ["a"], False, 1), ("fine", ["c", "a"], True, 1), (None, None, False, 1)]

    def test_on_the_way_back_each_has_its_own_again_unless_it_was_changed(self, desk: Desk) -> None:
        fields = {
            "kind": {"type": "choice", "required": True, "choices": {"raw": {}, "old": {}, "fine": {}}},
            "marks": {"type": "choices", "choices": {"a": {}, "b": {}, "d": {}}},
            "is_fine": {"type": "boolean", "formula": "kind = 'fine'"},
        }
        first = desk.publish(desk.draft(own__crate={**CRATE, "fields": {**CRATE["fields"], **fields}}))
        with desk.db.owner() as connection:
            connection.execute(
                "INSERT INTO w_test.own_crate (name, kind, marks, is_fine) VALUES ('1', 'raw', '{a,b}', false),"
                " ('2', 'old', '{b}', false), ('3', 'fine', '{}', true), ('4', 'old', NULL, false)"
            )
        merged = {
            **fields,
            "kind": {"type": "choice", "required": True, "choices": {"best": {"formerly": ["raw", "old", "fine"]}}},
            "marks": {"type": "choices", "choices": {"a": {"formerly": ["b"]}, "d": {}}},
            "is_fine": {"type": "boolean", "formula": "kind = 'best'"},
        }
        desk.publish(desk.draft(own__crate={**CRATE, "fields": {**CRATE["fields"], **merged}}))
        assert [kind for kind, *_ in crates(desk)] == ["best"] * 4
        kind, marks, _ = columns_of(desk)
        with desk.db.owner() as connection:
            connection.execute(f"UPDATE w_test.own_crate SET {marks} = '{{d}}' WHERE id = 2")  # type: ignore[arg-type]
            connection.execute(
                f"INSERT INTO w_test.own_crate (name, {kind}, {marks}) VALUES ('5', 'best', '{{a}}')"  # type: ignore[arg-type]
            )
        rollback(desk.db, desk.workspace, desk.catalogue, first)
        assert crates(desk) == [
            ("raw", ["a", "b"], False, 1),
            ("old", ["d"], False, 1),
            ("fine", [], True, 1),
            ("old", None, False, 1),
            ("fine", ["a"], True, 1),
        ]


def columns_of(desk: Desk) -> list[str]:
    model = current_model(desk.db, desk.workspace, desk.catalogue)
    return [model.storage["own.crate"]["columns"][name][0] for name in ("kind", "marks", "is_fine")]


def crates(desk: Desk) -> list[tuple[Any, ...]]:
    named = ", ".join(columns_of(desk))
    with desk.db.owner() as connection:
        return connection.execute(f"SELECT {named}, version FROM w_test.own_crate ORDER BY id").fetchall()  # type: ignore[arg-type]


class TestMerging:
    def test_changes_of_two_people_come_together(self, desk: Desk) -> None:
        mine = desk.draft(shop__order=shop_order(note={"type": "text", "order": 90}))
        theirs = desk.draft(shop__order=shop_order(carrier={"type": "text", "order": 91}), own__crate=CRATE)
        desk.publish(theirs)
        desk.publish(mine)
        model = current_model(desk.db, desk.workspace, desk.catalogue)
        assert {"note", "carrier"} <= model.object("shop.order").fields.keys()
        assert "own.crate" in model.objects

    def test_what_both_changed_is_refused_until_somebody_decides(self, desk: Desk) -> None:
        mine = desk.draft(shop__order={**shop_order(), "sort": "number"})
        desk.publish(desk.draft(shop__order={**shop_order(), "sort": "-number"}))
        with pytest.raises(MergeConflicts) as refused:
            desk.publish(mine)
        [conflict] = refused.value.conflicts
        assert (conflict.property, conflict.ours, conflict.theirs) == ("sort", "number", "-number")
        desk.publish(mine, choices={("object", "shop.order", "sort"): "ours"})
        assert current_model(desk.db, desk.workspace, desk.catalogue).object("shop.order").definition.sort == "number"


class TestUpgrades:
    def test_a_workspaces_own_changes_outlive_a_new_version(self, desk: Desk) -> None:
        desk.publish(
            desk.draft(shop__order={**shop_order(note={"type": "text"}), "label": words("Job")}, own__crate=CRATE)
        )
        newer = catalogue("2.0.0", order={**with_fields(ORDER, carrier={"type": "text"}), "icon": "truck"})
        model = install_apps(desk.db, desk.workspace, newer, ["shop"])
        order = model.object("shop.order")
        assert {"note", "carrier"} <= order.fields.keys()
        assert (order.definition.label["en"], order.definition.icon) == ("Job", "truck")
        assert "own.crate" in model.objects
        assert model.apps["shop"].version == "2.0.0"

    def test_what_both_changed_waits_for_a_decision(self, desk: Desk) -> None:
        desk.publish(desk.draft(shop__order={**shop_order(), "sort": "number"}))
        newer = catalogue("2.0.0", order={**ORDER, "sort": "-number"})
        waiting = waiting_upgrade(desk.db, desk.workspace, newer)
        assert {app.name: known for app, known in waiting.apps.items()} == {"shop": "1.0.0"}
        [conflict] = waiting.outlook.conflicts
        assert (conflict.base, conflict.ours, conflict.theirs) == ("-ordered_on,number", "number", "-number")
        with pytest.raises(MergeConflicts):
            install_apps(desk.db, desk.workspace, newer, ["shop"])
        choices = {("object", "shop.order", "sort"): "theirs"}
        model = install_apps(desk.db, desk.workspace, newer, ["shop"], choices=choices)  # type: ignore[arg-type]
        assert model.object("shop.order").definition.sort == "-number"
        assert not waiting_upgrade(desk.db, desk.workspace, newer).apps

    def test_what_an_earlier_version_of_queti_wrote_down_otherwise_is_no_change(self, desk: Desk) -> None:
        _as_written_earlier(desk, "object", "shop.order")
        before, as_shipped = read(desk, None), body_of(decode("object", ORDER, app="shop"))
        draft = desk.draft(own__crate=CRATE)
        with desk.work() as work:
            written = put_definition(work, draft.id, "object", "shop.order", as_shipped)
        assert set(written.changes) == {"object:own.crate"}
        number = desk.publish(draft)
        after = read(desk, number)
        key = "object:shop.order"
        assert after.manifest["effective"][key] == before.manifest["effective"][key] == "earlier"
        assert compare(desk, before.number, number) == {("object", "own.crate", "")}

        install_apps(desk.db, desk.workspace, desk.catalogue, ["shop"])
        assert read(desk, None).number == number


def _as_written_earlier(desk: Desk, kind: str, name: str) -> None:
    """The definition with a default spelled out, under the hash that it had then; no process knows it."""
    schema, key = desk.workspace.schema, f"{kind}:{name}"
    with desk.db.owner() as connection:
        manifest = read_release(connection, schema).manifest
        hash = manifest["effective"][key]
        connection.execute(
            f"INSERT INTO {schema}.kernel_definition SELECT 'earlier', kind, name,"  # type: ignore[arg-type]
            f' body || \'{{"order": 0.0, "parent_field": "parent"}}\' FROM {schema}.kernel_definition WHERE hash = %s',
            [hash],
        )
        for part in ("effective", "shipped"):
            connection.execute(
                f"UPDATE {schema}.kernel_release SET manifest = jsonb_set(manifest, %s, '\"earlier\"')",  # type: ignore[arg-type]
                [[part, key]],
            )
    desk.catalogue.models.clear()
    desk.catalogue.bodies.clear()


def read(desk: Desk, number: int | None) -> Release:
    with desk.db.connection() as connection:
        return read_release(connection, desk.workspace.schema, number)


def compare(desk: Desk, one: int, other: int) -> set[tuple[str, str, str]]:
    with desk.db.connection() as connection:
        found = compare_releases(connection, desk.workspace.schema, desk.catalogue, one, other)
    return {(each["kind"], each["name"], each["property"]) for each in found}


class TestKnowing:
    def test_lineage_tells_what_uses_a_field_and_what_it_uses(self, desk: Desk) -> None:
        model = current_model(desk.db, desk.workspace, desk.catalogue)
        found = lineage(model, "field", "shop.order.total")
        assert {"kind": "field", "name": "shop.party.owed", "place": "formula"} in found["used_by"]
        assert {"kind": "view", "name": "shop.open_orders", "place": "where"} in found["used_by"]
        assert {"kind": "field", "name": "shop.order_line.amount", "place": "formula"} in found["uses"]

    def test_lineage_of_an_object_is_that_of_its_fields(self, desk: Desk) -> None:
        model = current_model(desk.db, desk.workspace, desk.catalogue)
        users = {entry["name"] for entry in lineage(model, "object", "shop.party")["used_by"]}
        assert {"shop.order.party", "shop.order.region", "clerk", "shop.open_orders"} <= users

    def test_two_releases_compare_by_property(self, desk: Desk) -> None:
        desk.publish(
            desk.draft(own__crate=CRATE, shop__party={**with_fields(PARTY, limit=None), "object": "shop.party"})
        )
        with desk.db.connection() as connection:
            found = compare_releases(connection, desk.workspace.schema, desk.catalogue, 1, 2)
        told = {(each["name"], each["property"]) for each in found}
        assert ("own.crate", "") in told
        assert ("shop.party", "fields.limit") in told
        assert not any(name == "shop.order" for name, _ in told)
