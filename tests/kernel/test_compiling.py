"""What compiling promises: sugar resolved, dependencies known, wrong definitions named with place and fix."""

from __future__ import annotations

from typing import Any

from queti.kernel.model import Model
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import identity
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.findings import Finding, Findings
from tests.kernel.shop import LINE, ORDER, PARTY, ROLE, VIEW, catalogue, with_fields, words


def compiled(known: Catalogue, previous: Model | None = None) -> tuple[Model, list[Finding]]:
    findings = Findings()
    parts = {identity(part): part for app in known.apps.values() for part in app.definitions}
    number = previous.number + 1 if previous else 1
    model = compile_model(
        number,
        "w_test",
        parts,
        known.apps.values(),
        previous=previous,
        storage=previous.storage if previous else None,
        findings=findings,
    )
    check_model(model, findings, previous)
    return model, findings.found


def problems(**changed: Any) -> list[Finding]:
    return [finding for finding in compiled(catalogue(**changed))[1] if finding.severity == "error"]


class TestTheModel:
    def test_the_shop_has_no_finding(self) -> None:
        assert compiled(catalogue())[1] == []

    def test_sugar_gets_the_type_of_its_formula(self) -> None:
        model, _ = compiled(catalogue())
        order, party = model.object("shop.order"), model.object("shop.party")
        assert (order.fields["region"].type.name, order.fields["region"].declared) == ("choice", "lookup")
        assert list(order.fields["region"].definition.choices) == ["north", "south"]
        assert party.fields["owed"].type.name == "money"

    def test_live_fields_have_no_column(self) -> None:
        order = compiled(catalogue())[0].object("shop.order")
        assert order.fields["is_late"].is_live
        assert not order.fields["is_late"].is_stored
        assert order.live == (order.fields["is_late"],)

    def test_lines_have_a_parent_and_a_position_and_no_trash(self) -> None:
        model, _ = compiled(catalogue())
        line = model.object("shop.order_line")
        assert line.parent is model.object("shop.order")
        assert [field.name for field in line.stored[:3]] == ["id", "order", "position"]
        assert not line.has_trash

    def test_fields_stand_in_their_order(self) -> None:
        order = compiled(catalogue())[0].object("shop.order")
        own = [field.name for field in order.fields.values() if not field.is_system]
        assert own == list(ORDER["fields"])

    def test_groups_stand_where_their_first_field_stands_however_they_were_kept(self) -> None:
        body = with_fields(
            ORDER,
            sent_on={"type": "date", "group": "progress"},
            carrier={"type": "text", "group": "delivery"},
            paid_on={"type": "date", "group": "progress"},
        )
        grouped = {**body, "groups": {name: words(name) for name in ("idle", "delivery", "progress")}}
        order = compiled(catalogue(order=grouped))[0].object("shop.order")
        assert list(order.definition.groups) == ["progress", "delivery", "idle"]


class TestDependencies:
    def test_each_formula_knows_whose_change_changes_it_and_by_which_path(self) -> None:
        model, _ = compiled(catalogue())
        changed = {
            (source, each.object, each.field, each.path)
            for source, all_of_them in model.dependents.items()
            for each in all_of_them
        }
        line, order, party = "shop.order_line", "shop.order", "shop.party"
        assert changed == {
            ((line, "quantity"), line, "amount", ()),
            ((line, "price"), line, "amount", ()),
            ((line, "amount"), order, "total", ("lines",)),
            ((line, "order"), order, "total", ("lines",)),
            ((order, "freight"), order, "total", ()),
            ((order, "party"), order, "region", ()),
            ((party, "region"), order, "region", ("party",)),
            ((order, "total"), party, "owed", ("orders",)),
            ((order, "party"), party, "owed", ("orders",)),
            ((order, "trashed_at"), party, "owed", ("orders",)),
        }

    def test_a_formula_ranks_above_what_it_uses(self) -> None:
        ranks = compiled(catalogue())[0].ranks
        line, order, party = ("shop.order_line", "amount"), ("shop.order", "total"), ("shop.party", "owed")
        assert ranks[line] < ranks[order] < ranks[party]

    def test_a_cycle_is_named_with_its_whole_way(self) -> None:
        order = with_fields(ORDER, a={"type": "number", "formula": "b + 1"}, b={"type": "number", "formula": "a + 1"})
        found = problems(order=order)
        assert any("shop.order.a → shop.order.b → shop.order.a" in each.en for each in found)

    def test_a_cycle_over_two_objects_is_found(self) -> None:
        party = with_fields(PARTY, limit={"type": "money", "formula": "owed * 2"})
        order = with_fields(ORDER, freight={"type": "money", "formula": "party.limit / 10"})
        assert any("depends on itself" in each.en for each in problems(party=party, order=order))


class TestReuse:
    def test_what_did_not_change_is_taken_over(self) -> None:
        first, _ = compiled(catalogue())
        second, _ = compiled(
            catalogue(new={"object": "crate", "label": words("Crate"), "fields": {"size": {"type": "text"}}}), first
        )
        assert all(second.objects[name] is object for name, object in first.objects.items())

    def test_a_changed_type_reaches_the_formulas_that_look_at_it(self) -> None:
        first, _ = compiled(catalogue())
        other = with_fields(PARTY, region={"type": "text"})
        second, _ = compiled(catalogue(party=other, role=None), first)
        assert second.objects["shop.order"].fields["region"].type.name == "text"
        assert second.objects["shop.order_line"].parent is second.objects["shop.order"]

    def test_a_new_list_on_an_object_leaves_those_that_look_at_it_alone(self) -> None:
        first, _ = compiled(catalogue())
        visit = {
            "object": "visit",
            "label": words("Visit"),
            "fields": {"party": {"type": "link", "to": "shop.party", "reverse": "visits"}},
        }
        second, found = compiled(catalogue(visit=visit), first)
        assert second.objects["shop.order"] is first.objects["shop.order"]
        assert "visits" in second.objects["shop.party"].reverse
        assert found == []


