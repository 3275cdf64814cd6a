"""The field types of the form engine: what each takes, refuses, shows, and carries through a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.engines.exports import write_export
from queti.jobs.schema import prepare_database
from queti.kernel import regions
from queti.kernel.definitions import AppDef, Choice, FieldDef, ObjectDef, RoleDef
from queti.kernel.errors import WrongInput
from queti.kernel.fields import FIELD_TYPES, FieldError
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import identity
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.findings import Finding, Findings
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.lineage import lineage
from queti.kernel.work import Work
from queti.server.describing import describe
from queti.store.database import Database
from queti.store.home import Home
from queti.store.workspaces import create_workspace
from tests.fixtures.database import Databases

TREE = {"pump": Choice(), "gear_pump": Choice(under="pump"), "valve": Choice()}


def field(type: str, **settings: Any) -> FieldDef:
    return FieldDef(type=type, **settings)


READ = [
    (field("rich_text"), '<p onclick="x()">Hi <b>there</b><script>alert(1)</script></p>', "<p>Hi <b>there</b></p>"),
    (field("rich_text"), "<p> <br></p>", None),
    (field("colour"), "#1677FF", "#1677ff"),
    (field("colour"), "0af", "#00aaff"),
    (field("time"), "9:05", "09:05"),
    (field("time"), "23:59:00", "23:59"),
    (field("region"), "330108", "330108"),
    (field("region"), "浙江省 / 杭州市 / 滨江区", "330108"),
    (field("region"), "北京市朝阳区", "110105"),
    (field("region"), "4419", "4419"),  # Dongguan has no districts
    (field("region", depth="city"), "330100", "3301"),
    (field("id_number"), "11010519491231002x", "11010519491231002X"),
    (field("barcode"), "ABC-123", "ABC-123"),
    (field("barcode", symbology="ean13"), "690123456789", "6901234567892"),
    (field("barcode", symbology="ean13"), "6901234567892", "6901234567892"),
    (field("barcode", symbology="qr"), "港湾商贸", "港湾商贸"),
    (field("tree_choice", choices=TREE), "gear_pump", "gear_pump"),
    (field("rating"), 5, 5),
    (field("rating", max="10"), 10, 10),
    (field("location"), {"lat": "30.2500000000", "lng": "-0"}, {"lat": "30.25", "lng": "0"}),
    (
        field("address"),
        {"region": "330108", "street": " Harbour Road 1 ", "name": ""},
        {"region": "330108", "street": "Harbour Road 1"},
    ),
    (field("address"), {}, None),
    (field("date_range"), {"from": "2026-01-01", "to": "2026-01-01"}, {"from": "2026-01-01", "to": "2026-01-01"}),
    (field("date_range"), {"from": "2026-01-01"}, {"from": "2026-01-01", "to": None}),
    (field("date_range"), {"from": None, "to": None}, None),
    (field("image"), {"file": 3, "name": "evil"}, {"file": 3}),
    (field("files"), [{"file": 3}, {"file": 3}, {"file": 4}], [{"file": 3}, {"file": 4}]),
]

REFUSED = [
    (field("colour"), "red", "colour"),
    (field("time"), "24:00", "time"),
    (field("region"), "999999", "region"),
    (field("region"), "33", "region_depth"),
    (field("region", depth="city"), "330108", "region_depth"),
    (field("id_number"), "110105194912310021", "id_number_check"),
    (field("id_number"), "110105194913310020", "id_number_date"),
    (field("id_number"), "990105194912310021", "id_number"),
    (field("barcode"), "港", "barcode"),
    (field("barcode", symbology="ean13"), "6901234567893", "barcode_check"),
    (field("rating"), 6, "too_large"),
    (field("rating"), 0, "too_small"),
    (field("progress"), "101", "too_large"),
    (field("progress"), "-1", "too_small"),
    (field("location"), {"lat": "90.1", "lng": "0"}, "location"),
    (field("location"), {"lat": 30.5, "lng": "0"}, "location"),
    (field("address"), {"planet": "Mars"}, "address"),
    (field("address"), {"region": "nowhere"}, "region"),
    (field("date_range"), {"from": "2026-02-01", "to": "2026-01-01"}, "date_range"),
    (field("date_range"), "2026-01-01", "date_range"),
    (field("file"), {"file": "3"}, "file"),
    (field("file"), {"file": True}, "file"),
    (field("files", max_count=1), [{"file": 1}, {"file": 2}], "too_many"),
]


@pytest.mark.parametrize(("definition", "given", "shown"), READ)
def test_a_value_is_read_and_shown(definition: FieldDef, given: Any, shown: Any) -> None:
    type = FIELD_TYPES[definition.type]
    assert type.show_or_blank(type.read(given, definition), definition) == shown


@pytest.mark.parametrize(("definition", "given", "code"), REFUSED)
def test_a_wrong_value_is_refused_in_both_languages(definition: FieldDef, given: Any, code: str) -> None:
    with pytest.raises(FieldError) as refused:
        FIELD_TYPES[definition.type].read(given, definition)
    assert refused.value.code == code
    assert refused.value.en != refused.value.zh


NEAR = st.dates(max_value=date(9999, 12, 30))
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
CODES = st.sampled_from([code for code in regions.names() if not regions.under(code)])
ONE_FILE = st.fixed_dictionaries({"file": st.integers(1, 10**9)})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": PLAIN,
    "long_text": PLAIN,
    "number": st.decimals(-(10**9), 10**9, places=6).map(str),
    "money": st.decimals(-(10**9), 10**9, places=2).map(str),
    "percent": st.decimals(-(10**4), 10**4, places=4).map(str),
    "boolean": st.booleans(),
    "date": st.dates().map(str),
    "duration": st.integers(0, 10**6).map(lambda seconds: f"PT{seconds}S"),
    "moment": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "choice": st.sampled_from(list(TREE)),
    "choices": st.lists(st.sampled_from(list(TREE)), min_size=1),
    "link": st.integers(1, 10**9),
    "json": st.dictionaries(PLAIN, st.integers() | PLAIN, min_size=1),
    "file": ONE_FILE,
    "files": st.lists(ONE_FILE, min_size=1),
    "address": st.fixed_dictionaries({"region": CODES, "street": PLAIN}, optional={"name": PLAIN, "postcode": PLAIN}),
    "location": st.builds(
        lambda lat, lng: {"lat": f"{lat:f}", "lng": f"{lng:f}"},
        st.decimals(-90, 90, places=7),
        st.decimals(-180, 180, places=7),
    ),
    "rich_text": PLAIN.map(lambda text: f"<p>{text}</p>"),
    "colour": st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"),
    "time": st.times().map(lambda time: f"{time:%H:%M}"),
    "barcode": st.text("ABC-0123456789", min_size=1),
    "region": CODES,
    "tree_choice": st.sampled_from(list(TREE)),
    "role": st.sampled_from(list(TREE)),
    "roles": st.lists(st.sampled_from(list(TREE)), min_size=1),
    "rating": st.integers(1, 5),
    "progress": st.integers(0, 100).map(str),
    "date_range": st.tuples(NEAR, NEAR).map(lambda days: {"from": str(min(days)), "to": str(max(days))}),
    "encrypted": st.just({"kept": True}),
    "user": st.integers(1, 10**9),
    "department": st.integers(1, 10**9),
    "cascade": st.integers(1, 10**9),
    "integer": st.integers(-(10**9), 10**9).map(str),
    "serial": PLAIN,
}
SAME = {"image": "file", "signature": "file"}
OF_OTHERS = {"lines", "group", "email", "phone", "url", "id_number", "integer", "formula", "lookup", "rollup"}
OF_OTHERS |= {"capitals", "query"}


@pytest.mark.parametrize("name", sorted(set(FIELD_TYPES) - OF_OTHERS))
def test_what_is_exported_is_imported_as_the_same_value(name: str) -> None:
    type, definition = FIELD_TYPES[name], field(name, choices=TREE)

    @given(VALUES[SAME.get(name, name)])
    def round_trip(written: Any) -> None:
        value = type.read(written, definition)
        if value is None:
            return
        shown = type.show(value, definition)
        for carried in (value, shown):
            text = type.write(carried, definition)
            again = type.read(type.from_text(text, definition), definition)
            assert type.show(again, definition) == shown

    round_trip()


class TestRegions:
    def test_every_code_has_a_name_and_stands_under_another(self) -> None:
        names = regions.names()
        assert len(names) > 3000
        assert all(code[:-2] in names for code in names if len(code) > 2)
        assert {regions.find(code) for code in names} == set(names)

    def test_a_full_name_leads_back_to_its_code(self) -> None:
        assert [code for code in regions.names() if regions.find(regions.full_name(code)) != code] == []
        assert regions.full_name("659001") == "新疆维吾尔自治区 / 自治区直辖县级行政区划 / 石河子市"


# --- compiled, checked, kept

USER = {"object": "base.user", "title": "name", "fields": {"name": {"type": "text"}}}
AREA = {
    "object": "site.area",
    "title": "name",
    "fields": {"name": {"type": "text"}, "above": {"type": "link", "to": "site.area"}},
}
MONEY = {"type": "money"}
RATE = {
    "object": "site.rate",
    "title": "name",
    "fields": {
        "name": {"type": "text"},
        "area": {"type": "link", "to": "site.area"},
        "valid_from": {"type": "date"},
        "amount": MONEY,
    },
}
VALID = "area = this.area and valid_from <= first_day(this.days)"
VISIT = {
    "object": "site.visit",
    "title": "name",
    "fields": {
        "name": {"type": "text", "required": True},
        "inspector": {"type": "user", "reverse": "visits"},
        "area": {"type": "cascade", "to": "site.area", "tree": "above"},
        "days": {"type": "date_range"},
        "begins": {"type": "formula", "formula": "first_day(days)"},
        "starts_at": {"type": "time"},
        "kind": {
            "type": "tree_choice",
            "choices": {"pump": {}, "gear_pump": {"under": "pump"}, "old": {"retired": True}},
        },
        "score": {"type": "rating"},
        "double": {"type": "formula", "formula": "score * 2"},
        "done": {"type": "progress", "default": "0"},
        "report": {"type": "rich_text"},
        "place": {"type": "location"},
        "address": {"type": "address"},
        "region": {"type": "region"},
        "for_role": {"type": "role"},
        "code": {"type": "barcode", "symbology": "ean13", "unique": True},
        "facts": {"type": "json"},
        "price": MONEY,
        "in_words": {"type": "capitals", "path": "price"},
        "rate": {"type": "query", "to": "site.rate", "where": VALID, "sort": "-valid_from", "take": "amount"},
        "by_rate": {"type": "query", "to": "site.rate", "where": VALID, "sort": "-valid_from"},
        "twice": {"type": "formula", "formula": "rate * 2"},
        "has_place": {"type": "formula", "formula": "not blank(place)"},
    },
}
ROLE = {"role": "inspector", "objects": {"site.visit": {"see": True, "create": True, "change": True}}}


def site(*, fields: dict[str, Any] | None = None) -> Catalogue:
    visit = {**VISIT, "fields": {**VISIT["fields"], **(fields or {})}}  # type: ignore[dict-item]
    label = {"en": "A", "zh": "甲"}
    parts = [msgspec.convert({"label": label, **body}, ObjectDef) for body in (AREA, RATE, visit)]
    user = msgspec.convert({"label": label, **USER}, ObjectDef)
    role = msgspec.convert({"label": {"en": "Inspector", "zh": "巡检员"}, **ROLE}, RoleDef)
    return Catalogue([App.of(AppDef(app="base"), [user]), App.of(AppDef(app="site", needs=["base"]), [*parts, role])])


def found(**fields: Any) -> list[Finding]:
    known, findings = site(fields=fields), Findings()
    parts = {identity(part): part for app in known.apps.values() for part in app.definitions}
    model = compile_model(1, "w_test", parts, known.apps.values(), findings=findings)
    check_model(model, findings, None)
    return [finding for finding in findings.found if finding.severity == "error"]


class TestTheCheck:
    def test_the_site_is_right(self) -> None:
        assert found() == []

    @pytest.mark.parametrize(
        ("definition", "place"),
        [
            ({"type": "location", "unique": True}, "fields.x.unique"),
            ({"type": "file", "default": "1"}, "fields.x.default"),
            ({"type": "rich_text", "formula": "name"}, "fields.x.formula"),
            ({"type": "encrypted", "search": True}, "fields.x.search"),
            ({"type": "files", "index": True}, "fields.x.index"),
            ({"type": "rating", "max": "50"}, "fields.x.max"),
            ({"type": "text", "accept": ["image/*"]}, "fields.x.accept"),
            ({"type": "file", "accept": ["pictures"]}, "fields.x.accept"),
            ({"type": "files", "max_count": 0}, "fields.x"),
            ({"type": "tree_choice"}, "fields.x.choices"),
            (
                {"type": "tree_choice", "choices": {"a": {"under": "b"}, "b": {"under": "a"}}},
                "fields.x.choices.a.under",
            ),
            ({"type": "choice", "choices": {"a": {"under": "b"}, "b": {}}}, "fields.x.choices.a.under"),
            ({"type": "cascade", "to": "site.area"}, "fields.x.tree"),
            ({"type": "cascade", "to": "site.area", "tree": "name"}, "fields.x.tree"),
            ({"type": "capitals", "path": "name"}, "fields.x.formula"),
            ({"type": "capitals"}, "fields.x.formula"),
            ({"type": "department"}, "fields.x.to"),
            ({"type": "query", "to": "site.nowhere"}, "fields.x.to"),
            ({"type": "query", "to": "site.rate", "take": "nothing"}, "fields.x.take"),
            ({"type": "query", "to": "site.rate", "where": "amount"}, "fields.x.where"),
            ({"type": "query", "to": "site.rate", "sort": "nothing"}, "fields.x.sort"),
            ({"type": "query", "to": "site.rate", "take": "amount", "unique": True}, "fields.x.unique"),
            ({"type": "query", "to": "site.visit", "where": "x = 1", "take": "x"}, "fields.x.formula"),
            ({"type": "money", "default": "twice"}, "fields.x.default"),
            ({"type": "lookup", "path": "place"}, "fields.x.formula"),
            ({"type": "formula", "formula": "place = place"}, "fields.x.formula"),
        ],
    )
    def test_what_means_nothing_is_told_at_its_place(self, definition: dict[str, Any], place: str) -> None:
        assert place in [finding.place for finding in found(x=definition)]


@pytest.fixture
def platform(databases: Databases, tmp_path: Any) -> Iterator[Platform]:
    with databases.fresh(databases.template("site", make_site)) as database:
        yield Platform(database, site(), Home(tmp_path))


def make_site(database: Database) -> None:
    prepare_database(database)
    install_apps(database, create_workspace(database, "site"), site(), ["site"])


def kept(platform: Platform, **values: Any) -> dict[str, Any]:
    def act(work: Work) -> dict[str, Any]:
        return work.as_person.create("site.visit", [{"name": "V", **values}])[0]

    return platform.run("site", SYSTEM, act)


EVERYTHING: dict[str, Any] = {
    "days": {"from": "2026-01-05", "to": "2026-01-31"},
    "starts_at": "09:30",
    "kind": "gear_pump",
    "score": 4,
    "report": "<p>Fine</p>",
    "place": {"lat": "30.25", "lng": "120.16"},
    "address": {"region": "330108", "street": "江南大道 1 号"},
    "region": "330108",
    "for_role": "inspector",
    "code": "6901234567892",
    "facts": {"a": [1, "b"]},
    "price": "1409.50",
}


class TestKept:
    def test_everything_comes_back_as_it_went_in(self, platform: Platform) -> None:
        made = kept(platform, **EVERYTHING)
        assert {name: str(made[name]) if name == "price" else made[name] for name in EVERYTHING} == EVERYTHING
        assert str(made["begins"]) == "2026-01-05"
        assert (made["double"], made["in_words"], made["has_place"]) == (8, "壹仟肆佰零玖元伍角整", True)

    def test_many_at_once_come_back_too(self, platform: Platform) -> None:
        values = {name: value for name, value in EVERYTHING.items() if name != "code"}
        rows = [{"name": f"V{number}", **values} for number in range(300)]
        ids = platform.run("site", SYSTEM, lambda work: work.as_person.add("site.visit", rows))
        last = platform.run("site", SYSTEM, lambda work: work.as_person.fetch("site.visit", ids[-1]), reads_only=True)
        assert {name: str(last[name]) if name == "price" else last[name] for name in values} == values

    @pytest.mark.parametrize(
        ("where", "fits"),
        [
            ("overlaps(days, days)", True),
            ("first_day(days) = '2026-01-05' and last_day(days) < '2026-02-01'", True),
            ("starts_at >= '09:00' and starts_at < '10:00'", True),
            ("kind in ('pump', 'gear_pump')", True),
            ("starts_with(region, '33')", True),
            ("score >= 4 and done = 0", True),
            ("for_role = 'inspector'", True),
            ("blank(place)", False),
            ("in_words = '壹仟肆佰零玖元伍角整'", True),
        ],
    )
    def test_filters_speak_of_it(self, platform: Platform, where: str, fits: bool) -> None:
        kept(platform, **EVERYTHING)
        page = platform.run("site", SYSTEM, lambda work: work.as_person.query("site.visit", where=where))
        assert bool(page.records) is fits

    def test_a_query_takes_from_the_first_record_that_fits_and_changes_by_itself(self, platform: Platform) -> None:
        def act(work: Work) -> int:
            [here, there] = work.create("site.area", [{"name": "here"}, {"name": "there"}])
            days = ["2025-01-01", "2026-01-01", "2026-02-01"]
            rates = [{"name": day, "area": here, "valid_from": day, "amount": day[5:7] + "00"} for day in days]
            work.create("site.rate", [*rates, {"name": "other", "area": there, "valid_from": days[1], "amount": "9"}])
            return here.id

        area = platform.run("site", SYSTEM, act)
        made = kept(platform, area=area, days=EVERYTHING["days"])
        assert (str(made["rate"]), made["_labels"]["by_rate"], str(made["twice"])) == ("100.00", "2026-01-01", "200.00")
        assert kept(platform, area=area)["rate"] is None

        def later(work: Work) -> list[list[str]]:
            work.create("site.rate", [{"name": "new", "area": area, "valid_from": "2026-01-04", "amount": "70"}])
            work.trash("site.rate", [work.find("site.rate", "name = '2026-01-01'")[0]])
            asked = [
                work.as_person.query("site.visit", where=text) for text in ("rate = 70", "rate = 100", "twice = 140")
            ]
            by = work.as_person.query("site.visit", fields=["rate", "by_rate.name"], sort="rate")
            return [[str(record["rate"]) for record in by.records], [str(len(page.records)) for page in asked]]

        assert platform.run("site", SYSTEM, later) == [["70.00", "None"], ["1", "0", "1"]]

    def test_what_a_query_uses_is_told(self, platform: Platform) -> None:
        model = platform.model(platform.workspace("site"))
        used_by = lineage(model, "field", "site.rate.valid_from")["used_by"]
        assert {(use["name"], use["place"]) for use in used_by} == {
            (f"site.visit.{name}", place) for name in ("rate", "by_rate") for place in ("where", "sort")
        }

    def test_history_tells_of_both_ends(self, platform: Platform) -> None:
        id = kept(platform, days={"from": "2026-01-05", "to": None})["id"]

        def act(work: Work) -> Any:
            work.as_person.change("site.visit", [(id, {"days": {"from": "2026-01-05", "to": "2026-01-06"}})])

        platform.run("site", SYSTEM, act)
        [changes] = platform.run(
            "site",
            SYSTEM,
            lambda work: work.column(f"SELECT changes FROM {work.schema}.kernel_history WHERE kind = 'changed'"),
        )
        assert changes["days"] == [
            {"from": "2026-01-05", "to": None},
            {"from": "2026-01-05", "to": "2026-01-06"},
        ]

    def test_what_is_no_longer_offered_stays_where_it_is(self, platform: Platform) -> None:
        with pytest.raises(WrongInput) as refused:
            kept(platform, kind="old")
        assert [(problem.path, problem.code) for problem in refused.value.fields] == [("kind", "retired")]

    def test_an_export_carries_it_and_an_address_is_readable(self, platform: Platform) -> None:
        kept(platform, **EVERYTHING)
        out = io.BytesIO()
        names = ("days", "starts_at", "kind", "score", "place", "address", "region", "in_words")
        platform.run(
            "site", SYSTEM, lambda work: write_export(work, "site.visit", out, format="csv", fields=names) and None
        )
        row = out.getvalue().decode("utf-8-sig").splitlines()[1]
        assert "2026-01-05 ~ 2026-01-31" in row
        assert "浙江省 / 杭州市 / 滨江区" in row
        assert "region: 330108; street: 江南大道 1 号" in row

    def test_the_screen_is_told_what_it_needs(self, platform: Platform) -> None:
        model = platform.model(platform.workspace("site"))
        fields = {
            each["name"]: each for each in describe(model, ["inspector"], "zh")["objects"]["site.visit"]["fields"]
        }
        assert [fields[name]["type"] for name in ("inspector", "area", "in_words", "kind")] == [
            "user",
            "cascade",
            "capitals",
            "tree_choice",
        ]
        assert fields["area"]["tree"] == "above"
        assert fields["code"]["symbology"] == "ean13"
        assert fields["for_role"]["choices"] == [{"name": "inspector", "label": "巡检员", "tone": "neutral"}]
        choices = {choice["name"]: choice for choice in fields["kind"]["choices"]}
        assert (choices["gear_pump"]["under"], choices["old"]["retired"]) == ("pump", True)
