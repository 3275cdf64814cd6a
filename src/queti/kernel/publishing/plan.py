"""What publishing does to the database, before it does it.

The wanted tables are compared with those that are there, so a publication that broke off
is completed by the next one. Tables with many rows get their columns, fillings and unique
indexes before the short publishing transaction, and their other indexes after it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from psycopg import Connection

from queti.kernel.model import Field, Index, Model, Object, Place
from queti.kernel.publishing.ddl import (
    Actual,
    checks,
    create_index,
    create_table,
    execute,
    foreign_keys,
    grants,
    is_never_blank,
    own_condition,
    quoted,
    read_tables,
    table_of,
)
from queti.kernel.publishing.filling import Fill, fills_for, taken_over
from queti.kernel.publishing.findings import Findings

LARGE = 20_000
"""From this many rows on a table is prepared outside the publishing transaction."""

Phase = Literal["expand", "prepare", "swap", "settle"]
_OURS = re.compile(r"_(idx|key)_[0-9a-f]{6}$")
_OUR_CHECK = re.compile(r"_check_[0-9a-f]{6}$")


@dataclass(frozen=True, slots=True)
class Step:
    """`rows` is how many rows the step touches: counted up to LARGE, beyond that estimated."""

    act: str
    object: str
    field: str = ""
    sql: str = ""
    rows: int = 0
    phase: Phase = "swap"

    @property
    def place(self) -> tuple[str, str, str]:
        return self.act, self.object, self.field


@dataclass(slots=True)
class Plan:
    steps: list[Step] = field(default_factory=list[Step])
    fills: list[Fill] = field(default_factory=list[Fill])
    is_large: bool = False
    """Formulas or types change where there are many rows: they are prepared beside the work."""
    searches: list[Object] = field(default_factory=list[Object])
    """Objects whose search text is made of other fields than before."""
    took: dict[tuple[str, str, str], float] = field(default_factory=dict[tuple[str, str, str], float])
    """Act, object and field of a step with rows → the seconds that it took."""

    def of(self, phase: Phase) -> list[Step]:
        return [step for step in self.steps if step.phase == phase and step.sql]

    def shown(self) -> list[dict[str, Any]]:
        """The steps as JSON, with those that have no SQL of their own; `seconds` of those that were timed."""
        return [
            {"act": step.act, "object": step.object, "field": step.field, "sql": step.sql, "rows": step.rows}
            | ({"seconds": self.took[step.place]} if step.place in self.took else {})
            for step in self.steps
        ]

    @contextmanager
    def timed(self, place: tuple[str, str, str]) -> Generator[None]:
        began = time.perf_counter()
        yield
        self.took[place] = round(time.perf_counter() - began, 4)


def make_plan(
    connection: Connection[Any],
    before: Model,
    after: Model,
    role: str,
    findings: Findings,
    large: int = LARGE,
    filled: frozenset[Place] = frozenset(),
) -> Plan:
    """The way from `before` to `after`; what the rows there don't allow is added to `findings`.

    `filled` are the fields whose values are there already.
    """
    touched = [object for object in after.objects.values() if _is_touched(before, after, object)]
    tables = read_tables(connection, after.schema, [object.table.name for object in touched])
    planner = _Planner(connection, before, after, role, findings, large, tables, filled)
    for object in touched:
        planner.plan(object)
    for object in touched:
        planner.plan_links(object)
    planner.plan_fills()
    planner.plan_retiring()
    if any(step.act == "bring_back" for step in planner.result.steps):
        # What is computed beside the work would be of the values before.
        planner.result.is_large = False
    return planner.result


def _is_touched(before: Model, after: Model, object: Object) -> bool:
    return (
        before.objects.get(object.name) is not object or before.indexes.get(object.name) != after.indexes[object.name]
    )


@dataclass(slots=True)
class _Planner:
    connection: Connection[Any]
    before: Model
    after: Model
    role: str
    findings: Findings
    large: int
    tables: dict[str, Actual]
    filled: frozenset[Place] = frozenset()
    result: Plan = field(default_factory=Plan)
    changed: set[Place] = field(default_factory=set[Place])
    """Fields whose stored values are not those of their definition yet."""
    _rows: dict[str, int] = field(default_factory=dict[str, int])

    def plan(self, object: Object) -> None:
        actual = self.tables.get(object.table.name)
        if actual is None:
            self._create(object)
            return
        self._add_columns(object, actual)
        self._require(object, actual)
        self._check_rules(object, actual)
        self._index(object, actual)
        old = self.before.objects.get(object.name)
        if old is None or old.append_only != object.append_only:
            for sql in grants(object, self.role):
                self._step("grant", object, sql=sql)
        if old is not None and object.has_search and _search_names(old) != _search_names(object):
            self.result.searches.append(object)
            self._step("search", object, rows=self.rows(object), phase="settle")

    def _create(self, object: Object) -> None:
        self._rows[object.name] = 0
        columns = self.after.storage[object.name]["columns"]
        self._step("create_table", object, sql=create_table(object, columns))
        for index in self.after.indexes[object.name]:
            self._step("add_index", object, index.name, create_index(object, index))
        for sql in grants(object, self.role):
            self._step("grant", object, sql=sql)

    def plan_links(self, object: Object) -> None:
        """Foreign keys come when all tables are there."""
        actual = self.tables.get(object.table.name, Actual())
        is_large = object.table.name in self.tables and self.rows(object) > self.large
        for name, clause in foreign_keys(self.after, object).items():
            add = f"ALTER TABLE {table_of(object)} ADD CONSTRAINT {quoted(name)} {clause}"
            if name not in actual.constraints:
                self._step("add_constraint", object, name, add + (" NOT VALID" if is_large else ""))
            if (is_large and name not in actual.constraints) or actual.constraints.get(name) is False:
                self._validate(object, name)

    def _validate(self, object: Object, constraint: str) -> None:
        sql = f"ALTER TABLE {table_of(object)} VALIDATE CONSTRAINT {quoted(constraint)}"
        self._step("validate", object, constraint, sql, self.rows(object), "settle")

    def _add_columns(self, object: Object, actual: Actual) -> None:
        before = self.before.storage.get(object.name)
        known = {kept[0] for kept in before["columns"].values()} | before["retired"].keys() if before else set[str]()
        used = {kept[0] for kept in before["columns"].values()} if before else set[str]()
        for name, (column, type) in self.after.storage[object.name]["columns"].items():
            if column in known and column in actual.columns:
                if column not in used:
                    self.changed.add((object.name, name))
                    self._step("restore_column", object, name, rows=self.rows(object))
                    self._take_over(object, name, is_back=True)
                continue
            left_over = f"DROP COLUMN {quoted(column)}, " if column in actual.columns else ""
            sql = f"ALTER TABLE {table_of(object)} {left_over}ADD COLUMN {quoted(column)} {type}"
            self._step("add_column", object, name, sql, phase="expand" if self._is_large(object) else "swap")
            self.changed.add((object.name, name))
            actual.columns[column] = False
            self._take_over(object, name)

    def _take_over(self, object: Object, name: str, *, is_back: bool = False) -> None:
        """The values of the column before, as far as they mean something in the new one."""
        value = self._value_before(object, name, is_back=is_back)
        new = quoted(self.after.storage[object.name]["columns"][name][0])
        if not value:
            return
        update = f"UPDATE {table_of(object)} SET {new} = {value} WHERE"
        if is_back:
            self._step("bring_back", object, name, f"{update} {new} IS DISTINCT FROM {value}", self.rows(object))
            return
        self._step("convert", object, name, f"{update} {value} IS NOT NULL", self.rows(object))
        self.result.is_large |= self._is_large(object)

    def _value_before(self, object: Object, name: str, *, is_back: bool = False) -> str:
        was, now = was_of(self.before, object, name), object.fields.get(name)
        if was is None or now is None:
            return ""
        old = self.before.storage[object.name]["columns"].get(was.name)
        new = self.after.storage[object.name]["columns"][name]
        return taken_over(was, now, old, new, is_back=is_back) if old is not None and old[0] != new[0] else ""

    def _require(self, object: Object, actual: Actual) -> None:
        required = {
            entry.column.name: entry for entry in object.stored if entry.column is not None and is_never_blank(entry)
        }
        for column, is_required in actual.columns.items():
            alter = f"ALTER TABLE {table_of(object)} ALTER COLUMN {quoted(column)}"
            if is_required and column not in required:
                self._step("allow_blank", object, column, f"{alter} DROP NOT NULL")
            elif column in required and not is_required:
                self._tighten(object, required[column])
                self._step("require", object, required[column].name, f"{alter} SET NOT NULL", self.rows(object))

    def _tighten(self, object: Object, entry: Field) -> None:
        """Rows that are blank there get the default; without one they stand in the way."""
        if not self.rows(object) or entry.place in self.filled:
            return
        if entry.default is not None and not entry.default.is_live:
            self.result.fills.append(Fill(object, (entry,), blanks_only=True))
            self.changed.add(entry.place)
            self._step("fill_blanks", object, entry.name, rows=self.rows(object))
        elif self._counts(object, self._blank(object, entry)):
            self.findings.error(
                "object",
                object.name,
                f"fields.{entry.name}.required",
                "Records that are there have no value for it.",
                "已有记录缺少该字段的值。",
                {"en": "Give the field a default, or make it optional.", "zh": "请设置默认值，或改为非必填。"},
            )

    def _blank(self, object: Object, entry: Field) -> str:
        """Of a column in the making, or one that comes back: where what it is made of is blank."""
        column: str = entry.column.name  # type: ignore[union-attr]
        known = self.before.storage.get(object.name)
        if known is None or any(column == kept[0] for kept in known["columns"].values()):
            return f"{quoted(column)} IS NULL"
        is_back = column in known["retired"]
        value = self._value_before(object, entry.name, is_back=is_back) or (quoted(column) if is_back else "")
        return f"{value} IS NULL" if value else "true"

    def _check_rules(self, object: Object, actual: Actual) -> None:
        wanted = checks(object)
        for name, clause in wanted.items():
            if name in actual.constraints:
                if not actual.constraints[name]:
                    self._validate(object, name)
                continue
            is_large = self._is_large(object)
            add = f"ALTER TABLE {table_of(object)} ADD CONSTRAINT {quoted(name)} {clause}"
            self._step("add_constraint", object, name, add + (" NOT VALID" if is_large else ""), self.rows(object))
            if is_large:
                self._validate(object, name)
        self._refuse_violated(object, wanted.keys() - actual.constraints.keys())
        for name in sorted(actual.constraints.keys() - wanted.keys()):
            if _OUR_CHECK.search(name):
                self._step(
                    "drop_constraint",
                    object,
                    name,
                    f"ALTER TABLE {table_of(object)} DROP CONSTRAINT IF EXISTS {quoted(name)}",
                )

    def _refuse_violated(self, object: Object, added: Iterable[str]) -> None:
        if not added or not self.rows(object):
            return
        for rule in object.rules:
            uses = {path[0] for path in rule.require.uses}
            is_new = any((object.name, name) in self.changed for name in uses)
            if not rule.definition.at_database or is_new:
                continue
            if violating := self._counts(object, f"NOT ({own_condition(object, rule.require)}) IS TRUE"):
                self.findings.error(
                    "object",
                    object.name,
                    f"rules.{rule.name}.require",
                    f"{violating} records that are there break this rule.",
                    f"已有 {violating} 条记录不符合该规则。",
                    {"en": "Correct them first.", "zh": "请先更正这些记录。"},
                )

    def _index(self, object: Object, actual: Actual) -> None:
        wanted = self.after.indexes[object.name]
        is_large = self._is_large(object)
        for index in wanted:
            if actual.indexes.get(index.name):
                continue
            if index.unique:
                self._refuse_duplicates(object, index)
            phase: Phase = "swap" if not is_large else "prepare" if index.unique else "settle"
            if index.name in actual.indexes:
                concurrently = "CONCURRENTLY " if is_large else ""
                drop = f"DROP INDEX {concurrently}{quoted(self.after.schema)}.{quoted(index.name)}"
                self._step("drop_index", object, index.name, drop, phase=phase)
            sql = create_index(object, index, concurrently=is_large)
            self._step("add_index", object, index.name, sql, self.rows(object), phase)
        for name in sorted(actual.indexes.keys() - {index.name for index in wanted}):
            if _OURS.search(name):
                drop = f"DROP INDEX CONCURRENTLY IF EXISTS {quoted(self.after.schema)}.{quoted(name)}"
                self._step("drop_index", object, name, drop, phase="settle")

    def _refuse_duplicates(self, object: Object, index: Index) -> None:
        columns = [column for column, _ in index.columns]
        names = object.keys[index.key].fields
        if not self.rows(object) or any((object.name, name) in self.changed for name in names):
            return
        listed = ", ".join(quoted(column) for column in columns)
        full = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns) if index.nulls_distinct else "true"
        found = execute(
            self.connection,
            f"SELECT count(*) FROM (SELECT 1 FROM {table_of(object)} WHERE {index.where or 'true'} AND {full}"
            f" GROUP BY {listed} HAVING count(*) > 1 LIMIT 1000) AS twice",
        ).fetchone()
        if found and found[0]:
            self.findings.error(
                "object",
                object.name,
                f"keys.{index.key}",
                f"{found[0]} values of {', '.join(names)} occur more than once.",
                f"{'、'.join(names)} 有 {found[0]} 个重复值。",
                {"en": "Make them differ first.", "zh": "请先消除重复。"},
            )

    def plan_fills(self) -> None:
        """Stored formulas that are new or changed, and all that depends on what changed."""
        for object in self.after.objects.values():
            old = self.before.objects.get(object.name)
            if old is object:
                continue
            for entry in object.order:
                was = old.fields.get(entry.name) if old else None
                if (
                    was is None
                    or was.formula is None
                    or entry.formula is None
                    or was.formula.expr != entry.formula.expr
                ):
                    self.changed.add(entry.place)
        for fill in fills_for(self.after, self.changed - self.filled):
            if self.rows(fill.object):
                self.result.fills.append(fill)
                self.result.is_large |= self._is_large(fill.object)
                for entry in fill.fields:
                    self._step("fill", fill.object, entry.name, rows=self.rows(fill.object))

    def plan_retiring(self) -> None:
        """Retired columns and tables keep their data; nothing is dropped."""
        for name, before in self.before.storage.items():
            after = self.after.storage[name]
            used = {kept[0] for kept in after["columns"].values()}
            for field_name, kept in before["columns"].items():
                if kept[0] not in used:
                    self.result.steps.append(Step("retire_column", name, field_name))

    def rows(self, object: Object) -> int:
        """Rows of the table before publishing: counted up to what makes it large, beyond that PostgreSQL's estimate."""
        if object.name not in self._rows:
            counted = self._counts(object, "true") if object.table.name in self.tables else 0
            self._rows[object.name] = counted if counted <= self.large else max(counted, self._estimate(object))
        return self._rows[object.name]

    def _estimate(self, object: Object) -> int:
        found = execute(
            self.connection, "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table_of(object)]
        ).fetchone()
        return found[0] if found else 0

    def _counts(self, object: Object, condition: str) -> int:
        found = execute(
            self.connection,
            f"SELECT count(*) FROM (SELECT 1 FROM {table_of(object)} WHERE {condition} LIMIT {self.large + 1}) AS few",
        ).fetchone()
        return found[0] if found else 0

    def _is_large(self, object: Object) -> bool:
        return self.rows(object) > self.large

    def _step(
        self, act: str, object: Object, name: str = "", sql: str = "", rows: int = 0, phase: Phase = "swap"
    ) -> None:
        self.result.steps.append(Step(act, object.name, name, sql, rows, phase))


def was_of(before: Model, object: Object, name: str) -> Field | None:
    """The field before the publication, under the name that it had."""
    known = before.objects.get(object.name)
    if known is None:
        return None
    now = object.fields.get(name)
    return known.fields.get(now.definition.formerly if now else "") or known.fields.get(name)


def _search_names(object: Object) -> list[str]:
    return [entry.name for entry in object.searched]
