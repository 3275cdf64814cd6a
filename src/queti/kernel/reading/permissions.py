"""What a person may see and do: the union of the roles, exact to the row and the field.

A row is visible when the scope of any of the roles admits it. A field of it shows its
value when one of the roles that admit the row shows the field. Lines take their parent's
grants; a role's grant on the lines' own object only narrows their fields. Nothing is
allowed by default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import sqlalchemy as sa
from msgspec.structs import replace as replace_struct

from queti.kernel.definitions import Grant
from queti.kernel.errors import NotAllowed
from queti.kernel.formulas import Typed, check, compile_where, types
from queti.kernel.formulas.typed import Const, Expr, Op, Param, Ref, is_parameter, walk
from queti.kernel.model import Model, Object
from queti.kernel.publishing.effective import OWN_APP
from queti.kernel.reading.paths import Column, Joins, Paths
from queti.kernel.reading.tasks import StepSight
from queti.kernel.scopes import ObjectScope

Verb = Literal["see", "create", "change", "remove"]
Roles = frozenset[str]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one role allows with the records of one object, or what a task shows."""

    scope: Typed | StepSight | None
    """None: every record."""
    fields: frozenset[str]
    """Fields shown (see) or writable (create, change)."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the visible rows. `blank` is a column that is blank on all of them, and leads their index."""

    conditions: list[sa.ColumnElement[bool]]
    blank: Column | None = None


Allowances = Mapping[str, Allowance]
"""By role."""


class Rights:
    """The rights of a set of roles on one release, with what tasks show besides. Immutable; see `rights_of`."""

    def __init__(self, model: Model, roles: Iterable[str], tasks: Iterable[StepSight] = ()) -> None:
        self.model = model
        self.roles = tuple(sorted({role for role in roles if role in model.roles}))
        self.tasks = {sight.name: sight for sight in tasks}
        self._objects: dict[str, ObjectRights] = {}

    @cached_property
    def administers(self) -> bool:
        return any(self.model.roles[role].administers for role in self.roles)

    @cached_property
    def operations(self) -> frozenset[str]:
        """Full names of the operations that may be performed."""
        granted = {entry for role in self.roles for entry in self.model.roles[role].operations}
        return _granted(self.model.operations, granted)

    @cached_property
    def rules(self) -> frozenset[str]:
        """Rules that may be asked: those granted, and those about records that are seen."""
        granted = {entry for role in self.roles for entry in self.model.roles[role].rules}
        about_seen = (name for name, rule in self.model.rules.items() if rule.on and self.sees(rule.on))
        return _granted(self.model.rules, granted).union(about_seen)

    def of(self, object: Object | str) -> ObjectRights:
        name = object if isinstance(object, str) else object.name
        if name not in self._objects:
            self._objects[name] = ObjectRights(self, self.model.object(name))
        return self._objects[name]

    def may(self, object: Object | str, verb: Verb | Literal["export"]) -> bool:
        """On some records at least."""
        return self.of(object).export if verb == "export" else bool(self.of(object).allowances(verb))

    def may_perform(self, operation: str) -> bool:
        return operation in self.operations

    def sees(self, object: Object | str) -> bool:
        return bool(self.of(object).see)

    def scope(self, paths: Paths) -> sa.ColumnElement[bool] | None:
        """The condition under which a row of `paths` is visible; None: every row is."""
        return self.of(paths.object).condition("see", paths.with_full_sight())

    def shown(self, paths: Paths, field: str, column: Column) -> Column:
        """`column` where a role that admits the row shows the field, else blank."""
        rights = self.of(paths.object)
        roles = rights.showing(field)
        if roles is None:
            return column
        condition = rights.condition("see", paths.with_full_sight(), roles)
        return column if condition is None else sa.case((condition, column))


def _granted(names: Iterable[str], granted: Collection[str]) -> frozenset[str]:
    return frozenset(name for name in names if name in granted or f"{name.partition('.')[0]}.*" in granted)


class FullRights:
    """The installer and the worker: everything is allowed."""

    administers = True

    def __init__(self, model: Model) -> None:
        self.model = model
        self.operations = frozenset(model.operations)

    def may(self, object: Object | str, verb: Verb | Literal["export"]) -> bool:  # noqa: ARG002
        return True

    def may_perform(self, operation: str) -> bool:
        return operation in self.operations

    def sees(self, object: Object | str) -> bool:
        return self.may(object, "see")


