"""A Work's verbs with the rights of its person: what doors use.

Reads answer what the person sees. Writes lock first, and are then checked for object,
record, field and link; once done, that a new record lies in the scope for creating and
that a changed one is still the person's to see or to change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from queti.kernel.administering import no_more_than_own
from queti.kernel.errors import NotAllowed, RecordNotFound
from queti.kernel.model import Field, Object
from queti.kernel.names import unknown
from queti.kernel.reading import acts, homes, past, revealing, seeking, showing, tasks
from queti.kernel.reading.admitting import admitted as admitting_roles
from queti.kernel.reading.admitting import opened, opens_trash
from queti.kernel.reading.permissions import FullRights, Rights, rights_of
from queti.kernel.reading.queries import Page, page
from queti.kernel.reading.reports import label_rows
from queti.kernel.reading.seen import is_seen, unknown_field
from queti.kernel.reading.totals import Aggregate, Unit, totals
from queti.kernel.record import id_of
from queti.kernel.writing import changing, guards
from queti.kernel.writing.loading import hold
from queti.kernel.writing.plans import FOR_REMOVING, FOR_WRITING

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work

Values = dict[str, Any]
Found = TypeVar("Found")
BY_TASK = "_by_task"
"""Stands in a record that only a task opens."""


class Guarded:
    """The verbs of `work` as `work.who` may use them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.model = work.model

    @cached_property
    def sight(self) -> Rights | None:
        """None: the installer, the worker, which see everything."""
        who = self.work.who
        return None if who.user is None and who.administers else rights_of(self.model, who.roles)

    @property
    def rights(self) -> Rights | FullRights:
        return self.sight or FullRights(self.model)

    # -- reading

    def query(
        self,
        object: str,
        where: str = "",
        sort: str = "",
        fields: Sequence[str] = (),
        limit: int = 50,
        after: str | None = None,
        count: bool | Literal["all"] = False,
        search: str = "",
        trash: bool = False,
        params: Mapping[str, Any] | None = None,
    ) -> Page:
        """A page of the records that fit and are seen, with flat keys as asked (`customer.name`, `customer._label`).

        Raises UnknownName and FormulaError for what the person doesn't see, WrongCursor,
        WrongLimit, NotAllowed without the right to see the object at all.
        """
        found = self.seen(object)
        if trash:
            self._granted(found, "remove")
        return page(
            self.work,
            self.sight,
            found,
            fields or self.columns(object),
            where=where,
            sort=sort,
            limit=limit,
            after=after,
            count=count,
            search=search,
            trash="only" if trash else "without",
            params=params,
        )

    def totals(
        self,
        object: str,
        wanted: Mapping[str, Aggregate],
        *,
        where: str = "",
        search: str = "",
        group: str = "",
        unit: Unit = "",
    ) -> Values:
        """Counts and sums of what the person sees, in groups or of all; see `totals.totals`."""
        found = self.seen(object)
        return totals(self.work, self.sight, found, wanted, where=where, search=search, group=group, unit=unit)

    def fetch(self, object: str, id: int) -> Values:
        """One record with its lines in their order and `_labels` of its links; RecordNotFound when out of sight.

        Where not the roles but a task opens it, it is as the step shows it, and has `_by_task`.
        """
        return self.on_record(object, id, lambda rights, found: self._whole(rights, found, id))

    def _whole(self, rights: Rights | None, object: Object, id: int) -> Values:
        if rights is not None and rights.tasks:
            return {**showing.show_by_task(self.work, rights, object, id), BY_TASK: True}
        trash = "with" if opens_trash(rights, object) else "without"
        [record] = showing.show(self.work, rights, object, [id], trash)
        more = self.by_tasks(object, [id]) if self._hides_what_steps_name(object) else None
        return record if more is None else showing.show_by_task(self.work, more, object, id)

    def _hides_what_steps_name(self, object: Object) -> bool:
        rights = self.sight and self.sight.of(object)
        return rights is not None and any(
            not rights.always_shows(name)
            for name in tasks.named_by_steps(self.model, object.name)
            if name in object.fields
        )

    def on_record(self, object: str, id: int, read: Callable[[Rights | None, Object], Found]) -> Found:
        """What `read` finds by the person's roles; where these don't open the record, by their tasks on it."""
        try:
            return read(self.sight, self.seen(object))
        except (RecordNotFound, NotAllowed):
            found = self.model.object(object)
            rights = self.by_tasks(found, [id])
            if rights is None:
                raise
            return read(rights, found)

    def shown_by_tasks(self, object: str, ids: Sequence[int]) -> dict[int, Values]:
        """By id, those of the records of which the person's tasks show more than the roles: without their lines."""
        found = self.model.object(object)
        asked = ids if self._hides_what_steps_name(found) else sorted(set(ids) - self.visible(object, ids))
        rights = self.by_tasks(found, asked) if asked else None
        return showing.seen_by_tasks(self.work, rights, found, asked) if rights else {}

    def by_tasks(self, object: Object, ids: Sequence[int]) -> Rights | None:
        """The person's rights with what their tasks on any of these records show; None where they have none."""
        self.work.settle()
        sights = tasks.sights(self.work, object, ids)
        return rights_of(self.model, self.work.who.roles, sights) if sights else None

    def reveal(self, object: str, id: int, field: str) -> str | None:
        """What an encrypted field holds, for who sees the field; history tells that it was looked at."""
        found = self.seen(object)
        entry = found.fields.get(field)
        if entry is None or entry.type.name != "encrypted" or not self.visible_paths(object, [field]):
            raise unknown({"en": "encrypted field", "zh": "加密字段"}, field, ())
        if entry.definition.write_only:
            raise revealing.NeverShown
        shown = showing.show(self.work, self.sight, found, [id])[0][field]
        return revealing.reveal(self.work, found, id, entry) if shown else None

    def columns(self, object: str) -> list[str]:
        """The fields of the default list."""
        known = self.model.object(object)
        names = ["id", *(name for name, entry in known.fields.items() if entry.definition.in_list), known.title]
        return [name for name in dict.fromkeys(names) if name in known.fields and self.visible_paths(object, [name])]

    def look_at(self, object: str, id: int) -> Object:
        """The object of a record that the person sees; RecordNotFound, NotAllowed where it doesn't."""
        found = self.seen(object)
        opened(self.work, self.sight, found, id)
        return found

    def open(self, object: str, id: int) -> Rights | None:
        """The rights by which the person sees the record: those of the roles or, failing these, with `tasks`."""

        def by(rights: Rights | None, found: Object) -> Rights | None:
            opened(self.work, rights, found, id)
            return rights

        return self.on_record(object, id, by)

    def writable(self, object: str, verb: Literal["create", "change"] = "change") -> frozenset[str]:
        """The fields that the person may write on some of the object's records at least."""
        known = self.model.object(object)
        if self.sight is not None:
            return self.sight.of(known).writable(verb)
        return frozenset(name for name, entry in known.fields.items() if not (entry.is_system or entry.is_computed))

    def visible(self, object: str, ids: Sequence[int]) -> set[int]:
        """The records among `ids` that the person sees."""
        return set(admitting_roles(self.work, self.sight, self.model.object(object), "see", ids))

    def visible_paths(self, object: str, paths: Sequence[str]) -> list[str]:
        """The paths among `paths` that the person may ask for."""
        known = self.model.object(object)
        return [path for path in paths if is_seen(self.model, self.sight, known, path)]

    def history(self, object: str, id: int, *, limit: int = 100, after: str | None = None) -> Values:
        """`{entries, next}`, newest first; see past.history."""
        return self.on_record(
            object, id, lambda rights, found: past.history(self.work, rights, found, id, limit=limit, after=after)
        )

    def timeline(self, object: str, id: int, *, limit: int = 50, after: str | None = None) -> Values:
        return self.on_record(
            object, id, lambda rights, found: past.timeline(self.work, rights, found, id, limit=limit, after=after)
        )

    def acts(self, object: str, id: int) -> list[Values]:
        """The operations on the record that the person may perform; `possible` ones now."""
        return self._of_roles(object, id, lambda rights, found: acts.acts(self.work, rights, found, id), [])

    def taken(self, object: str, id: int) -> dict[str, bool]:
        """Whether the operations on other objects that choose among these records take this one."""
        return self._of_roles(object, id, lambda rights, found: acts.taken(self.work, rights, found, id), {})

    def allowed(self, object: str, id: int) -> dict[str, bool]:
        """`{change, remove}`: whether the person may do that to this very record."""
        none: dict[str, bool] = dict.fromkeys(map(str, acts.WRITTEN), False)
        return self._of_roles(object, id, lambda rights, found: acts.allowed(self.work, rights, found, id), none)

    def _of_roles(self, object: str, id: int, read: Callable[[Rights | None, Object], Found], none: Found) -> Found:
        """A task opens a record for reading alone: nothing else may be done there than by the task itself."""

        def by_roles(rights: Rights | None, found: Object) -> Found:
            return none if rights and rights.tasks else read(rights, found)

        return self.on_record(object, id, by_roles)

    def options(
        self, object: str, query: str = "", where: str = "", limit: int = 20, *, link: str = ""
    ) -> list[Values]:
        """`[{id, label, subtitle}]` for a link chooser; `link` is its field (`oms.sales_order.customer`)."""
        target = self.seen(object)
        field = self._link(link, target) if link else None
        return seeking.options(self.work, self.sight, target, query, where, field, limit)

    def _link(self, link: str, target: Object) -> Field:
        """A link to `target` that the person sees; any other is as unknown as one that isn't there."""
        owner, _, name = link.rpartition(".")
        holder = self.model.object(owner)
        links = [each for each, field in holder.fields.items() if field.target == target.name]
        shown = self.visible_paths(holder.name, links)
        if name not in shown:
            raise unknown_field(holder, name, shown)
        return holder.fields[name]

    def search(self, query: str, limit: int = 20) -> list[Values]:
        """`[{object, id, label, subtitle, object_label}]` across all objects."""
        return seeking.seek(self.work, self.sight, query, limit)

    def home(self) -> Values:
        """`{cards, tiles}` of the person's roles."""
        return homes.home(self.work, self.sight) if self.sight else {"cards": [], "tiles": []}

    # -- writing

    def create(self, object: str, rows: Sequence[Mapping[str, Any]]) -> list[Values]:
        """The new records as the person sees them."""
        return self.shown(self.model.object(object), self.add(object, rows))

    def add(self, object: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """As `create`, but of many records nothing is shown again: their ids."""
        found = self.model.object(object)
        rights = self.sight
        if rights is not None and found.is_lines:
            self._refuse_unseen(rights, found, rows)
            return self._add_lines(rights, found, rows)
        if rights is not None:
            self._refuse_unaddable(rights, found, rows)
        with no_more_than_own(self.work, found, []) as touched, self._writing():
            ids = [record.id for record in self.work.create(object, rows)]
            touched += ids
        self.work.settle()
        if rights is not None:
            self._refuse_outside(rights, found, rows, ids)
        return ids

    def _writing(self) -> AbstractContextManager[None]:
        return self.work.writing_for(is_persons=self.sight is not None)

    def check(self, object: str, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Would `add` take these rows? False: only writing them can tell, since a scope is asked of what is written."""
        found = self.model.object(object)
        rights = self.sight
        if found.is_lines:
            return False
        if rights is not None:
            self._refuse_unaddable(rights, found, rows)
            if any(each.scope is not None for each in rights.of(found).create.values()):
                return False
        with self._writing():
            self.work.check(object, rows)
        return True

    def _refuse_unaddable(self, rights: Rights, found: Object, rows: Sequence[Mapping[str, Any]]) -> None:
        self._refuse_unseen(rights, found, rows)
        roles = [frozenset(rights.of(found).create)] * len(rows)
        guards.refuse_unwritable(rights, found, "create", rows, roles)

    def _refuse_unseen(self, rights: Rights, found: Object, rows: Sequence[Mapping[str, Any]]) -> None:
        self._granted(found, "create")
        guards.refuse_unseen_links(self.work, rights, guards.links_of_rows(found, rows, self.model.object))

    def refuse_unseen_links(self, object: str, values: Mapping[str, Any]) -> None:
        """WrongInput where an operation is given values for a record that link to what the person doesn't see."""
        if self.sight is not None:
            links = guards.links_of_rows(self.model.object(object), [values], self.model.object)
            guards.refuse_unseen_links(self.work, self.sight, links)

    def _add_lines(self, rights: Rights, child: Object, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Adding a line is changing its record."""
        record, link = child.parent_field.target or "", child.parent_field.name
        named = changing.records_named(self.work, child, rows)
        admitting = guards.refuse_unless_admitted(self.work, rights, self.model.object(record), "change", named)
        adding = frozenset(rights.of(child).create)
        roles = [admitting[id] & adding for id in named]
        if not all(roles):
            raise guards.not_allowed(child, "create")
        guards.refuse_unwritable(rights, child, "create", rows, roles)
        given = [{**row, link: id} for row, id in zip(rows, named, strict=True)]
        with self._writing():
            ids = [line.id for line in self.work.create(child.name, given)]
        self.work.settle()
        seen = self.visible(record, named)
        guards.refuse_lost(self.work, rights, self.model.object(record), [id for id in named if id not in seen])
        return ids

    def _refuse_outside(
        self, rights: Rights, object: Object, rows: Sequence[Mapping[str, Any]], ids: Sequence[int]
    ) -> None:
        """Each new record lies in the scope of a role that may create it with these fields."""
        allowed = rights.of(object)
        if all(each.scope is None for each in allowed.create.values()):
            return
        admitting = admitting_roles(self.work, rights, object, "create", ids)
        if any(id not in admitting for id in ids):
            raise guards.not_allowed(object, "create")
        guards.refuse_unwritable(rights, object, "create", rows, [admitting[id] for id in ids])

    def change(
        self,
        object: str,
        changes: Sequence[tuple[Record | int, Mapping[str, Any]]],
        *,
        expect: Mapping[int, int] | None = None,
    ) -> list[Values]:
        """The records after the change; `expect` gives the version that each (of lines: its record) must still have."""
        found = self.model.object(object)
        rights = self.sight
        ids = [id_of(record) for record, _ in changes]
        rows = [values for _, values in changes]
        if rights is not None:
            self._granted(found, "change")
            hold(self.work, found, ids)
            roles = guards.refuse_unless_admitted(self.work, rights, found, "change", ids)
            guards.refuse_unwritable(rights, found, "change", rows, [roles[id] for id in ids])
            guards.refuse_unseen_links(self.work, rights, guards.links_of_rows(found, rows, self.model.object))
        with no_more_than_own(self.work, found, ids), self._writing():
            self.work.change(object, changes, expect=expect)
        self.work.settle()
        shown = self._shown(found, ids)
        if rights is not None:
            guards.refuse_lost(self.work, rights, found, [id for id in ids if id not in shown])
        return [shown.get(id, {"id": id}) for id in ids]

    def trash(self, object: str, ids: Sequence[Record | int], *, expect: Mapping[int, int] | None = None) -> list[int]:
        wanted = [id_of(record) for record in ids]
        self._hold_removable(object, wanted, trash=False)
        self.work.trash(object, wanted, expect=expect)
        return wanted

    def restore(self, object: str, ids: Sequence[Record | int]) -> list[Values]:
        wanted = [id_of(record) for record in ids]
        self._hold_removable(object, wanted, trash=True)
        self.work.restore(object, wanted)
        self.work.settle()
        return self.shown(self.model.object(object), wanted)

    def perform(self, operation: str, calls: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Any:
        """Perform an operation by its full name; the links in a report's rows are told by name. NotAllowed."""
        known = self.model.operation(operation)
        rights = self.sight
        if rights is not None:
            if not rights.may_perform(operation):
                raise NotAllowed(act={"en": "perform", "zh": "执行"}, what=known.label or operation)
            given = [calls] if isinstance(calls, Mapping) else calls
            guards.refuse_unseen_links(self.work, rights, guards.links_of_calls(known, given))
        answer = self.work.perform(operation, calls)
        label_rows(self.work, rights, known, answer)
        return answer

    def can(self, operation: str) -> bool:
        return operation in self.model.operations and self.rights.may_perform(operation)

    # --

    def seen(self, object: str) -> Object:
        """The object, with all that waits to be written; NotAllowed when the person sees none of its records."""
        found = self.model.object(object)
        if self.sight is not None:
            self.sight.of(found).refuse_unless("see")
        self.work.settle()
        return found

    def _granted(self, object: Object, verb: guards.Verb) -> None:
        if self.sight is not None:
            guards.refuse_unless_granted(self.sight, object, verb)

    def _hold_removable(self, object: str, ids: Sequence[int], *, trash: bool) -> None:
        found = self.model.object(object)
        self._granted(found, "remove")
        if self.sight is not None:
            hold(self.work, found, ids, trash=trash and found.has_trash, lock=FOR_WRITING if trash else FOR_REMOVING)
            guards.refuse_unless_admitted(self.work, self.sight, found, "remove", ids)

    def shown(self, object: Object, ids: Sequence[int]) -> list[Values]:
        """The records as seen; one that was written out of sight is its id alone."""
        shown = self._shown(object, ids)
        return [shown.get(id, {"id": id}) for id in ids]

    def _shown(self, object: Object, ids: Sequence[int]) -> dict[int, Values]:
        return showing.seen(self.work, self.sight, object, ids) if self.rights.sees(object) else {}
