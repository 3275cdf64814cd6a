"""Who sees a record and a field of it, who may change it, and by which path.

The same scopes that guard every query are asked for each group of people who see alike,
so the answer can't differ from what they find.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from queti.kernel.model import Object
from queti.kernel.people import find_people
from queti.kernel.reading.admitting import admitted
from queti.kernel.reading.audiences import Audience, audiences
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.permissions import ObjectRights, Roles, Verb, rights_of

if TYPE_CHECKING:
    from queti.kernel.person import Person
    from queti.kernel.work import Work

VERBS: tuple[Verb, ...] = ("see", "change", "remove")


def who_may(work: Work, object: str, id: int, field: str = "") -> dict[str, Any]:
    """`{groups: [{people, see, change, remove, field}], others}`: all active people, those who see alike together.

    Each of `see`, `change`, `remove` lists the paths `[{role, label, scope}]`; `field` has the
    roles that show it and those that may write it. `others`: how many don't see the record.
    The record must be there; who asks needs full sight (the door lets administrators in).
    """
    found = work.object(object)
    if field:
        found.field(field)
    work.fetch(object, [id], ["id"])
    people = find_people(work, active=True)
    departments = _departments(work, people)
    groups: list[dict[str, Any]] = []
    for audience in audiences(work.model, people, [object], VERBS):
        group = _group(work, found, id, field, audience)
        if group["see"]:
            groups.append({"people": [_shown(person, departments) for person in audience.people], **group})
    seeing = sum(len(group["people"]) for group in groups)
    return {"groups": groups, "others": len(people) - seeing}


def _group(work: Work, object: Object, id: int, field: str, audience: Audience) -> dict[str, Any]:
    person = audience.people[0]
    beside, rights = work.beside(person), rights_of(work.model, person.roles)
    allowed = rights.of(object)
    admitting: dict[Verb, Roles] = {
        verb: admitted(beside, rights, object, verb, [id]).get(id, frozenset()) for verb in VERBS
    }
    told = {verb: [_path(work, object, role, verb) for role in sorted(roles)] for verb, roles in admitting.items()}
    return {**told, "field": _of_field(allowed, admitting, field) if field else None}


def _of_field(allowed: ObjectRights, admitting: dict[Verb, Roles], field: str) -> dict[str, Any]:
    showing, writing = allowed.allowances("see"), allowed.allowances("change")
    see = sorted(role for role in admitting["see"] if field in showing[role].fields)
    change = sorted(role for role in admitting["change"] if field in writing[role].fields)
    return {"see": see, "change": change}


def _path(work: Work, object: Object, role: str, verb: Verb) -> dict[str, Any]:
    known = work.model.roles[role]
    grant = known.objects.get(object.name) or known.objects.get(object.parent.name if object.parent else "")
    granted = getattr(grant, verb, False)
    scope = "" if granted is True or str(granted).strip().lower() == "true" else str(granted)
    return {"role": role, "label": known.label.get(work.language) or known.label.get("en") or role, "scope": scope}


def _departments(work: Work, people: Sequence[Person]) -> dict[int, str]:
    known = work.model.objects.get("base.department")
    ids = {person.department for person in people if person.department is not None}
    return labels_of(work, None, known, ids) if known else {}


def _shown(person: Person, departments: dict[int, str]) -> dict[str, Any]:
    return {
        "id": person.user,
        "name": person.name,
        "login": person.login,
        "department": departments.get(person.department or 0, ""),
    }