class ObjectRights:
    """The rights of a set of roles on one object."""

    def __init__(self, rights: Rights, object: Object) -> None:
        self.rights = rights
        self.object = object
        self._inside: dict[tuple[Verb, Roles, bool], frozenset[str]] = {}

    @cached_property
    def parent(self) -> ObjectRights | None:
        """Of lines: the rights on what they belong to; scopes are then formulas over the parent."""
        return None if self.object.parent is None else self.rights.of(self.object.parent)

    @cached_property
    def see(self) -> Allowances:
        return self._allowances("see")

    @cached_property
    def create(self) -> Allowances:
        return self._allowances("create")

    @cached_property
    def change(self) -> Allowances:
        return self._allowances("change")

    @cached_property
    def remove(self) -> Allowances:
        return self._allowances("remove")

    @cached_property
    def export(self) -> bool:
        return self.parent.export if self.parent else any(grant.export for _, grant in self._grants())

    def allowances(self, verb: Verb) -> Allowances:
        return {"see": self.see, "create": self.create, "change": self.change, "remove": self.remove}[verb]

    def refuse_unless(self, verb: Verb) -> None:
        """Raise NotAllowed when no role grants `verb` on any record."""
        if not self.allowances(verb):
            raise NotAllowed(act=ACTS[verb], what=self.object.definition.label or self.object.name)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Fields that are shown on some records at least."""
        return frozenset(name for allowance in self.see.values() for name in allowance.fields)

    def writable(self, verb: Verb) -> frozenset[str]:
        """Fields that may be written on some records at least; of lines, by themselves or inside their record."""
        if self.parent is not None and verb == "create":
            allowed = {each: frozenset(self.parent.allowances(each)) for each in WRITES}
            return frozenset(name for each in WRITES for name in self.inside(each, allowed[each], new=True))
        return frozenset(name for allowance in self.allowances(verb).values() for name in allowance.fields)

    def inside(self, verb: Verb, roles: Roles, *, new: bool) -> frozenset[str]:
        """Of lines: fields that these roles write on a row, new or there already, while they `verb` its record."""
        key = verb, roles, new
        if key not in self._inside:
            assert self.parent is not None
            writing = self._writing_list(self.parent.allowances(verb))
            grants = [self._own_grant(role) for role in writing if role in roles]
            self._inside[key] = frozenset(
                name for grant in grants for name in self._fields("create" if new else "change", grant)
            )
        return self._inside[key]

    def fields_for(self, verb: Verb, roles: Roles) -> frozenset[str]:
        """What these roles together show, or let be written, on a record that they admit."""
        allowances = self.allowances(verb)
        return frozenset(name for role in roles if role in allowances for name in allowances[role].fields)

    def showing(self, field: str) -> Roles | None:
        """The roles that show the field; None when every visible row shows it."""
        roles = frozenset(role for role, allowance in self.see.items() if field in allowance.fields)
        return None if len(roles) == len(self.see) else roles

    def always_shows(self, field: str) -> bool:
        roles = self.showing(field)
        return roles is None or any(self.see[role].scope is None for role in roles)

    def condition(self, verb: Verb, paths: Paths, roles: Roles | None = None) -> sa.ColumnElement[bool] | None:
        """Some role (of `roles`, when given) allows `verb` on the row; None: on every row.

        `paths` has full sight: a scope looks where it must.
        """
        scopes = self._scopes(verb, roles)
        if scopes is None:
            return None
        if not scopes:
            return sa.false()
        if self.object.parent is not None:
            return self._of_parent(verb, paths, roles)
        return sa.or_(*(_where(scope, paths) for scope in scopes))

    def disjoint(self, verb: Verb, paths: Paths) -> list[Part]:
        """`condition` in disjoint parts, each a range of an index, where the scopes allow it; else one part."""
        scopes = [scope for scope in self._scopes(verb, None) or [] if isinstance(scope, Typed)]
        choices = [choice for scope in scopes for choice in _choices(scope)]
        are_ranges = not self.rights.tasks and all(map(self._is_range, choices))
        if len(choices) < 2 or self.object.parent is not None or not are_ranges:
            whole = self.condition(verb, paths)
            return [Part([] if whole is None else [whole])]
        parts: list[Part] = []
        before: list[sa.ColumnElement[bool]] = []
        for choice in dict.fromkeys(choices):
            condition = compile_where(replace(scopes[0], expr=choice), paths)
            blank = _blank_in(choice)
            column = paths.column(blank.path) if blank else None
            parts.append(Part([condition, *(earlier.is_not(sa.true()) for earlier in before)], column))
            before.append(condition)
        return parts

    def is_implied(self, asked: Expr) -> bool:
        """Does a filter ask for what a scope allows (my own tasks)? Then whatever fits it is visible.

        Filters that differ in their literals share one text, so only what has none can tell.
        """
        scopes = self._scopes("see", None)
        if not scopes or self.object.parent is not None:
            return False
        choices = [choice for scope in scopes if isinstance(scope, Typed) for choice in _choices(scope)]
        asked_for = asked.args if isinstance(asked, Op) and asked.name == "and" else (asked,)
        return any(each in choices and not _has_literals(each) for each in asked_for)

    def _is_range(self, choice: Expr) -> bool:
        """An own column is blank, or equal to something fixed."""
        if not isinstance(choice, Op) or not choice.args or not self._is_own(choice.args[0]):
            return False
        return choice.name == "is_blank" or (choice.name == "eq" and isinstance(choice.args[1], Const | Param))

    def _is_own(self, expr: Expr) -> bool:
        if not isinstance(expr, Ref) or len(expr.path) != 1 or expr.level:
            return False
        found = self.object.fields.get(expr.path[0])
        return found is not None and found.is_stored

    def _scopes(self, verb: Verb, roles: Roles | None) -> list[Typed | StepSight] | None:
        found = {role: each for role, each in self.allowances(verb).items() if roles is None or role in roles}
        if any(each.scope is None for each in found.values()):
            return None
        return list({id(each.scope): each.scope for each in found.values() if each.scope is not None}.values())

    def _of_parent(self, verb: Verb, paths: Paths, roles: Roles | None) -> sa.ColumnElement[bool] | None:
        assert self.parent is not None
        roles = frozenset(self.allowances(verb)) if roles is None else roles
        link = self.object.parent_field
        if paths.joins is not None:
            return self.parent.condition(_of_record(verb), paths.through(link), roles)
        parent = self.parent.object.table.alias()
        joins = Joins(parent)
        of_parent = Paths(paths.model, self.parent.object, parent, paths.parameters, joins)
        condition = self.parent.condition(_of_record(verb), of_parent, roles)
        joined = parent.c["id"] == paths.table.c[link.name]
        found = joined if condition is None else sa.and_(joined, condition)
        return sa.exists(sa.select(sa.literal_column("1", sa.Integer())).select_from(joins.clause).where(found))

    def _allowances(self, verb: Verb) -> Allowances:
        if self.parent is not None:
            return dict(self._of_lines(verb, self.parent))
        found: dict[str, Allowance] = {}
        for role, grant in self._grants():
            granted = getattr(grant, verb)
            if granted is not False and granted != "":
                found[role] = Allowance(self._scope(granted), self._fields(verb, grant))
        return found | self._by_tasks(found) if verb == "see" else found

    def _by_tasks(self, by_roles: Allowances) -> dict[str, Allowance]:
        tasks = {name: sight for name, sight in self.rights.tasks.items() if sight.object == self.object.name}
        return {name: Allowance(sight, self._shown_by_task(sight, by_roles)) for name, sight in tasks.items()}

    def _shown_by_task(self, sight: StepSight, by_roles: Allowances) -> frozenset[str]:
        """Of the fields that the roles show on some record or, where they show none at all, of all."""
        known = frozenset(name for name, entry in self.object.fields.items() if not entry.is_shadow)
        shown = known & {name for each in by_roles.values() for name in each.fields} if by_roles else known
        return sight.shows(known, shown)

    def _scope(self, granted: str | bool) -> Typed | None:
        if granted is True or str(granted).strip().lower() == "true":
            return None
        return check(str(granted), ObjectScope(self.rights.model, self.object), expect=types.BOOLEAN)

    def _of_lines(self, verb: Verb, parent: ObjectRights) -> Iterator[tuple[str, Allowance]]:
        """Lines are seen with their record; writing one by its own address is changing its record."""
        for role, allowance in self._writing_list(parent.allowances(_of_record(verb))).items():
            sight = self.rights.tasks.get(role)
            own = self._fields(verb, self._own_grant(role)) if sight is None else self._rows_shown_by(sight, parent)
            yield role, Allowance(allowance.scope, own)

    def _rows_shown_by(self, sight: StepSight, parent: ObjectRights) -> frozenset[str]:
        of_roles = {role: each for role, each in parent.see.items() if role not in self.rights.tasks}
        by_roles = {
            role: Allowance(each.scope, self._fields("see", self._own_grant(role)))
            for role, each in self._writing_list(of_roles).items()
        }
        return self._shown_by_task(sight.within(self._list_name, self.object.name), by_roles)

    def _writing_list(self, allowances: Allowances) -> Allowances:
        """Of the allowances on the record: those that hold for its list of these lines."""
        return {role: allowance for role, allowance in allowances.items() if self._list_name in allowance.fields}

    @cached_property
    def _list_name(self) -> str:
        """Of lines: the field of the record in which they stand."""
        lists = self.object.parent.lines if self.object.parent else {}
        return next(name for name, entry in lists.items() if entry.target == self.object.name)

    def _own_grant(self, role: str) -> Grant:
        """Of lines: what narrows the role's fields, with the apps that let it write lines or their record."""
        grants = self.rights.model.roles[role].objects
        own = grants.get(self.object.name, Grant())
        record = grants.get(self.object.parent.name, Grant()) if self.object.parent else own
        return replace_struct(own, writers=[*own.writers, *record.writers])

    def _grants(self) -> Iterator[tuple[str, Grant]]:
        for role in self.rights.roles:
            grant = self.rights.model.roles[role].objects.get(self.object.name)
            if grant is not None:
                yield role, grant

    def _fields(self, verb: Verb, grant: Grant) -> frozenset[str]:
        shown = self._shown(grant)
        if verb in ("see", "remove"):
            return shown
        writes = set(grant.writes) & shown if grant.writes else shown
        return frozenset(
            name
            for name in writes
            if name not in grant.locked and self._is_writable(name, verb) and self._is_granted(name, grant)
        )

    def _shown(self, grant: Grant) -> frozenset[str]:
        names = {name for name, entry in self.object.fields.items() if not entry.is_shadow} | self.object.reverse.keys()
        if grant.only:
            names &= {*grant.only, *self._always()}
        return frozenset(names - set(grant.hide))

    def _always(self) -> Iterator[str]:
        yield self.object.title
        yield from (name for name, entry in self.object.fields.items() if entry.is_system)

    def _is_granted(self, name: str, grant: Grant) -> bool:
        """What an app adds to another's object is written by its own grants; what the workspace adds, by all."""
        owner = self.object.fields[name].definition.app
        return owner in ("", OWN_APP, self.object.app, *grant.writers) or OWN_APP in grant.writers

    def _is_writable(self, name: str, verb: Verb) -> bool:
        entry = self.object.fields.get(name)
        if entry is None or entry.is_system or entry.is_computed:
            return False
        return not (entry.definition.read_only or (verb == "change" and entry.definition.fixed))


