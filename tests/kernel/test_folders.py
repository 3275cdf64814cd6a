"""A workspace as a folder: the same bytes again, published from, moved to where others went on."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queti.kernel.publishing.apps import Catalogue, WrongAppFile, read_yaml
from queti.kernel.publishing.canonical import decode
from queti.kernel.publishing.files import NotAnArchive, read_definition_file, write_definition, write_yaml
from queti.kernel.publishing.findings import DefinitionsWrong
from queti.kernel.publishing.folders import (
    AppsNotHere,
    Folder,
    WrongFolder,
    files_of,
    folder_of,
    pack_folder,
    place_of,
    plan_folder,
    publish_folder,
    read_folder,
    read_folder_files,
    unpack_folder,
    write_folder,
)
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.merge import MergeConflicts
from queti.kernel.publishing.outlook import DataLost
from queti.store.database import Database
from queti.store.workspaces import Workspace, create_workspace
from tests.kernel.shop import catalogue, words
from tests.kernel.test_app_files import APP, PARTY_PART, PET, ROLE, Place


@pytest.fixture
def tried(database: Database, workspace: Workspace) -> Place:
    """The workspace where changes are tried: an app of its own, a role, a changed shipped field."""
    place = Place(database, workspace)
    place.make(("app", APP), ("object", PET), ("object", PARTY_PART), ("role", ROLE))
    place.change(("object", "shop.order"), number={"label": words("No.")})
    return place


@pytest.fixture
def empty(database: Database) -> Workspace:
    return create_workspace(database, "live", words("Live"))


def exported(place: Place, workspace: Workspace | None = None) -> Folder:
    with place.db.connection() as connection:
        return folder_of(connection, (workspace or place.workspace).schema, place.catalogue)


def moved(place: Place, to: Workspace, **settings: Any) -> Any:
    return publish_folder(place.db, to, place.catalogue, read_folder(files_of(exported(place))), **settings)


class TestTheFolder:
    def test_published_into_an_empty_workspace_it_comes_out_byte_for_byte(self, tried: Place, empty: Workspace) -> None:
        files = files_of(exported(tried))
        model = moved(tried, empty)
        assert "pets.pet" in model.objects
        assert files_of(exported(tried, empty)) == files

    def test_what_is_the_workspaces_own_is_still_known_there(self, tried: Place, empty: Workspace) -> None:
        moved(tried, empty)
        here, there = exported(tried), exported(tried, empty)
        assert (here.definitions, here.shipped, here.sources) == (there.definitions, there.shipped, there.sources)
        assert here.shipped["object", "shop.order"] != here.definitions["object", "shop.order"]

    def test_the_next_version_of_an_app_still_merges_there(self, tried: Place, empty: Workspace) -> None:
        moved(tried, empty)
        newer = catalogue("2.0.0", view=None)
        model = install_apps(tried.db, empty, newer, ["shop"])
        assert model.apps["shop"].version == "2.0.0"
        assert model.objects["shop.order"].definition.fields["number"].label == words("No.")
        assert "shop.open_orders" not in model.views

    def test_on_disk_only_what_differs_is_written(self, tried: Place, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        first = write_folder(files_of(exported(tried)), tmp_path)
        assert "pets/objects/pet.yaml" in first
        assert write_folder(files_of(exported(tried)), tmp_path) == []
        tried.make(without=("role", "keeper"))
        changed = write_folder(files_of(exported(tried)), tmp_path)
        assert changed == ["own/roles/keeper.yaml"]
        assert not (tmp_path / "own/roles/keeper.yaml").exists()
        assert all(b"\r" not in content and b"#" not in content for content in read_folder_files(tmp_path).values())

    def test_a_folder_that_holds_something_else_is_left_alone(self, tried: Place, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(WrongFolder):
            write_folder(files_of(exported(tried)), tmp_path)

    def test_the_packed_folder_is_the_folder(self, tried: Place) -> None:
        folder = exported(tried)
        assert files_of(unpack_folder(pack_folder(folder))) == files_of(folder)
        with pytest.raises(NotAnArchive):
            unpack_folder(b"no zip")

    def test_the_whole_of_queti_survives(self) -> None:
        for app in Catalogue.standard().apps.values():
            for definition in app.definitions:
                content = write_definition(definition)
                kind = type(definition).__name__
                folder = "" if kind == "AppDef" else _folder(definition)
                name = "app.yaml" if kind == "AppDef" else _file(definition)
                assert read_definition_file(f"{folder}/{name}".lstrip("/"), content) == definition, (app.name, name)


def _folder(definition: Any) -> str:
    from queti.kernel.publishing.canonical import identity
    from queti.kernel.publishing.files import path_of

    return path_of(identity(definition)).partition("/")[0]


def _file(definition: Any) -> str:
    from queti.kernel.publishing.canonical import identity
    from queti.kernel.publishing.files import path_of

    return path_of(identity(definition)).rpartition("/")[2]


class TestAnEngineerReviews:
    def test_a_new_file_is_a_new_definition(self, tried: Place) -> None:
        files = files_of(exported(tried))
        files["own/objects/crate.yaml"] = b"object: own.crate\ntitle: name\nfields:\n  name: {type: text}\n"
        model = publish_folder(tried.db, tried.workspace, tried.catalogue, read_folder(files))
        assert "own.crate" in model.objects

    def test_nothing_new_publishes_nothing(self, tried: Place) -> None:
        number = tried.model.number
        assert moved(tried, tried.workspace).number == number

    def test_findings_name_file_and_line(self, tried: Place) -> None:
        files = files_of(exported(tried))
        pet = files["pets/objects/pet.yaml"].replace(
            b"fields:\n", b"fields:\n  age: {type: number, formula: birthday + 1}\n"
        )
        files["pets/objects/pet.yaml"] = pet
        folder = read_folder(files)
        outlook = plan_folder(tried.db, tried.workspace, tried.catalogue, folder)
        assert not outlook.is_good
        line = pet.decode().splitlines().index("  age: {type: number, formula: birthday + 1}") + 1
        assert place_of(folder, files, outlook.findings[0]) == f"pets/objects/pet.yaml:{line}"
        with pytest.raises(DefinitionsWrong):
            publish_folder(tried.db, tried.workspace, tried.catalogue, folder)

    def test_a_plan_changes_nothing(self, tried: Place, empty: Workspace) -> None:
        outlook = plan_folder(tried.db, empty, tried.catalogue, exported(tried))
        assert outlook.is_good
        assert "+ object pets.pet" in outlook.changes
        assert {step["act"] for step in outlook.plan.shown()} >= {"create_table"}
        assert exported(tried, empty).definitions == {}

    @pytest.mark.parametrize(
        ("path", "content", "problem"),
        [
            ("pets/objects/pet.yaml", b"object: [", "pet.yaml"),
            ("pets/objects/pet.yaml", b"object: pets.dog\n", "pets.dog"),
            ("shop/objects/pet.yaml", b"object: pets.pet\n", "belongs into"),
            ("pets/objects/pet.yaml", b"object: pets.pet\ncolour: red\n", "colour"),
            ("pets/things/pet.yaml", b"object: pets.pet\n", "folder of definitions"),
        ],
    )
    def test_files_that_are_wrong_are_named(self, tried: Place, path: str, content: bytes, problem: str) -> None:
        files = {**files_of(exported(tried)), path: content}
        with pytest.raises((WrongAppFile, WrongFolder), match=problem):
            read_folder(files)

    def test_apps_with_acts_that_are_not_here(self, tried: Place, empty: Workspace) -> None:
        with pytest.raises(AppsNotHere, match="shop"):
            publish_folder(tried.db, empty, Catalogue([]), Folder({}, {}, {"shop": "abc"}, {"shop": "1.0.0"}))


class TestMoving:
    @pytest.fixture
    def live(self, tried: Place, empty: Workspace) -> Place:
        """Another workspace that once got the folder."""
        moved(tried, empty)
        live = Place.__new__(Place)
        live.db, live.workspace, live.catalogue = tried.db, empty, tried.catalogue
        return live

    def test_what_live_did_since_stays(self, tried: Place, live: Place) -> None:
        live.change(("object", "pets.pet"), chip={"type": "text", "order": 50})
        tried.change(("object", "pets.pet"), born_on={"type": "date", "order": 60})
        model = moved(tried, live.workspace)
        assert {"chip", "born_on"} <= model.objects["pets.pet"].fields.keys()

    def test_what_the_tried_removed_goes(self, tried: Place, live: Place) -> None:
        tried.make(without=("role", "keeper"))
        assert "keeper" not in moved(tried, live.workspace).roles

    def test_both_changed_the_same(self, tried: Place, live: Place) -> None:
        live.change(("object", "pets.pet"), name={"label": words("Live")})
        tried.change(("object", "pets.pet"), name={"label": words("Test")})
        with pytest.raises(MergeConflicts):
            moved(tried, live.workspace)
        choices: Any = {("object", "pets.pet", f"fields.name.label.{language}"): "ours" for language in ("en", "zh")}
        moved(tried, live.workspace, choices=choices)
        assert live.label("name") == "Live"
        tried.change(("object", "pets.pet"), note={"label": words("Remark")})
        moved(tried, live.workspace)
        assert (live.label("name"), live.label("note")) == ("Live", "Remark"), "decided once, not asked again"

    def test_fields_that_hold_data_go_only_when_confirmed(self, tried: Place, live: Place) -> None:
        table = live.model.objects["pets.pet"].table
        with live.db.owner() as connection:
            connection.execute(
                f'INSERT INTO "{table.schema}"."{table.name}" (name, note, version, created_at, changed_at)'
                " VALUES ('Rex', 'bites', 1, now(), now())"
            )
        body = {**PET, "fields": {name: field for name, field in PET["fields"].items() if name not in ("note", "kind")}}
        tried.make(("object", body))
        with pytest.raises(DataLost, match=r"pets\.pet\.note") as refused:
            moved(tried, live.workspace)
        assert [each.path for each in refused.value.fields] == ["pets.pet.note"], "nothing is in pets.pet.kind"
        assert "note" not in moved(tried, live.workspace, lose=True).objects["pets.pet"].fields


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8)


class TestYaml:
    @settings(max_examples=300, deadline=None)
    @given(
        st.recursive(
            TEXT | st.booleans() | st.integers(),
            lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
            max_leaves=12,
        )
    )
    def test_any_value_comes_back(self, value: Any) -> None:
        assert read_yaml(write_yaml({"value": value}).decode()) == {"value": value}

    @pytest.mark.parametrize(
        "text",
        ["no", "2026-01-31", "12", "1e3", "", " ", "a: b", "a #b", "- x", "~", "null", "\n", "a\n", "a\n\n", "a\nb",
         " a\nb", "a\n b\n", "x\ty", "“雀替”", "=cmd()", "'", '"', "a,b", "[x]", "\u2028", "\x85", "\x7f", "%x", "@x",
         "?", "key:", "a: "],
    )  # fmt: skip
    def test_texts_that_mean_something_in_yaml(self, text: str) -> None:
        assert read_yaml(write_yaml({"a": text, "b": {"c": text}, "d": [text]}).decode()) == {
            "a": text, "b": {"c": text}, "d": [text],
        }  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.dictionaries(NAMES, st.fixed_dictionaries({"label": st.fixed_dictionaries({"en": TEXT, "zh": TEXT})},
            optional={"order": st.integers(0, 50), "hidden": st.booleans(), "default": TEXT}), max_size=6)
    )  # fmt: skip
    def test_any_object_comes_back(self, fields: dict[str, Any]) -> None:
        body = {"object": "own.x", "fields": {name: {"type": "text", **field} for name, field in fields.items()}}
        made = decode("object", body)
        assert read_definition_file("objects/x.yaml", write_definition(made)) == made
