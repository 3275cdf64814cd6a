"""A field, or a choice, gets another name: all that refers to it is rewritten, and its data goes on under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from queti.kernel.definitions import Definition, FieldDef, ObjectDef, Words
from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Identity, body_of
from queti.kernel.publishing.check_objects import NAME
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.drafts import Change, Draft, change_draft
from queti.kernel.publishing.proposing import definitions_of, shipped_of
from queti.kernel.publishing.rewriting import Renames, Rewriting

if TYPE_CHECKING:
    from queti.kernel.work import Work

_FIELD: Words = {"en": "field", "zh": "字段"}
_CHOICE: Words = {"en": "choice", "zh": "选项"}


class NameTaken(Refusal):
    """{object} has “{name}” already; choose another name."""

    zh = "{object} 已有“{name}”，请换一个名称。"
    kind = "conflict"


class WrongName(Refusal):
    """“{name}” can't be a name: small letters, digits and underscores, at most 40, a letter first."""

    zh = "“{name}”不能作为名称：只能用小写字母、数字和下划线，以字母开头，最多 40 个。"


class NameOfAnApp(Refusal):
    """“{name}” is the name that the app {app} knows this {what} by; change its label instead."""

    zh = "“{name}”是应用 {app} 所用的{what}名，请改为修改其显示名称。"
    kind = "conflict"


class ObjectKeepsItsName(Refusal):
    """“{name}” keeps its name, by which its history, files and the addresses of others know it; change its label
    instead, or make a copy under another name."""

    zh = "“{name}”的名称不能更改：历史记录、附件和外部地址都以它为准。请改为修改其显示名称，或以其他名称复制一份。"
    kind = "conflict"


def rename_field(
    work: Work, catalogue: Catalogue, draft: int, object: str, old: str, new: str, version: int | None = None
) -> Draft:
    """The draft with the field under its new name, everywhere. NameTaken, WrongName, NameOfAnApp, UnknownName."""

    def names(found: Object) -> Renames:
        if new in found.fields or new in found.reverse:
            raise NameTaken(object=found.definition.label or object, name=new)
        if _as_shipped(work, catalogue, draft, object, old) is not None:
            raise NameOfAnApp(name=old, app=found.fields[old].definition.app, what=_FIELD)
        return Renames(fields={(object, old): new}, formerly=_published_name(work, found, old))

    return _rename(work, catalogue, draft, (object, old, new), names, version)


def rename_choice(
    work: Work,
    catalogue: Catalogue,
    draft: int,
    object: str,
    field: str,
    old: str,
    new: str,
    version: int | None = None,
) -> Draft:
    """The draft with the choice under its new name, which takes the records of the old one, everywhere.

    NameTaken, WrongName, NameOfAnApp, UnknownName.
    """

    def names(found: Object) -> Renames:
        known = found.fields[field].definition
        if old not in known.choices:
            raise unknown(_CHOICE, old, known.choices)
        if new in known.choices:
            raise NameTaken(object=known.label or field, name=new)
        shipped = _as_shipped(work, catalogue, draft, object, field)
        if shipped is not None and old in shipped.choices:
            raise NameOfAnApp(name=old, app=known.app, what=_CHOICE)
        return Renames(choices={(object, field, old): new})

    return _rename(work, catalogue, draft, (object, field, new), names, version)


def _rename(
    work: Work,
    catalogue: Catalogue,
    draft: int,
    place: tuple[str, str, str],
    names: Callable[[Object], Renames],
    version: int | None,
) -> Draft:
    definitions, (object, field, new) = definitions_of(work, catalogue, draft), place
    model = compile_model(0, work.workspace.schema, definitions, catalogue.apps.values(), storage=work.model.storage)
    found = model.object(object)
    if field not in found.definition.fields:
        raise unknown(_FIELD, field, found.definition.fields)
    if not NAME.fullmatch(new):
        raise WrongName(name=new)
    return change_draft(work, draft, list(_changes(model, definitions, names(found))), version)


def _changes(model: Model, definitions: Mapping[Identity, Definition], names: Renames) -> Iterator[Change]:
    rewriting = Rewriting(model, names)
    for (kind, name), definition in definitions.items():
        if (body := rewriting.rewritten(kind, body_of(definition))) is not None:
            yield Change(kind, name, body)


def _published_name(work: Work, drafted: Object, field: str) -> str:
    """Under which its data stands now, however often this draft has renamed it."""
    published = work.model.objects.get(drafted.name)
    known = published is None or field in published.fields
    return field if known else drafted.fields[field].definition.formerly


def _as_shipped(work: Work, catalogue: Catalogue, draft: int, object: str, field: str) -> FieldDef | None:
    """The field as an app ships it, whose code may know it by its name."""
    for definition in shipped_of(work, catalogue, draft).values():
        if isinstance(definition, ObjectDef) and definition.object == object and field in definition.fields:
            return definition.fields[field]
    return None
