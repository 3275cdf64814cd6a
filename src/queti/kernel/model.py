"""A release as compiled: objects, fields and what depends on what. Immutable once made.

`compiling.compile_model` makes it from definitions; one Model serves all Works of a
process on that release, so nothing here may be changed after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

import sqlalchemy as sa

from queti.kernel.definitions import (
    AppDef,
    CheckDef,
    Definition,
    FieldDef,
    FlowDef,
    FormDef,
    HomeDef,
    ImportDef,
    LinkageDef,
    ObjectDef,
    PrintDef,
    PublicFormDef,
    RoleDef,
    RuleDef,
    ViewDef,
)
from queti.kernel.events import Reaction, Told
from queti.kernel.fields import FieldType
from queti.kernel.names import unknown
from queti.kernel.operations import Operation

if TYPE_CHECKING:
    from queti.kernel.formulas import Typed

Place = tuple[str, str]
"""(object, field)."""


class TableStorage(TypedDict):
    """Where an object is kept: field → [column, type], and columns out of use → [field, type]."""

    table: str
    columns: dict[str, list[str]]
    retired: dict[str, list[str]]


Storage = dict[str, TableStorage]


@dataclass(frozen=True, slots=True)
class Index:
    """An index of an object's table. `columns` are physical, each with whether it falls."""

    name: str
    columns: tuple[tuple[str, bool], ...]
    unique: bool = False
    nulls_distinct: bool = True
    where: str = ""
    method: str = "btree"
    key: str = ""
    """Of a unique index: the key's name."""


@dataclass(frozen=True, slots=True)
class Query:
    """The first record of `object`, in the order of `sort`, that fits `where`; of it `take`."""

    object: str
    where: Typed
    """Over the object, where `this` is the record that asks."""
    sort: str
    take: str


@dataclass(slots=True, eq=False)
class Field:
    """A field of an object, system fields included.

    `definition` is effective: sugar (formula, lookup, rollup) is resolved to the type that
    its formula has. `column` is keyed by the field's name in `object.table.c`; its
    physical name is `column.name`, which differs after a change of type.
    """

    name: str
    definition: FieldDef
    type: FieldType
    object: Object = field(repr=False)
    target: str | None = None
    """Link: the object linked to. Lines: the child object."""
    formula: Typed | None = None
    query: Query | None = None
    is_live: bool = False
    is_system: bool = False
    is_shadow: bool = False
    """In the making by a publication under way; nobody sees it."""
    column: sa.Column[Any] | None = None
    default: Typed | None = None
    filter: Typed | None = None
    """Link: what may be chosen, over the target."""
    declared: str = ""
    """The type as written; differs from `type.name` for sugar."""

    @property
    def is_stored(self) -> bool:
        return self.column is not None

    @property
    def in_history(self) -> str:
        """What the history calls it: its column, which stays when the field gets another name."""
        return self.name if self.column is None else str(self.column.name)

    @property
    def is_computed(self) -> bool:
        return self.formula is not None or self.query is not None

    @property
    def is_always_there(self) -> bool:
        """Required, and no linkage hides it, which asks for nothing then."""
        return self.definition.required and not any(
            self.name in names for each in self.object.definition.linkage.values() for names in (each.show, each.hide)
        )

    @property
    def place(self) -> Place:
        return self.object.name, self.name

    def read(self, value: Any) -> Any:
        """The Python value of a JSON value; FieldError when it doesn't fit."""
        return None if value is None else self.type.read(value, self.definition)

    def show(self, value: Any) -> Any:
        return None if value is None else self.type.show(value, self.definition)

    def fit(self, value: Any) -> Any:
        """A computed value, rounded to what the column holds."""
        return None if value is None else self.type.fit(value, self.definition)


