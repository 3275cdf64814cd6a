"""App files: out of one workspace, into another, changed there, upgraded, refused, retired."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from queti.kernel.definitions import AppDef, ObjectDef
from queti.kernel.errors import Refusal
from queti.kernel.publishing.apps import Catalogue, WrongAppFile
from queti.kernel.publishing.canonical import body_of, decode, identity, restore
from queti.kernel.publishing.files import NotAnArchive, pack, unpack
from queti.kernel.publishing.findings import DefinitionsWrong
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.merge import MergeConflicts
from queti.kernel.publishing.packages import (
    AppFileTampered,
    AppNameTaken,
    AppsMissing,
    NewerFormat,
    Package,
    gallery,
    read_package,
    write_package,
)
from queti.kernel.publishing.publish import Proposal, Publication, publish
from queti.kernel.publishing.releases import current_model, read_definitions, read_release
from queti.kernel.publishing.sharing import (
    NothingToShare,
    OthersNeedIt,
    ShippedWithQueti,
    Wish,
    WrongVersion,
    export_app,
    install_package,
    installed_apps,
    plan_package,
    uninstall_app,
)
from queti.store.database import Database
from queti.store.workspaces import Workspace, create_workspace
from tests.kernel.shop import catalogue, install, words

APP = {"app": "pets", "label": words("Pets"), "version": "0.1", "menu": {"pets": {"object": "pets.pet"}}}
PET: dict[str, Any] = {
    "object": "pets.pet",
    "label": {"en": "Pet", "zh": "宠物"},
    "title": "name",
    "fields": {
        "name": {"type": "text", "required": True, "label": {"en": "Name: the pet's", "zh": "名字"}},
        "owner": {"type": "link", "to": "shop.party", "reverse": "pets"},
        "kind": {"type": "choice", "choices": {"cat": {"label": words("Cat")}, "no": {"label": words("No: none")}}},
        "note": {"type": "long_text", "help": {"en": "Two\nlines", "zh": "两\n行"}},
    },
}
PARTY_PART: dict[str, Any] = {
    "object": "shop.party",
    "extend": True,
    "app": "pets",
    "fields": {"likes_pets": {"type": "boolean", "order": 900}},
}
ROLE: dict[str, Any] = {
    "role": "keeper",
    "label": words("Keeper"),
    "objects": {"pets.pet": {"see": True, "create": True}},
}


class Place:
    """A workspace where definitions are published and apps come and go."""

    def __init__(self, db: Database, workspace: Workspace) -> None:
        self.db, self.workspace = db, workspace
        self.catalogue, _ = install(db, workspace)

    @property
    def model(self) -> Any:
        return current_model(self.db, self.workspace, self.catalogue)

    def make(self, *bodies: tuple[str, Mapping[str, Any]], without: tuple[str, str] | None = None) -> None:
        """Publish these definitions as somebody who builds here does."""

        def propose(publication: Publication) -> Proposal:
            manifest = publication.base.manifest
            known = self.definitions()
            for kind, body in bodies:
                made = decode(kind, body)
                known[identity(made)] = made
            if without:
                del known[without]
            return Proposal(known, manifest["shipped"], manifest["sources"])

        publish(self.db, self.workspace, self.catalogue, propose)

    def definitions(self) -> dict[Any, Any]:
        with self.db.connection() as connection:
            manifest = read_release(connection, self.workspace.schema).manifest
            return dict(read_definitions(connection, self.workspace.schema, manifest["effective"], self.catalogue))

    def change(self, key: tuple[str, str], **fields: Any) -> None:
        """Change fields of an object as it stands."""
        body = body_of(self.definitions()[key])
        for name, field in fields.items():
            body["fields"][name] = {**body["fields"].get(name, {}), **field}
        self.make((key[0], body))

    def export(self, app: str = "pets", version: str = "1.0.0", **wish: Any) -> bytes:
        with self.db.connection() as connection:
            asked = Wish(app, version, author="Mei", **wish)
            return write_package(export_app(connection, self.workspace.schema, self.catalogue, asked, "here"))

    def install(self, file: bytes, **settings: Any) -> Any:
        return install_package(self.db, self.workspace, self.catalogue, read_package(file), **settings)

    def label(self, field: str) -> str:
        return self.model.objects["pets.pet"].definition.fields[field].label.get("en", "")


@pytest.fixture
def home(database: Database, workspace: Workspace) -> Place:
    """Where the pets app was made at run time."""
    place = Place(database, workspace)
    place.make(("app", APP), ("object", PET), ("object", PARTY_PART), ("role", ROLE))
    return place


@pytest.fixture
def elsewhere(database: Database) -> Place:
    return Place(database, create_workspace(database, "elsewhere", words("Elsewhere")))


class TestAnAppTravels:
    def test_it_is_installed_elsewhere_with_all_that_belongs_to_it(self, home: Place, elsewhere: Place) -> None:
        model = elsewhere.install(home.export())
        assert {"name", "owner", "kind", "note"} <= model.objects["pets.pet"].fields.keys()
        assert "likes_pets" in model.objects["shop.party"].fields
        assert model.roles["keeper"].objects["pets.pet"].create is True
        assert model.apps["pets"].version == "1.0.0"
        assert "pets" not in elsewhere.catalogue.apps, "it lives in the workspace, not in the process"

    def test_another_process_finds_it_in_the_workspace(self, home: Place, elsewhere: Place) -> None:
        elsewhere.install(home.export())
        assert "pets.pet" in current_model(elsewhere.db, elsewhere.workspace, catalogue()).objects

    def test_changed_there_and_upgraded_the_changes_stay(self, home: Place, elsewhere: Place) -> None:
        elsewhere.install(home.export(version="1.0.0"))
        elsewhere.change(("object", "pets.pet"), name={"label": words("Called")}, chip={"type": "text", "order": 50})
        home.change(("object", "pets.pet"), kind={"label": words("Species")}, born_on={"type": "date", "order": 60})
        model = elsewhere.install(home.export(version="1.1.0"))
        assert {"chip", "born_on"} <= model.objects["pets.pet"].fields.keys()
        assert (elsewhere.label("name"), elsewhere.label("kind")) == ("Called", "Species")
        assert model.apps["pets"].version == "1.1.0"

    def test_what_both_changed_is_decided_by_a_person(self, home: Place, elsewhere: Place) -> None:
        elsewhere.install(home.export(version="1.0.0"))
        elsewhere.change(("object", "pets.pet"), name={"label": words("Called")})
        home.change(("object", "pets.pet"), name={"label": words("Full name")})
        second = home.export(version="1.1.0")
        with pytest.raises(MergeConflicts) as refused:
            elsewhere.install(second)
        places = {(entry.name, entry.property) for entry in refused.value.conflicts}
        assert places == {("pets.pet", "fields.name.label.en"), ("pets.pet", "fields.name.label.zh")}
        known = plan_package(elsewhere.db, elsewhere.workspace, elsewhere.catalogue, read_package(second)).conflicts
        assert {(entry.ours, entry.theirs) for entry in known} == {("Called", "Full name")}
        choices: Any = {("object", "pets.pet", entry.property): "theirs" for entry in known}
        elsewhere.install(second, choices=choices)
        assert elsewhere.label("name") == "Full name"

    def test_the_same_file_twice_publishes_nothing(self, home: Place, elsewhere: Place) -> None:
        file = home.export()
        assert elsewhere.install(file).number == elsewhere.install(file).number

    def test_the_same_app_makes_the_same_bytes(self, home: Place) -> None:
        assert home.export() == home.export()

    def test_it_holds_readable_files_and_no_code(self, home: Place) -> None:
        files = unpack(home.export())
        assert set(files) == {
            "manifest.yaml", "app.yaml", "objects/pet.yaml", "objects/shop.party.yaml", "roles/keeper.yaml",
        }  # fmt: skip
        assert b"label: {en: Pet, zh: \xe5\xae\xa0\xe7\x89\xa9}\n" in files["objects/pet.yaml"]
        assert b"order:" not in files["objects/pet.yaml"], "the order of the file says it"

    def test_a_role_of_the_workspaces_own_lends_the_app_its_grants(self, home: Place, elsewhere: Place) -> None:
        home.make(("role", {"role": "boss", "objects": {"pets.pet": {"see": True}, "shop.party": {"see": True}}}))
        model = elsewhere.install(home.export())
        assert set(model.roles["boss"].objects) == {"pets.pet"}, "what it grants on other apps stays at home"

    def test_it_retires_with_its_data_and_comes_back(self, home: Place, elsewhere: Place) -> None:
        file = home.export()
        table = elsewhere.install(file).objects["pets.pet"].table
        with elsewhere.db.owner() as connection:
            connection.execute(
                f'INSERT INTO "{table.schema}"."{table.name}" (name, version, created_at, changed_at)'
                " VALUES ('Rex', 1, now(), now())"
            )
        model = uninstall_app(elsewhere.db, elsewhere.workspace, elsewhere.catalogue, "pets")
        assert "pets.pet" not in model.objects
        assert "likes_pets" not in model.objects["shop.party"].fields
        assert "pets" not in model.apps
        again = elsewhere.install(file).objects["pets.pet"].table
        with elsewhere.db.owner() as connection:
            kept = connection.execute(f'SELECT name FROM "{again.schema}"."{again.name}"').fetchall()
        assert kept == [("Rex",)]

    def test_what_others_need_is_not_removed(self, home: Place) -> None:
        home.make(("app", {"app": "vets", "needs": ["pets"]}))
        with pytest.raises(OthersNeedIt, match="vets"):
            uninstall_app(home.db, home.workspace, home.catalogue, "pets")

    def test_the_list_tells_where_apps_come_from(self, home: Place, elsewhere: Place) -> None:
        elsewhere.install(home.export())
        elsewhere.change(("object", "pets.pet"), name={"label": words("Called")})
        with elsewhere.db.connection() as connection:
            known = {
                app.name: app
                for app in installed_apps(connection, elsewhere.workspace.schema, elsewhere.model, elsewhere.catalogue)
            }
        assert known["shop"].is_shipped
        assert not known["shop"].origin
        assert known["pets"].origin
        assert (known["shop"].changes, known["pets"].changes) == (0, 1)


class TestOwnChangesTravel:
    def test_as_an_app_of_their_own(self, home: Place, elsewhere: Place) -> None:
        own = {"object": "shop.order", "extend": True, "app": "own", "fields": {"site": {"type": "text", "order": 700}}}
        home.make(("object", own))
        home.change(("object", "shop.order"), number={"label": words("No.")}, gate={"type": "text", "order": 710})
        model = elsewhere.install(home.export("shop", as_app="shop_plus", label=words("Shop plus")))
        order = model.objects["shop.order"].definition
        assert order.fields["site"].app == "shop_plus"
        assert order.fields["gate"].app == "shop_plus"
        assert order.fields["number"].label["en"] == "No."

    def test_with_whole_objects_that_were_added_to_the_shipped_app(self, home: Place, elsewhere: Place) -> None:
        home.make(
            ("object", {"object": "shop.visit", "title": "name", "fields": {"name": {"type": "text"}}}),
            ("view", {"view": "shop.visits", "object": "shop.visit", "fields": ["name"]}),
        )
        file = home.export("shop", as_app="shop_plus")
        for _ in range(2):
            model = elsewhere.install(file)
            assert "name" in model.objects["shop.visit"].fields
            assert model.views["shop.visits"].fields == ["name"]

    def test_they_meet_other_changes(self, home: Place, elsewhere: Place) -> None:
        home.change(("object", "shop.order"), number={"label": words("No.")})
        elsewhere.change(("object", "shop.order"), number={"label": words("Code")})
        file = home.export("shop", as_app="shop_plus")
        with pytest.raises(MergeConflicts) as refused:
            elsewhere.install(file)
        choices: Any = {(each.kind, each.name, each.property): "theirs" for each in refused.value.conflicts}
        model = elsewhere.install(file, choices=choices)
        assert model.objects["shop.order"].definition.fields["number"].label == words("No.")

    def test_uninstalled_its_additions_go_and_what_it_changed_stays_as_ones_own(
        self, home: Place, elsewhere: Place
    ) -> None:
        home.change(("object", "shop.order"), number={"label": words("No.")}, gate={"type": "text", "order": 710})
        elsewhere.install(home.export("shop", as_app="shop_plus"))
        model = uninstall_app(elsewhere.db, elsewhere.workspace, elsewhere.catalogue, "shop_plus")
        order = model.objects["shop.order"].definition
        assert "gate" not in order.fields
        assert order.fields["number"].label == words("No.")
        with elsewhere.db.connection() as connection:
            known = installed_apps(connection, elsewhere.workspace.schema, model, elsewhere.catalogue)
        assert {app.name: app.changes for app in known}["shop"] == 1

    def test_without_changes_there_is_nothing_to_share(self, elsewhere: Place) -> None:
        with pytest.raises(NothingToShare):
            elsewhere.export("shop", as_app="shop_plus")

    def test_a_shipped_app_itself_is_on_every_server(self, elsewhere: Place) -> None:
        with pytest.raises(ShippedWithQueti):
            elsewhere.export("shop")


def rewritten(file: bytes, **files: bytes | None) -> bytes:
    """The file with other content, its manifest left as it is."""
    known = unpack(file)
    for path, content in files.items():
        if content is None:
            del known[path]
        else:
            known[path] = content
    return pack(known)


def remade(file: bytes, **manifest: Any) -> bytes:
    package = read_package(file)
    return write_package(replace(package, manifest=msgspec.structs.replace(package.manifest, **manifest)))


def zipped(*entries: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries:
            archive.writestr(path, content)
    return target.getvalue()


class TestBadFiles:
    def test_tampered(self, home: Place) -> None:
        file = home.export()
        for change in (
            {"objects/pet.yaml": b"object: pets.pet\n"},
            {"objects/pet.yaml": None},
            {"objects/x.yaml": b"x"},
        ):
            with pytest.raises(AppFileTampered):
                read_package(rewritten(file, **change))

    def test_of_a_newer_format_or_for_a_newer_queti(self, home: Place) -> None:
        for newer in ({"format": 2}, {"queti": "99.0"}):
            with pytest.raises(NewerFormat):
                read_package(remade(home.export(), **newer))

    def test_needing_what_is_missing_or_older_here(self, home: Place, elsewhere: Place) -> None:
        with pytest.raises(AppsMissing, match=r"ships 1\.0"):
            elsewhere.install(remade(home.export(), needs={"ships": "1.0"}))
        with pytest.raises(AppsMissing, match=r"shop 7\.0"):
            elsewhere.install(remade(home.export(), needs={"shop": "7.0"}))
        assert read_package(home.export()).manifest.needs == {"shop": "1.0.0"}

    def test_a_name_of_another_origin(self, home: Place, elsewhere: Place) -> None:
        elsewhere.install(home.export())
        with pytest.raises(AppNameTaken):
            elsewhere.install(remade(home.export(), origin="somebody"))
        with pytest.raises(AppNameTaken):
            home.install(remade(home.export(), origin="somebody"))

    def test_the_name_of_an_app_that_comes_with_queti(self, home: Place, elsewhere: Place) -> None:
        app = AppDef(app="shop", version="9.0")
        package = read_package(home.export())
        fake = Package(msgspec.structs.replace(package.manifest, app="shop", needs={}), {("app", "shop"): app})
        with pytest.raises(AppNameTaken):
            elsewhere.install(write_package(fake))

    def test_reaching_into_another_app(self, home: Place) -> None:
        package = read_package(home.export())
        order = restore("object", {"object": "shop.order", "app": "shop"})
        assert isinstance(order, ObjectDef)
        with pytest.raises(NotAnArchive, match="another app"):
            read_package(
                write_package(replace(package, definitions={**package.definitions, ("object", "shop.order"): order}))
            )

    @pytest.mark.parametrize(
        "path",
        ["../x.yaml", "/etc/x.yaml", "objects/../../x.yaml", "operations/act.py", "a\\b.yaml", "objects/.yaml/x"],
    )
    def test_code_and_paths_that_lead_outside(self, path: str) -> None:
        with pytest.raises(NotAnArchive, match="no place"):
            unpack(zipped(("manifest.yaml", b"format: 1"), (path, b"import os")))

    def test_a_bomb(self) -> None:
        with pytest.raises(NotAnArchive, match="larger"):
            unpack(zipped(("manifest.yaml", b"0" * (33 * 1024 * 1024))))
        with pytest.raises(NotAnArchive, match="more than"):
            unpack(zipped(*((f"objects/x{number}.yaml", b"") for number in range(5001))))

    def test_aliases_that_grow(self) -> None:
        bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nformat: 1\n"
        with pytest.raises(WrongAppFile, match="aliases"):
            read_package(zipped(("manifest.yaml", bomb)))

    @pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"PK\x03\x04" + b"\0" * 50])
    def test_what_is_no_archive_at_all(self, content: bytes) -> None:
        with pytest.raises(NotAnArchive):
            read_package(content)

    def test_cut_off(self, home: Place) -> None:
        file = home.export()
        for end in (10, len(file) // 2, len(file) - 5):
            with pytest.raises(Refusal):
                read_package(file[:end])

    def test_findings_stand_in_the_way(self, home: Place, elsewhere: Place) -> None:
        package = read_package(home.export())
        key = ("object", "pets.pet")
        body = body_of(package.definitions[key])
        body["fields"]["age"] = {"type": "number", "formula": "birthday + 1", "order": 90}
        broken = write_package(replace(package, definitions={**package.definitions, key: restore("object", body)}))
        with pytest.raises(DefinitionsWrong, match="birthday"):
            elsewhere.install(broken)
        assert "pets" not in elsewhere.model.apps

    def test_a_version_that_is_none(self, home: Place) -> None:
        with pytest.raises(WrongVersion):
            home.export(version="one")


class TestGallery:
    def test_each_template_survives_being_a_file(self) -> None:
        for name, template in gallery().items():
            again = read_package(write_package(template))
            assert again.definitions == template.definitions, name
            assert again.mark == template.mark

    def test_each_template_is_published_beside_our_own_basics(self, database: Database) -> None:
        known = Catalogue.standard()
        workspace = create_workspace(database, "gallery", words("Gallery"))
        install_apps(database, workspace, known, ["base"])
        for template in gallery().values():
            model = install_package(database, workspace, known, template)
        assert {"inspection.inspection", "tickets.ticket", "timesheet.sheet"} <= model.objects.keys()
        inspection = model.objects["inspection.inspection"]
        assert len(inspection.definition.fields) >= 12
        assert len(inspection.definition.linkage) == 2
        assert {"image", "signature", "lines"} <= {field.type for field in inspection.definition.fields.values()}
        assert inspection.fields["score"].is_computed

    def test_every_label_of_a_template_speaks_both_languages(self) -> None:
        for template in gallery().values():
            for key, definition in template.definitions.items():
                fields = definition.fields.values() if isinstance(definition, ObjectDef) else ()
                told = [definition.label, *(field.label for field in fields)]
                assert all(set(label) == {"en", "zh"} for label in told if label or key[0] == "object"), key
