"""A draft tried on the real data: what its publication would show, with nothing written.

A preview is the compiled draft whose tables are sub-selects from the tables that are there.
A column that publishing would add is an expression: blank, the old column's values in the
new type, or the SQL of a stored formula that is new, changed or depends on one. PostgreSQL
pulls such a sub-select up, so that indexes serve and unused columns cost nothing; no object
is made in the database, and readers and writers notice no lock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg as dialect

from queti.kernel.definitions import FieldDef, ObjectDef
from queti.kernel.errors import NotAllowed, Refusal
from queti.kernel.formulas import Typed
from queti.kernel.model import Field, Model, Object, Place, Storage
from queti.kernel.people import people_of, with_everyone
from queti.kernel.person import Person
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.drafts import Draft, DraftNotFound, find_draft
from queti.kernel.publishing.filling import fills_for, taken_over
from queti.kernel.publishing.findings import Findings
from queti.kernel.publishing.plan import was_of
from queti.kernel.publishing.proposing import definitions_of, propose_draft
from queti.kernel.publishing.publish import Publication
from queti.kernel.publishing.releases import read_release
from queti.kernel.reading.paths import Parameters, Paths
from queti.kernel.reading.permissions import Rights, rights_of

if TYPE_CHECKING:
    from queti.kernel.work import Work

KEPT = 8
_DIALECT = dialect.dialect(paramstyle="numeric_dollar")


class PreviewBeyondRights(Refusal):
    """Draft {draft} changes what you may see or compute ({place}); only a builder can try it out."""

    zh = "草稿 {draft} 改变了您的查看或计算范围（{place}），只有搭建者可以试用。"
    kind = "forbidden"


class NoSuchRole(Refusal):
    """There is no role “{role}” here."""

    zh = "没有角色“{role}”。"
    kind = "not_found"


class _Previews:
    """Those made lately, by workspace, release, draft and the draft's version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Model] = OrderedDict()
        self._lock = Lock()

    def of(self, work: Work, draft: Draft) -> Model:
        place = work.platform.db.dsn, work.workspace.schema, work.model.schema_id, work.model.number
        key = (*place, draft.id, draft.version)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = preview_model(work, draft)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


_previews = _Previews()


def previewed(work: Work, draft: int, *, role: str = "", user: int | None = None) -> Work:
    """The same transaction, reading through the draft: as its person or, for administrators, as
    somebody with that role or as that user.

    DraftNotFound for a draft that is not theirs to see, DefinitionsWrong and MergeConflicts for one
    that couldn't be published, PreviewBeyondRights where a proposer would see more than their own.
    """
    known, who = find_draft(work, draft), work.who
    if not who.administers and known.created_by != who.user:
        raise DraftNotFound(draft=draft)
    model = _previews.of(work, known)
    if not who.administers:
        _refuse_beyond(known, work.model, model, rights_of(work.model, who.roles))
        model = replace(model, roles=work.model.roles)
    elif user is not None or role:
        who = _somebody(work, model, role, user)
    other = work.beside(who)
    other.model = model
    return other


def sketched(work: Work, catalogue: Catalogue, draft: int) -> Work:
    """The draft as it stands, wrong formulas and all: to name fields and check formulas, not to read records.

    DraftNotFound for one that is not theirs to see.
    """
    base = read_release(work.connection, work.workspace.schema, work.model.number)
    other = work.beside(work.who)
    other.model = compile_model(
        work.model.number,
        work.model.schema,
        definitions_of(work, catalogue, draft),
        catalogue.apps.values(),
        storage=base.storage,
        previous=work.model,
        findings=Findings(),
    )
    return other


def seen_as(work: Work, *, role: str = "", user: int | None = None) -> Work:
    """The same transaction, for reading, as somebody with that role or as that user sees the workspace.

    NotAllowed unless its person administers, RecordNotFound, NoSuchRole.
    """
    if not work.who.administers:
        raise NotAllowed(act={"en": "look as", "zh": "以他人身份查看"}, what={"en": "somebody else", "zh": "数据"})
    return work.beside(_somebody(work, work.model, role, user))


def _somebody(work: Work, model: Model, role: str, user: int | None) -> Person:
    if user is not None:
        return people_of(work, [user])[0]
    if role not in model.roles:
        raise NoSuchRole(role=role)
    return replace(work.who, roles=with_everyone(model.roles, [role]), administers=model.roles[role].administers)