@dataclass(frozen=True, slots=True)
class Reverse:
    """A list that links of another object make: `base.party.orders` by `oms.sales_order.customer`.

    `object` and `field` are names; `label` heads the related list.
    """

    name: str
    object: str
    field: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Key:
    """A unique key. `index` is the name PostgreSQL reports in a violation; `where` the index's
    condition in SQL, which ON CONFLICT must repeat."""

    name: str
    fields: tuple[str, ...]
    index: str
    nulls_distinct: bool = True
    where: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation: the record is refused unless `require` is true."""

    name: str
    definition: CheckDef
    require: Typed


@dataclass(frozen=True, slots=True)
class Linkage:
    """While `when` is true, fields of the record behave otherwise; see LinkageDef."""

    name: str
    definition: LinkageDef
    when: Typed
    set: Mapping[str, Typed]
    filter: Mapping[str, Typed]
    """Link → formula over its target, where `this` is the record."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """A change of some field changes `field` of `object`.

    `path` leads from the formula's object to the record whose field changed: links, lines
    and reverse lists, none for the same record. `rank` orders recomputing: a formula has a
    higher rank than all it uses.
    """

    object: str
    field: str
    path: tuple[str, ...]
    rank: int


@dataclass(slots=True, eq=False)
class Object:
    """A business noun and its table."""

    name: str
    definition: ObjectDef
    fields: dict[str, Field] = field(default_factory=dict[str, Field], repr=False)
    table: sa.Table = field(init=False, repr=False)
    retired: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """Columns out of use, and the fields that they were of."""
    laid_over: str = field(default="", repr=False)
    """In a preview: the sub-select, in SQL, that stands for the table."""
    stored: tuple[Field, ...] = field(default=(), repr=False)
    """Fields with a column, system fields first."""
    lines: dict[str, Field] = field(default_factory=dict[str, Field], repr=False)
    reverse: dict[str, Reverse] = field(default_factory=dict[str, Reverse], repr=False)
    keys: dict[str, Key] = field(default_factory=dict[str, Key], repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    linkage: tuple[Linkage, ...] = field(default=(), repr=False)
    parent: Object | None = field(default=None, repr=False)
    """Of lines: the object that they belong to."""
    order: tuple[Field, ...] = field(default=(), repr=False)
    """Own stored formulas, each behind those of this object that it uses."""
    live: tuple[Field, ...] = field(default=(), repr=False)
    totals: dict[str, Typed] = field(default_factory=dict[str, Any], repr=False)
    title: str = ""
    """Field name or formula."""
    title_formula: Typed | None = field(default=None, repr=False)
    subtitle_formula: Typed | None = field(default=None, repr=False)
    consulted: frozenset[str] = field(default=frozenset(), repr=False)
    """Objects that this object's formulas look into."""

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]

    def of_history(self, name: str) -> Field | None:
        """The field that the history calls so, whatever it is called now."""
        known = self.fields.get(name)
        if known is not None and known.in_history == name:
            return known
        column = next((each for each in self.stored if each.in_history == name), None)
        return column or known or self.fields.get(self.retired.get(name, ""))

    @property
    def is_lines(self) -> bool:
        return bool(self.definition.lines_of)

    @property
    def parent_field(self) -> Field:
        """Of lines: the link to their parent."""
        return self.fields[self.definition.parent_field]

    @property
    def append_only(self) -> bool:
        return self.definition.append_only or (self.parent is not None and self.parent.append_only)

    @property
    def has_trash(self) -> bool:
        return "trashed_at" in self.fields

    @property
    def has_search(self) -> bool:
        return "search" in self.table.c

    @property
    def searched(self) -> tuple[Field, ...]:
        """Fields whose values make the search text; the title field is always among them."""
        return tuple(
            entry
            for entry in self.fields.values()
            if entry.is_stored and entry.type.is_text and (entry.definition.search or entry.name == self.title)
        )

    @property
    def sequence(self) -> str:
        """Qualified name of the identity's sequence, for `nextval`."""
        return f'"{self.table.schema}"."{self.table.name}_id_seq"'

    def field(self, name: str) -> Field:
        if name not in self.fields:
            raise unknown({"en": f"field of {self.name}", "zh": f"{self.name} 的字段"}, name, self.fields)
        return self.fields[name]


