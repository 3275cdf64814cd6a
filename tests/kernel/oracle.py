"""What a person may see, worked out row by row in Python from the role definitions: slow and obvious.

The leak test compares every read of the kernel with this. It shares the formula language's
Python back end with the kernel, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from queti.kernel.definitions import Grant
from queti.kernel.formulas import Env, Evaluate, Typed, check, compile_python
from queti.kernel.model import Field, Object
from queti.kernel.person import Person
from queti.kernel.scopes import ObjectScope
from tests.fixtures.shop import DEPARTMENTS, NOW, PEOPLE, Shop

Row = dict[str, Any]
ALWAYS = ("id", "version", "created_at", "created_by", "changed_at", "changed_by", "trashed_at", "position", "parent")


@dataclass
class Oracle:
    shop: Shop
    who: Person
    _formulas: dict[tuple[str, str], tuple[Typed, Evaluate]] = field(default_factory=dict)
    _admitting: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    @cached_property
    def env(self) -> Env:
        person = {"department": self.who.department, "id": self.who.user}
        return Env(now=NOW, timezone="Asia/Shanghai", me=self.who.user, person=person)

    def object(self, name: str) -> Object:
        return self.shop.model.object(name)

    def rows(self, name: str) -> dict[int, Row]:
        return self.shop.rows.get(name, {})

    # -- which rows

    def grant(self, role: str, name: str) -> Grant | None:
        return self.shop.model.roles[role].objects.get(name)

    def admits(self, role: str, name: str, row: Row) -> bool:
        object = self.object(name)
        if object.parent is not None:
            lists = [field for field, entry in object.parent.lines.items() if entry.target == name]
            hidden = any(field not in self.fields(role, object.parent.name) for field in lists)
            return not hidden and self.admits(role, object.parent.name, self.rows(object.parent.name)[row["parent"]])
        grant = self.grant(role, name)
        if grant is None or grant.see is False:
            return False
        return grant.see is True or self.holds(grant.see, name, row)

    def holds(self, formula: str, name: str, row: Row) -> bool:
        return self.evaluate(formula, name, row) is True

    def evaluate(self, formula: str, name: str, row: Row) -> Any:
        if (formula, name) not in self._formulas:
            typed = check(formula, ObjectScope(self.shop.model, self.object(name)))
            self._formulas[formula, name] = typed, compile_python(typed)
        typed, evaluate = self._formulas[formula, name]
        return evaluate(self.values(typed, name, row), self.env)

    def values(self, typed: Typed, name: str, row: Row) -> Mapping[str, Any]:
        return {".".join(path): self.true_value(name, row, path) for path in typed.uses}

    def true_value(self, name: str, row: Row | None, path: tuple[str, ...]) -> Any:
        """With full sight."""
        if row is None:
            return None
        entry = self.object(name).fields[path[0]]
        if len(path) == 1:
            return self.computed(entry, name, row) if entry.is_live else row[path[0]]
        return self.true_value(entry.target or "", self.rows(entry.target or "").get(row[path[0]]), path[1:])

    def computed(self, entry: Field, name: str, row: Row) -> Any:
        return None if entry.formula is None else self.evaluate(entry.formula.text, name, row)

    def roles(self, name: str, row: Row) -> list[str]:
        place = name, row["id"]
        if place not in self._admitting:
            self._admitting[place] = [role for role in self.who.roles if self.admits(role, name, row)]
        return self._admitting[place]

    def visible(self, name: str) -> list[Row]:
        return [row for row in self.rows(name).values() if self.roles(name, row)]

    def listed(self, name: str) -> list[Row]:
        """Visible, and neither in the trash nor lines of something in the trash."""
        parent = self.object(name).parent
        return [
            row
            for row in self.visible(name)
            if row.get("trashed_at") is None
            and (parent is None or self.rows(parent.name)[row["parent"]].get("trashed_at") is None)
        ]

    def opened(self, name: str) -> list[Row]:
        """What has an address of its own for the person: the trash only for those who may remove records."""
        root = self.object(name).parent or self.object(name)
        grants = [self.grant(role, root.name) for role in self.who.roles]
        return self.visible(name) if any(grant and grant.remove for grant in grants) else self.listed(name)

    # -- which fields

    def fields(self, role: str, name: str) -> set[str]:
        object = self.object(name)
        grant = self.grant(role, name) or Grant()
        known = {*object.fields, *object.reverse}
        if grant.only:
            known &= {*grant.only, *ALWAYS, object.title}
        return known - set(grant.hide)

    def may_see(self, name: str) -> list[str]:
        """The roles that show some record of the object."""
        object = self.object(name)
        if object.parent is not None:
            field = next(field for field, entry in object.parent.lines.items() if entry.target == name)
            return [role for role in self.may_see(object.parent.name) if field in self.fields(role, object.parent.name)]
        return [role for role in self.who.roles if (grant := self.grant(role, name)) and grant.see is not False]

    def known(self, name: str) -> set[str]:
        """Fields that exist for the person."""
        return {field for role in self.may_see(name) for field in self.fields(role, name)}

    def shown(self, name: str, row: Row, field: str) -> bool:
        return any(field in self.fields(role, name) for role in self.roles(name, row))

    def value(self, name: str, row: Row, path: tuple[str, ...]) -> Any:
        """As the person sees it, through links; `_label` is the title."""
        if path[0] == "_label":
            return self.value(name, row, (self.object(name).title,))
        if not self.shown(name, row, path[0]):
            return None
        if len(path) == 1:
            return self.true_value(name, row, path)
        target = self.object(name).fields[path[0]].target or ""
        found = self.rows(target).get(row[path[0]])
        return None if found is None or not self.roles(target, found) else self.value(target, found, path[1:])

    def paths(self, name: str, depth: int = 2) -> Iterator[tuple[str, ...]]:
        """All single values that the person may ask for."""
        object = self.object(name)
        for each in sorted(self.known(name)):
            entry = object.fields.get(each)
            if entry is None or entry.type.name in ("lines", "json"):
                continue
            yield (each,)
            if entry.type.name == "link":
                yield (each, "_label")
                if depth > 1 and self.may_see(entry.target or ""):
                    yield from ((each, *rest) for rest in self.paths(entry.target or "", depth - 1))


def key(value: Any) -> tuple[Any, ...]:
    """Ascending with blanks last."""
    return (value is None, 0 if value is None else value)


__all__ = ["DEPARTMENTS", "PEOPLE", "Oracle", "key"]
