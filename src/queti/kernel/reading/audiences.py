"""Who sees the same, so that it is looked up once for all of them.

Two people see the same records of an object where their roles are the same and the
scopes of these ask for nothing about the person, or get the same answer for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from queti.kernel.formulas import Typed
from queti.kernel.model import Model
from queti.kernel.person import Person
from queti.kernel.reading.permissions import Verb, rights_of

if TYPE_CHECKING:
    from queti.kernel.work import Work


@dataclass(slots=True)
class Audience:
    """`whole`: objects of which they see every record; `partly`: those where each record must be looked at."""

    whole: frozenset[str]
    partly: frozenset[str]
    people: list[Person] = field(default_factory=list[Person])


def audiences(
    model: Model, people: Iterable[Person], objects: Collection[str], verbs: Sequence[Verb] = ("see",)
) -> list[Audience]:
    """Those who see alike, and may do alike what `verbs` name."""
    found: dict[tuple[Any, ...], Audience] = {}
    kinds: dict[frozenset[str], tuple[Audience, frozenset[str]]] = {}
    for person in people:
        roles = frozenset(person.roles)
        if roles not in kinds:
            kinds[roles] = _sight(model, roles, objects, verbs)
        sight, asked = kinds[roles]
        key = (roles, *(_answer(person, name) for name in sorted(asked)))
        if key not in found:
            found[key] = Audience(sight.whole, sight.partly)
        found[key].people.append(person)
    return list(found.values())


def who_sees(work: Work, people: Iterable[Person], object: str, ids: Sequence[int]) -> dict[Person, frozenset[int]]:
    """The records among `ids` that each of these people sees; one query for all who see the same."""
    seen: dict[Person, frozenset[int]] = {}
    for audience in audiences(work.model, people, [object]):
        found: Collection[int] = ids if object in audience.whole else ()
        if object in audience.partly:
            found = work.beside(audience.people[0]).as_person.visible(object, ids)
        seen.update(dict.fromkeys(audience.people, frozenset(found)))
    return seen


def _sight(
    model: Model, roles: frozenset[str], objects: Collection[str], verbs: Sequence[Verb]
) -> tuple[Audience, frozenset[str]]:
    """What these roles see, and what their scopes ask about the person."""
    rights = rights_of(model, roles)
    known = [rights.of(name) for name in objects if name in model.objects]
    scopes = {each.object.name: [allowance.scope for allowance in each.see.values()] for each in known}
    whole = frozenset(name for name, of in scopes.items() if None in of)
    partly = frozenset(name for name, of in scopes.items() if of and name not in whole)
    asking = [scope for name in partly for scope in scopes[name]]
    asking += [each.scope for allowed in known for verb in verbs[1:] for each in allowed.allowances(verb).values()]
    asked = {param for scope in asking if isinstance(scope, Typed) for param in scope.params}
    return Audience(whole, partly), frozenset(param for param in asked if param.partition(".")[0] in _PERSONAL)


_PERSONAL = ("me", "my_departments")


def _answer(person: Person, param: str) -> int | None:
    return person.department if param in ("me.department", "my_departments") else person.user