# --- the draft upon the tables that are there -------------------------------------------


def preview_model(work: Work, draft: Draft) -> Model:
    platform, before = work.platform, work.model
    base = read_release(work.connection, work.workspace.schema, before.number)
    publication = Publication(platform.db, work.workspace, platform.catalogue, work.connection, base, before)
    definitions = propose_draft(publication, draft.id).definitions

    def compiled(previous: Model | None) -> Model:
        findings = Findings()
        apps = platform.catalogue.apps.values()
        model = compile_model(
            before.number, before.schema, definitions, apps, storage=base.storage, previous=previous, findings=findings
        )
        findings.refuse()
        model.schema_id = before.schema_id
        return model

    outer = compiled(before)
    stale = _stale(before, outer)
    if any(outer.objects[name] is before.objects.get(name) for name, _ in stale):
        before = replace(before, objects={})
        outer = compiled(None)
    _Upon(before, base.storage, compiled(before if before.objects else None), outer, stale).lay()
    return outer


def _stale(before: Model, after: Model) -> set[Place]:
    """Stored formulas whose values in the tables are not those of the draft."""
    changed = {
        entry.place
        for name, object in after.objects.items()
        if name in before.objects and object is not before.objects[name]
        for entry in object.stored
        if _differs(before.objects[name].fields.get(entry.name), entry)
    }
    return {
        entry.place for fill in fills_for(after, changed) for entry in fill.fields if fill.object.name in before.objects
    }


def _differs(was: Field | None, now: Field) -> bool:
    if was is None or was.column is None or now.column is None or was.column.name != now.column.name:
        return True
    if now.formula is None:
        return was.formula is not None
    return was.formula is None or was.formula.expr != now.formula.expr


@dataclass(slots=True)
class _Upon:
    """Lays the tables of `outer`, the draft, over those that are there.

    `inner` is the same draft once more, whose stale formulas are computed where they are read:
    it gives the expressions that `outer` has for columns.
    """

    before: Model
    storage: Storage
    inner: Model
    outer: Model
    stale: set[Place]

    def lay(self) -> None:
        laid = [name for name, object in self.outer.objects.items() if self._needs(object)]
        for name in laid:
            object = self.inner.objects[name]
            object.table = self._there(object)  # pyright: ignore[reportAttributeAccessIssue]
        for object, name in self.stale:
            self.inner.objects[object].fields[name].column = None
        for name in laid:
            object, shown = self.outer.objects[name], self._shown(name)
            object.laid_over = f"({shown.element.compile(dialect=_DIALECT, compile_kwargs={'literal_binds': True})})"
            object.table = shown  # pyright: ignore[reportAttributeAccessIssue]

    def _needs(self, object: Object) -> bool:
        if self.before.objects.get(object.name) is object:
            return False
        known = self.storage.get(object.name)
        columns = self.outer.storage[object.name]["columns"]
        return known is None or known["columns"] != columns or any(place[0] == object.name for place in self.stale)

    def _there(self, object: Object) -> sa.Subquery:
        """The table with blanks, or old values in their new type, for the columns that it lacks."""
        known = self.storage.get(object.name)
        if known is None:
            blanks = [_blank(column).label(column.key) for column in object.table.c]
            return sa.select(*blanks).where(sa.false()).subquery(object.table.name)
        there = {kept[0] for kept in known["columns"].values()} | known["retired"].keys()
        columns = [column for column in object.table.c if column.name in there]
        source = sa.table(
            object.table.name,
            *(sa.column(column.name, column.type) for column in columns),
            schema=self.outer.schema,
        )
        shown = [
            self._taken_over(object, column)
            if column.name not in there
            else self._taken_over(object, column, source.c[column.name])
            if column.name in known["retired"]
            else source.c[column.name]
            for column in object.table.c
        ]
        labelled = [each.label(column.key) for each, column in zip(shown, object.table.c, strict=True)]
        return sa.select(*labelled).select_from(source).subquery(object.table.name)

    def _taken_over(
        self, object: Object, column: sa.Column[Any], kept: sa.ColumnElement[Any] | None = None
    ) -> sa.ColumnElement[Any]:
        """The value before in its new type; of a column that comes back (`kept`) what publishing makes of it."""
        was, now = was_of(self.before, object, column.key), object.fields.get(column.key)
        old = self.storage[object.name]["columns"].get(was.name) if was is not None else None
        value = ""
        if was is not None and now is not None and old is not None:
            new = self.outer.storage[object.name]["columns"][column.key]
            value = taken_over(was, now, old, new, is_back=kept is not None)
        if value:
            return sa.literal_column(value, column.type)
        return kept if kept is not None else _blank(column)

    def _shown(self, name: str) -> sa.Subquery:
        object = self.inner.objects[name]
        rows = object.table.alias()
        paths = Paths(self.inner, object, rows, Parameters(self.inner), None)
        columns = [
            sa.cast(paths.column((column.key,)), column.type)
            if (name, column.key) in self.stale
            else rows.c[column.key]
            for column in rows.c
        ]
        labelled = [each.label(column.key) for each, column in zip(columns, rows.c, strict=True)]
        return sa.select(*labelled).select_from(rows).subquery(object.table.name)