class TestFindings:
    def test_a_wrong_formula_names_place_position_and_nearest_name(self) -> None:
        [found] = problems(order=with_fields(ORDER, tax={"type": "money", "formula": "totel * 2"}))
        assert (found.kind, found.name, found.place, found.position) == (
            "object",
            "shop.order",
            "fields.tax.formula",
            0,
        )
        assert found.fix["en"] == "Did you mean total?"
        assert found.zh != found.en

    def test_a_link_to_nothing_offers_the_nearest_object(self) -> None:
        found = problems(order=with_fields(ORDER, party={"type": "link", "to": "shop.partie", "reverse": "orders"}))
        assert any(each.place == "fields.party.to" and "shop.party" in each.fix["en"] for each in found)

    def test_settings_must_fit_the_type(self) -> None:
        [found] = problems(order=with_fields(ORDER, note={"type": "text", "decimals": 2}))
        assert found.place == "fields.note.decimals"

    def test_words_of_the_platform_are_no_field_names(self) -> None:
        found = problems(order=with_fields(ORDER, search={"type": "text"}))
        assert found[0].place == "fields.search"

    def test_an_unknown_type(self) -> None:
        found = problems(order=with_fields(ORDER, note={"type": "txt"}))
        assert "text" in found[0].fix["en"]

    def test_a_role_with_a_wrong_scope_and_an_unknown_field(self) -> None:
        role = {**ROLE, "objects": {"order": {"see": "regio = 1", "hide": ["frieght"]}}}
        places = {each.place for each in problems(role=role)}
        assert places == {"objects.shop.order.see", "objects.shop.order.hide"}

    def test_a_view_of_a_field_that_is_not_there(self) -> None:
        [found] = problems(view={**VIEW, "fields": ["number", "party.nam"]})
        assert (found.kind, found.name, found.place) == ("view", "shop.open_orders", "fields")

    def test_a_view_whose_settings_cannot_do_what_its_kind_asks(self) -> None:
        settings = {"kind": "gantt", "start": "number", "end": "finish", "depends": "party", "progress": "region"}
        found = problems(view={**VIEW, **settings})
        assert [(each.place, each.en) for each in found] == [
            ("start", "“number” can't be used here."),
            ("end", "There is no “finish”."),
            ("progress", "“region” can't be used here."),
            ("depends", "“party” can't be used here."),
        ]
        assert found[0].fix["zh"] == "请选择日期、时间或日期范围字段。"

    def test_a_view_that_lacks_what_it_is_drawn_by(self) -> None:
        for kind, place in {"board": "group", "calendar": "start", "tree": "parent", "map": "location"}.items():
            [found] = problems(view={**VIEW, "kind": kind})
            assert (found.place, found.fix["en"]) == (place, f"Set “{place}”.")

    def test_a_view_with_wrong_totals_colours_and_groups(self) -> None:
        colours = {"dear": {"when": "totl > 5", "field": "total"}, "far": {"when": "total > 5", "field": "cost"}}
        totals = {"number": "sum", "total": "sum", "party": "count"}
        view = {**VIEW, "group": "total", "unit": "month", "totals": totals, "colours": colours}
        places = {each.place: each for each in problems(view=view)}
        assert set(places) == {"group", "unit", "totals.number", "colours.dear.when", "colours.far.field"}
        assert "total" in places["colours.dear.when"].fix["en"]

    def test_a_view_is_sorted_by_what_has_an_order(self) -> None:
        [found] = problems(view={**VIEW, "sort": "-number,lines"})
        assert (found.place, found.en) == ("sort", "shop.order can't be sorted by “lines”.")

    def test_a_view_is_coloured_by_a_choice_or_a_colour(self) -> None:
        [found] = problems(view={**VIEW, "colour_by": "total"})
        assert (found.place, found.fix["en"]) == ("colour_by", "Choose a choice or a colour.")

    def test_a_rule_at_the_database_is_over_own_columns(self) -> None:
        rules = {"r": {"require": "party.limit > total", "say": words("x"), "at_database": True}}
        assert [each.place for each in problems(order={**ORDER, "rules": rules})] == ["rules.r.at_database"]

    def test_lines_and_their_parent_must_agree(self) -> None:
        found = problems(line={**LINE, "lines_of": "party"})
        assert {"fields.lines.of", "lines_of"} <= {each.place for each in found}

    def test_a_list_is_no_value(self) -> None:
        found = problems(party=with_fields(PARTY, owed={"type": "formula", "formula": "orders"}))
        assert found[0].place == "fields.owed.formula"

    def test_roll_ups_over_live_values_are_refused(self) -> None:
        party = with_fields(PARTY, late={"type": "number", "formula": "count(orders where is_late)"})
        assert [each.place for each in problems(party=party)] == ["fields.late.formula"]

    def test_a_formula_that_shows_what_its_source_hides_is_told(self) -> None:
        role = {**ROLE, "objects": {"order": {"see": True}, "party": {"see": True, "hide": ["region"]}}}
        found = compiled(catalogue(role=role))[1]
        assert [(each.severity, each.place) for each in found] == [("warning", "objects.shop.order")]
        assert "shop.party.region" in found[0].en