WRITES: tuple[Verb, ...] = ("create", "change")


def _of_record(verb: Verb) -> Verb:
    """What one must be allowed to do with a record to `verb` its lines."""
    return "see" if verb == "see" else "change"


ACTS: Mapping[Verb, Mapping[str, str]] = {
    "see": {"en": "see", "zh": "查看"},
    "create": {"en": "create", "zh": "新建"},
    "change": {"en": "change", "zh": "修改"},
    "remove": {"en": "remove", "zh": "删除"},
}


def _where(scope: Typed | StepSight, paths: Paths) -> sa.ColumnElement[bool]:
    return scope.condition(paths) if isinstance(scope, StepSight) else compile_where(scope, paths)


def _choices(scope: Typed) -> tuple[Expr, ...]:
    expr = scope.expr
    return expr.args if isinstance(expr, Op) and expr.name == "or" else (expr,)


def _has_literals(expr: Expr) -> bool:
    return any(isinstance(part, Const) and is_parameter(part) for part in walk(expr))


def _blank_in(choice: Expr) -> Ref | None:
    """The field that `choice` says is blank."""
    if isinstance(choice, Op) and choice.name == "is_blank" and isinstance(choice.args[0], Ref):
        return choice.args[0]
    return None


def rights_of(model: Model, roles: Iterable[str], tasks: tuple[StepSight, ...] = ()) -> Rights:
    return _rights(model, tuple(sorted(set(roles))), tasks)


@lru_cache(maxsize=256)
def _rights(model: Model, roles: tuple[str, ...], tasks: tuple[StepSight, ...]) -> Rights:
    return Rights(model, roles, tasks)
