"""What linkage promises: fields that behave otherwise while a formula holds, at every entrance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from queti.kernel.errors import WrongInput
from queti.kernel.publishing.canonical import decode, identity
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.findings import Finding, Findings
from queti.kernel.publishing.lineage import lineage
from queti.kernel.writing.plans import ADDED, MEMBERS, plan_of
from queti.server.describing import describe
from tests.fixtures.inspections import POINT, REPORT, Workshop, catalogue, workshop

__all__ = ["workshop"]

DEFINITIONS = {identity(each): each for app in catalogue().apps.values() for each in app.definitions}
PASSED = {"machine": "Press 4", "result": "passed", "certificate": "C-1"}
FAILED = {"machine": "Press 4", "result": "failed", "photo": "p.jpg", "reason": "Cracked"}


def refused(act: Callable[[], Any]) -> dict[str, str]:
    with pytest.raises(WrongInput) as caught:
        act()
    return {problem.path: problem.code for problem in caught.value.fields}


class TestAFailedInspection:
    def test_needs_a_photo_and_a_reason(self, workshop: Workshop) -> None:
        assert refused(lambda: workshop.writes(machine="Press 4", result="failed")) == {
            "photo": "required",
            "reason": "required",
        }
        report = workshop.writes(**PASSED)
        assert refused(lambda: workshop.changes(report["id"], result="failed")) == {
            "photo": "required",
            "reason": "required",
        }
        assert workshop.changes(report["id"], result="failed", photo="p", reason="r")["result"] == "failed"

    def test_says_why_in_both_languages(self, workshop: Workshop) -> None:
        with pytest.raises(WrongInput) as caught:
            workshop.writes(machine="Press 4", result="failed", photo="p")
        [problem] = caught.value.fields
        assert problem.says("en") == "Must be filled in: the machine failed"
        assert problem.says("zh") == "必须填写：设备不合格"

    def test_has_no_certificate_and_isnt_asked_for_one(self, workshop: Workshop) -> None:
        assert workshop.writes(**FAILED)["certificate"] is None
        assert refused(lambda: workshop.writes(**FAILED, certificate="C-2")) == {"certificate": "hidden"}

    def test_keeps_a_certificate_that_stood_there_and_may_give_it_again_or_blank_it(self, workshop: Workshop) -> None:
        report = workshop.writes(**PASSED)
        failed = workshop.changes(report["id"], result="failed", photo="p", reason="r", certificate="C-1")
        assert failed["certificate"] == "C-1"
        assert workshop.changes(report["id"], certificate=None)["certificate"] is None

    def test_asks_for_the_certificate_again_once_it_passes(self, workshop: Workshop) -> None:
        report = workshop.writes(**FAILED)
        assert refused(lambda: workshop.changes(report["id"], result="passed")) == {"certificate": "required"}
        assert workshop.changes(report["id"], result="passed", certificate="C-9")["certificate"] == "C-9"

    def test_leaves_other_changes_of_a_record_alone(self, workshop: Workshop) -> None:
        report = workshop.writes(**FAILED)
        workshop.run(lambda work: work.execute('UPDATE "w_workshop"."check_report" SET photo = NULL'))
        assert workshop.changes(report["id"], machine="Press 5")["machine"] == "Press 5"
        assert refused(lambda: workshop.changes(report["id"], reason="Worn")) == {"photo": "required"}


class TestSettings:
    def test_run_in_the_order_of_what_they_need(self, workshop: Workshop) -> None:
        report = workshop.writes(**FAILED)
        assert report["due_on"] == date(2026, 12, 6)
        assert report["remind_on"] == date(2026, 11, 29)

    def test_give_way_to_what_is_written_beside_them(self, workshop: Workshop) -> None:
        report = workshop.writes(**FAILED, due_on="2026-12-24")
        assert report["due_on"] == date(2026, 12, 24)
        assert report["remind_on"] == date(2026, 12, 17)

    def test_write_again_only_when_their_condition_begins_or_their_answer_changes(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED)["id"]
        assert workshop.look(id)["due_on"] is None
        assert workshop.changes(id, result="failed", photo="p", reason="r")["due_on"] == date(2026, 12, 6)
        assert workshop.changes(id, due_on="2026-12-24")["due_on"] == date(2026, 12, 24)
        assert workshop.changes(id, reason="Worn")["due_on"] == date(2026, 12, 24)
        assert workshop.changes(id, inspected_on="2026-11-23")["due_on"] == date(2026, 12, 7)

    def test_reach_lines_by_what_their_record_says(self, workshop: Workshop) -> None:
        points = [{"part": "Belt", "score": 9, "remark": "torn"}, {"part": "Lamp", "score": 2}]
        report = workshop.writes(**FAILED, points=points)
        assert [point["urgent"] for point in report["points"]] == [True, None]

    def test_of_lines_follow_a_change_of_the_record(self, workshop: Workshop) -> None:
        report = workshop.writes(**PASSED, points=[{"part": "Belt", "score": 9}])
        assert report["points"][0]["urgent"] is None
        failing = {"result": "failed", "photo": "p", "reason": "r"}
        assert refused(lambda: workshop.changes(report["id"], **failing)) == {"points[0].remark": "required"}
        line = {"id": report["points"][0]["id"], "remark": "torn"}
        failed = workshop.changes(report["id"], **failing, points=[line])
        assert failed["points"][0]["urgent"] is True


class TestASignedReport:
    def test_is_locked_for_people(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED, signed_by="Mei")["id"]
        assert refused(lambda: workshop.changes(id, machine="Press 5", reason="x", photo="new")) == {
            "machine": "locked",
            "reason": "locked",
        }
        assert refused(lambda: workshop.changes(id, points=[{"part": "Belt"}])) == {"points": "locked"}
        assert workshop.changes(id, machine="Press 4", photo="new")["photo"] == "new"

    def test_could_be_filled_in_by_the_write_that_signs_it(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED)["id"]
        assert workshop.changes(id, machine="Press 5", signed_by="Mei")["machine"] == "Press 5"

    def test_isnt_opened_and_changed_at_once(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED, signed_by="Mei")["id"]
        assert refused(lambda: workshop.changes(id, machine="Press 5", signed_by=None)) == {"machine": "locked"}
        workshop.changes(id, signed_by=None)
        assert workshop.changes(id, machine="Press 5")["machine"] == "Press 5"

    def test_is_still_open_to_operations(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED, signed_by="Mei")["id"]
        workshop.does("correct_report", report=id, machine="Press 5")
        assert workshop.look(id)["machine"] == "Press 5"


class TestWhatMayBeChosen:
    def test_the_inspector_is_of_the_department_or_below(self, workshop: Workshop) -> None:
        making, ids = workshop.ids["Making"], workshop.ids
        for name in ("Lin", "Tomás"):
            assert workshop.writes(**PASSED, department=making, inspector=ids[name])["inspector"] == ids[name]
        wrong = {**PASSED, "department": making, "inspector": ids["Mei"]}
        assert refused(lambda: workshop.writes(**wrong)) == {"inspector": "not_offered"}
        assert workshop.writes(**PASSED, inspector=ids["Mei"])["inspector"] == ids["Mei"]

    def test_another_department_doesnt_keep_its_inspector(self, workshop: Workshop) -> None:
        report = workshop.writes(**PASSED, department=workshop.ids["Making"], inspector=workshop.ids["Lin"])
        moved = refused(lambda: workshop.changes(report["id"], department=workshop.ids["Selling"]))
        assert moved == {"inspector": "not_offered"}

    def test_a_choice_is_one_of_those_offered_and_only_where_it_is_shown(self, workshop: Workshop) -> None:
        bad = [{"part": "Belt", "score": 9, "remark": "torn"}]
        assert workshop.writes(**FAILED, points=bad, severity="high")["severity"] == "high"
        assert refused(lambda: workshop.writes(**FAILED, points=bad, severity="low")) == {"severity": "not_offered"}
        assert refused(lambda: workshop.writes(**FAILED, severity="high")) == {"severity": "hidden"}


class TestEveryEntrance:
    def test_operations_are_bound_by_what_is_required_and_get_what_is_set(self, workshop: Workshop) -> None:
        id = workshop.writes(**PASSED)["id"]
        assert refused(lambda: workshop.does("fail_report", report=id)) == {"photo": "required", "reason": "required"}
        workshop.changes(id, photo="p", reason="r")
        workshop.does("fail_report", report=id)
        assert workshop.look(id)["due_on"] == date(2026, 12, 6)

    def test_lines_are_bound_when_written_by_themselves(self, workshop: Workshop) -> None:
        id = workshop.writes(**FAILED)["id"]

        def add(**line: Any) -> Any:
            return workshop.run(lambda work: work.as_person.create("check.point", [{"report": id, **line}]))

        assert refused(lambda: add(part="Belt", score=9)) == {"points[0].remark": "required"}
        assert add(part="Belt", score=9, remark="torn")[0]["urgent"] is True

    @pytest.mark.parametrize("name", ["score", ADDED, MEMBERS])
    def test_a_lock_of_lines_is_asked_about_whichever_way_they_are_written(self, name: str) -> None:
        report = {**REPORT, "linkage": {"signed_off": REPORT["linkage"]["signed_off"]}}
        apps = catalogue(report).apps.values()
        definitions = {identity(each): each for app in apps for each in app.definitions}
        model = compile_model(1, "w_test", definitions, apps, findings=Findings())
        course = plan_of(model, model.objects["check.report"]).course([("points", name)])
        assert [each.linkage.name for each in course.linked if not each.lines] == ["signed_off"]

    def test_a_thousand_rows_cost_no_more_queries_than_a_hundred(self, workshop: Workshop) -> None:
        row = {**FAILED, "department": workshop.ids["Making"], "inspector": workshop.ids["Lin"]}

        def statements(count: int) -> int:
            def act(work: Any) -> int:
                made = work.as_person.add("check.report", [{**row, "points": [{"part": "a"}]}] * count)
                before = work.statements
                work.as_person.change("check.report", [(id, {"inspected_on": "2026-11-01"}) for id in made])
                return work.statements - before

            return workshop.run(act)

        assert statements(1000) == statements(100)
        due = workshop.run(lambda work: work.find("check.report", "due_on = '2026-11-15'", fields=["id"]))
        assert len(due) == 1100


def wrong(**changed: Any) -> dict[str, Finding]:
    """What the check says of a report whose linkage is changed so, by place."""
    return found("error", {**REPORT, "linkage": {**REPORT["linkage"], **changed}})


def found(severity: str, *changed: Mapping[str, Any]) -> dict[str, Finding]:
    apps = catalogue(*map(dict, changed)).apps.values()
    definitions = {identity(each): each for app in apps for each in app.definitions}
    findings = Findings()
    check_model(compile_model(1, "w_test", definitions, apps, findings=findings), findings)
    return {finding.place: finding for finding in findings.found if finding.severity == severity}


class TestTheCheck:
    @pytest.mark.parametrize(
        ("linkage", "place", "says"),
        [
            ({"when": "resullt = 'failed'", "hide": ["photo"]}, "linkage.new.when", "resullt"),
            ({"when": "true", "hide": ["foto"]}, "linkage.new.hide", "no field “foto”"),
            ({"when": "true", "set": {"due_on": "fee"}}, "linkage.new.set.due_on", "date"),
            ({"when": "true", "set": {"fee": "1"}}, "linkage.new.set.fee", "computed"),
            ({"when": "true", "choices": {"result": ["pased"]}}, "linkage.new.choices.result", "pased"),
            ({"when": "true", "choices": {"photo": ["x"]}}, "linkage.new.choices.photo", "is for a choice"),
            ({"when": "true", "filter": {"inspector": "departmen = 1"}}, "linkage.new.filter.inspector", "departmen"),
            ({"when": "true", "filter": {"inspector": "name = this.machin"}}, "linkage.new.filter.inspector", "machin"),
        ],
    )
    def test_names_the_place(self, linkage: Mapping[str, Any], place: str, says: str) -> None:
        found = wrong(new=dict(linkage))
        assert says in found[place].en

    def test_a_circle_of_settings_is_told_with_its_way(self) -> None:
        found = wrong(back={"when": "true", "set": {"inspected_on": "remind_on - days(1)"}})
        [(place, finding)] = found.items()
        assert place.partition(".")[0] == "linkage"
        assert set(finding.en.rstrip(".").partition(": ")[2].split(" → ")) == {"inspected_on", "remind_on", "due_on"}

    @pytest.mark.parametrize(
        ("when", "locks_list", "is_told"),
        [
            ("not blank(report.signed_by)", True, False),
            ("not blank(report.signed_by) and score > 5", True, False),
            ("report.result = 'passed'", True, True),
            ("not blank(report.signed_by)", False, True),
            ("score > 5", False, False),
        ],
    )
    def test_a_locked_line_could_be_replaced_where_its_list_is_open(
        self, when: str, locks_list: bool, is_told: bool
    ) -> None:
        signed = REPORT["linkage"]["signed_off"]
        kept = signed if locks_list else {**signed, "lock": ["machine"]}
        report = {**REPORT, "linkage": {**REPORT["linkage"], "signed_off": kept}}
        point = {**POINT, "linkage": {"fixed": {"when": when, "lock": ["score"]}}}
        told = found("warning", report, point).get("linkage.fixed.lock")
        assert (told is not None) == is_told
        assert told is None or ("points" in told.zh and "points" in (told.fix or {})["zh"])

    def test_lineage_knows_what_uses_a_field(self, workshop: Workshop) -> None:
        model = workshop.run(lambda work: work.model)
        places = {use["place"] for use in lineage(model, "field", "check.report.department")["used_by"]}
        assert {"linkage.inspector_of_department.when", "linkage.inspector_of_department.filter.inspector"} <= places
        places = {use["place"] for use in lineage(model, "field", "check.report.reason")["used_by"]}
        assert {"linkage.when_failed.require", "linkage.signed_off.lock"} <= places


class TestForms:
    def wrong(self, **sections: Any) -> dict[str, str]:
        form = decode("form", {"form": "check.bad", "object": "check.report", "sections": sections})
        model = compile_model(1, "w_test", DEFINITIONS | {("form", "check.bad"): form}, catalogue().apps.values())
        findings = Findings()
        check_model(model, findings)
        return {finding.place: finding.en for finding in findings.found if finding.kind == "form"}

    def test_stand_in_the_order_of_their_items(self, workshop: Workshop) -> None:
        form = workshop.run(lambda work: work.model).forms["check.write_report"]
        assert list(form.sections) == ["machine", "findings", "dates"]
        assert list(form.sections["machine"].items) == ["hint", "machine", "department", "inspector"]

    def test_are_checked_with_place_and_nearest_name(self) -> None:
        found = self.wrong(
            one={"items": {"a": {"field": "machin"}, "b": {"field": "reason"}, "c": {"field": "reason"}}},
            two={"columns": 5, "when": "resul = 'x'", "items": {"d": {"operation": "check.fail_reprt"}, "e": {}}},
        )
        assert set(found) == {
            "sections.one.items.a.field",
            "sections.one.items.c.field",
            "sections.two.columns",
            "sections.two.when",
            "sections.two.items.d.operation",
            "sections.two.items.e",
        }

    def test_are_uses_of_their_fields_and_operations(self, workshop: Workshop) -> None:
        model = workshop.run(lambda work: work.model)
        kinds = {(use["kind"], use["name"]) for use in lineage(model, "field", "check.report.due_on")["used_by"]}
        assert {("form", "check.write_report"), ("form", "check.report")} <= kinds
        assert lineage(model, "operation", "check.fail_report")["used_by"][0]["name"] == "check.report"

    def test_are_told_to_those_who_see_their_object(self, workshop: Workshop) -> None:
        model = workshop.run(lambda work: work.model)
        told = describe(model, ["inspector"], "zh")
        assert told["objects"]["check.report"]["forms"] == ["check.report", "check.write_report"]
        assert told["forms"]["check.write_report"]["sections"][0]["label"] == "设备"
        assert [each["name"] for each in told["objects"]["check.report"]["linkage"]][:2] == [
            "when_failed",
            "remind_before_due",
        ]
        assert describe(model, [], "zh")["forms"] == {}