def _blank(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(sa.null(), column.type)


# --- what a proposer may try ------------------------------------------------------------


def _refuse_beyond(draft: Draft, before: Model, after: Model, rights: Rights) -> None:
    """Those who may not build try what looks different, new plain fields, and formulas over what they see.

    An object that went out of use keeps its records; nobody but a builder brings it back.
    """
    for name, object in after.objects.items():
        was = before.objects.get(name)
        if was is object:
            continue
        for place in _beyond(was, object, before, after, rights):
            raise PreviewBeyondRights(draft=draft.id, place=f"{name} {place}".strip())


def _beyond(was: Object | None, now: Object, before: Model, after: Model, rights: Rights) -> Iterator[str]:
    is_back = was is None and now.name in before.storage
    if is_back or (was is not None and _bones(was.definition) != _bones(now.definition)):
        yield ""
    retired = before.storage[now.name]["retired"] if was is not None else {}
    for name, entry in now.fields.items():
        old = was.fields.get(name) if was is not None else None
        if old is not None and _bare(old.definition) != _bare(entry.definition):
            yield f"fields.{name}"
        is_kept = entry.column is not None and entry.column.name in retired
        if old is None and (is_kept or entry.definition.formerly):
            yield f"fields.{name}"
    known = {typed.text for typed in _formulas(was)} if was is not None else set[str]()
    for typed in _formulas(now):
        if typed.text not in known and not _reads_own(typed, now, before, after, rights):
            yield typed.text


def _bones(definition: ObjectDef) -> ObjectDef:
    """Without what only looks, and without what is compared part by part."""
    return msgspec.structs.replace(
        definition, label={}, help={}, plural={}, icon="", order=0, groups={}, fields={}, rules={}, linkage={}
    )


def _bare(definition: FieldDef) -> FieldDef:
    return msgspec.structs.replace(
        definition, label={}, help={}, order=0, group="", hidden=False, in_list=False, required=False,
        read_only=False, choices={}, min=None, max=None, max_length=None, reverse_label={},
    )  # fmt: skip


def _formulas(object: Object) -> Iterable[Typed]:
    for entry in object.fields.values():
        yield from (typed for typed in (entry.formula, entry.default, entry.filter) if typed is not None)
    yield from (rule.require for rule in object.rules)
    for linkage in object.linkage:
        yield from (linkage.when, *linkage.set.values(), *linkage.filter.values())


def _reads_own(typed: Typed, object: Object, before: Model, after: Model, rights: Rights) -> bool:
    """Everything that the formula looks at is there for these rights, whichever record it is."""
    is_near = not any(_comes_back(after, object, path) for path in typed.uses)
    return all(
        source not in before.objects
        or name not in before.objects[source].fields
        or (is_near and source == object.name and rights.of(source).showing(name) is None)
        or any(allowance.scope is None and name in allowance.fields for allowance in rights.of(source).see.values())
        for source, name in typed.reads
    )


def _comes_back(model: Model, object: Object, path: tuple[str, ...]) -> bool:
    """Does the path lead to other records of the object that it starts from?"""
    here = object
    for name in path[:-1]:
        here = model.step(here, name)[0]
        if here.name == object.name:
            return True
    return False
