"""Definitions as data: YAML 1.2, short names, orders, identities, stable hashes, one schema."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import msgspec.structs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queti.kernel.definitions import KINDS, ObjectDef, RoleDef
from queti.kernel.errors import UnknownName, WrongInput
from queti.kernel.publishing.apps import Catalogue, WrongAppFile, load_app, read_yaml
from queti.kernel.publishing.canonical import body_of, decode, hash_of, identity, json_schemas, restore
from tests.kernel.shop import ORDER, definitions


class TestYaml:
    @pytest.mark.parametrize("word", ["no", "yes", "on", "off", "y", "2026-01-31", "12:30", "NO"])
    def test_the_core_schema_leaves_words_and_dates_as_text(self, word: str) -> None:
        assert read_yaml(f"value: {word}") == {"value": word}

    def test_a_choice_named_no_is_a_choice(self) -> None:
        body = read_yaml("{object: x.y, fields: {f: {type: choice, choices: {no: {}, yes: {}}}}}")
        definition = decode("object", body)
        assert isinstance(definition, ObjectDef)
        assert list(definition.fields["f"].choices) == ["no", "yes"]


class TestCompleting:
    def test_short_names_belong_to_the_app(self) -> None:
        role = decode(
            "role", {"role": "clerk", "objects": {"order": {"see": True}}, "operations": ["ship"]}, app="shop"
        )
        assert isinstance(role, RoleDef)
        assert (list(role.objects), role.operations) == (["shop.order"], ["shop.ship"])
        assert identity(role) == ("role", "shop:clerk")

    def test_extensions_have_an_identity_of_their_own(self) -> None:
        definition = decode("object", {"object": "base.party", "extend": True, "fields": {}}, app="crm")
        assert identity(definition) == ("object", "crm:base.party")

    def test_numbers_and_truth_values_are_formulas_where_formulas_stand(self) -> None:
        fields = {"a": {"type": "number", "default": 0, "min": -1}, "b": {"type": "boolean", "default": True}}
        definition = decode("object", {"object": "x.y", "fields": fields})
        assert isinstance(definition, ObjectDef)
        assert [definition.fields[name].default for name in "ab"] == ["0", "true"]
        assert definition.fields["a"].min == "-1"

    def test_names_that_look_like_properties_stay_names(self) -> None:
        fields = {name: {"type": "text"} for name in ("label", "lines", "groups", "each", "where", "to", "object")}
        definition = decode("object", {"object": "y", "fields": fields}, app="x")
        assert isinstance(definition, ObjectDef)
        assert list(definition.fields) == list(fields)

    def test_a_wrong_property_is_named(self) -> None:
        with pytest.raises(WrongInput) as refused:
            decode("object", {"object": "x.y", "fields": {"a": {"type": "text", "requird": True}}})
        assert "requird" in refused.value.fields[0].en
        assert refused.value.fields[0].path.startswith("fields")

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(UnknownName):
            decode("objekt", {})


class TestHashes:
    def test_the_order_of_keys_and_defaults_written_out_make_no_difference(self) -> None:
        one = decode(
            "object", {"object": "x.y", "label": {"en": "A", "zh": "B"}, "fields": {"f": {"type": "text", "order": 10}}}
        )
        other = decode(
            "object",
            {
                "fields": {"f": {"order": 10.0, "required": False, "type": "text"}},
                "label": {"zh": "B", "en": "A"},
                "object": "x.y",
            },
        )
        assert hash_of("object", body_of(one)) == hash_of("object", body_of(other))

    @settings(deadline=None)
    @given(st.data())
    def test_whichever_defaults_are_written_out_the_body_is_the_same(self, data: st.DataObject) -> None:
        definition = data.draw(st.sampled_from(definitions()))
        kind, _ = identity(definition)
        spelled = _spelled_out(definition, lambda: data.draw(st.booleans()))
        given = restore(kind, msgspec.json.decode(msgspec.json.encode(spelled)))
        assert given == definition
        assert body_of(given) == body_of(definition)

    def test_a_hash_is_the_same_in_every_release_of_the_product(self) -> None:
        definition = decode(
            "object", {"object": "x.y", "label": {"en": "A", "zh": "乙"}, "fields": {"f": {"type": "text"}}}
        )
        assert hash_of("object", body_of(definition)) == "7671aab352644aff8cc25cf5bbe891530deebf21"

    def test_definitions_survive_the_way_through_the_database(self) -> None:
        for definition in definitions():
            kind, _ = identity(definition)
            body = msgspec.json.decode(msgspec.json.encode(body_of(definition)))
            assert restore(kind, body) == definition
            assert hash_of(kind, body) == hash_of(kind, body_of(definition))

    def test_the_order_of_a_file_is_kept_in_values(self) -> None:
        definition = decode("object", ORDER, app="shop")
        assert isinstance(definition, ObjectDef)
        orders = [field.order for field in definition.fields.values()]
        assert orders == sorted(orders)
        assert len(set(orders)) == len(orders)


def _spelled_out(value: Any, says: Callable[[], bool]) -> Any:
    """The body with those defaults written out for which `says` says so."""
    if isinstance(value, msgspec.Struct):
        blank = {each.name: each for each in msgspec.structs.fields(type(value))}
        return {
            each.encode_name: _spelled_out(getattr(value, name), says)
            for name, each in blank.items()
            if each.required or getattr(value, name) not in (each.default, {}, []) or says()
        }
    if isinstance(value, dict):
        return {name: _spelled_out(entry, says) for name, entry in value.items()}
    return [_spelled_out(entry, says) for entry in value] if isinstance(value, list) else value


class TestSchema:
    def test_one_document_describes_every_kind(self) -> None:
        schema = json_schemas()
        assert [shape["title"] for shape in schema["oneOf"]] == list(KINDS)
        assert "FieldDef" in schema["$defs"]


def write_app(folder: Path, **files: str) -> None:
    for name, text in {"__init__.py": "", **files}.items():
        place = folder / "parcels" / name.replace("__in__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), "utf-8")


APP = "{app: parcels, label: {en: Parcels, zh: 包裹}, needs: []}"


class TestApps:
    def test_an_app_is_a_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_app(
            tmp_path,
            **{
                "app.yaml": APP,
                "objects/parcel.yaml": "{object: parcel, fields: {code: {type: text}}}",
                "operations/__init__.py": "",
                "operations/send.py": """
                    from queti.kernel.operations import operation

                    @operation(on="parcels.parcel")
                    def send(work, calls):
                        '''Send it.'''
                        return []
                    """,
                "reactions.py": """
                    from queti.kernel.events import reacts_to

                    @reacts_to("parcels.sent")
                    def note(work, events):
                        '''Note it.'''
                    """,
            },
        )
        monkeypatch.syspath_prepend(tmp_path)
        app = load_app("parcels")
        assert [identity(part) for part in app.definitions] == [("app", "parcels"), ("object", "parcels.parcel")]
        assert list(app.operations) == ["parcels.send"]
        assert [each.name for each in app.reactions] == ["parcels.note"]

    def test_a_wrong_file_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "parcels", raising=False)
        write_app(tmp_path, **{"app.yaml": APP, "objects/parcel.yaml": "object: [unclosed"})
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(WrongAppFile, match=r"parcel\.yaml"):
            _ = load_app("parcels").definitions

    def test_the_standard_apps_come_with_what_they_need(self) -> None:
        known = Catalogue.standard()
        ordered = known.with_needs(["oms"])
        assert ordered[-1] == "oms"
        assert ordered.index("base") < ordered.index("oms")