@dataclass(slots=True, eq=False)
class Model:
    """One release of one workspace."""

    number: int
    schema: str
    apps: dict[str, AppDef] = field(default_factory=dict[str, AppDef])
    objects: dict[str, Object] = field(default_factory=dict[str, Object], repr=False)
    operations: dict[str, Operation] = field(default_factory=dict[str, Operation], repr=False)
    events: dict[str, Told] = field(default_factory=dict[str, Told], repr=False)
    """What the code of its apps tells."""
    reactions: dict[str, tuple[Reaction, ...]] = field(default_factory=dict[str, tuple[Reaction, ...]], repr=False)
    """By event."""
    forms: dict[str, FormDef] = field(default_factory=dict[str, FormDef], repr=False)
    views: dict[str, ViewDef] = field(default_factory=dict[str, ViewDef], repr=False)
    public_forms: dict[str, PublicFormDef] = field(default_factory=dict[str, PublicFormDef], repr=False)
    roles: dict[str, RoleDef] = field(default_factory=dict[str, RoleDef], repr=False)
    """By role name; the parts that several apps give are one."""
    homes: dict[str, HomeDef] = field(default_factory=dict[str, HomeDef], repr=False)
    """By role name; the parts that several apps give are one."""
    prints: dict[str, PrintDef] = field(default_factory=dict[str, PrintDef], repr=False)
    imports: dict[str, ImportDef] = field(default_factory=dict[str, ImportDef], repr=False)
    flows: dict[str, FlowDef] = field(default_factory=dict[str, FlowDef], repr=False)
    rules: dict[str, RuleDef] = field(default_factory=dict[str, RuleDef], repr=False)
    """Decisions; what an object demands of its own records stands with the object."""
    dependents: dict[Place, tuple[Dependence, ...]] = field(
        default_factory=dict[Place, tuple[Dependence, ...]], repr=False
    )
    """For each field that stored formulas use: what its change changes, by rising rank."""
    ranks: dict[Place, int] = field(default_factory=dict[Place, int], repr=False)
    """Rank of each stored formula."""
    chains: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]], repr=False)
    """By object: its links to itself along which no record leads back to itself."""
    definitions: dict[tuple[str, str], Definition] = field(
        default_factory=dict[tuple[str, str], Definition], repr=False
    )
    """All parts by identity, as published."""
    storage: Storage = field(default_factory=dict[str, TableStorage], repr=False)
    indexes: dict[str, tuple[Index, ...]] = field(default_factory=dict[str, "tuple[Index, ...]"], repr=False)
    """By object."""
    formulas: dict[tuple[str, str, str], tuple[Typed, frozenset[str]]] = field(
        default_factory=dict[tuple[str, str, str], Any], repr=False
    )
    """Checked formulas over an object and the objects that they look into; see scopes."""
    schema_id: int = 0
    """Identity of the schema: a workspace removed and made or restored again begins anew with its numbers."""

    def object(self, name: str) -> Object:
        if name not in self.objects:
            raise unknown({"en": "object", "zh": "业务对象"}, name, self.objects)
        return self.objects[name]

    def operation(self, name: str) -> Operation:
        if name not in self.operations:
            raise unknown({"en": "operation", "zh": "操作"}, name, self.operations)
        return self.operations[name]

    def step(self, object: Object, name: str) -> tuple[Object, Field, bool]:
        """One step of a path from `object`: the object it leads to, the link field that it goes
        by, and whether that link is on the far side (lines and reverse lists)."""
        if name in object.reverse:
            back = object.reverse[name]
            child = self.objects[back.object]
            return child, child.fields[back.field], True
        via = object.field(name)
        target = self.object(via.target or "")
        return (target, target.parent_field, True) if via.type.name == "lines" else (target, via, False)
