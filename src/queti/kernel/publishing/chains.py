"""Links of an object to itself that make a tree or a chain, by what is shown and granted along them."""

from __future__ import annotations

from collections.abc import Iterator

from queti.kernel.model import Model, Place

DEPARTMENTS: Place = "base.department", "parent"
"""Rights reach down along it."""


def chains_of(model: Model) -> dict[str, frozenset[str]]:
    """By object; only links that are stored in the records themselves."""
    found: dict[str, set[str]] = {}
    for object, name in {DEPARTMENTS, *_shown(model)}:
        link = model.objects[object].fields.get(name) if object in model.objects else None
        if link is not None and link.type.name == "link" and link.target == object and link.is_stored:
            found.setdefault(object, set()).add(name)
    return {object: frozenset(names) for object, names in found.items()}


def _shown(model: Model) -> Iterator[Place]:
    """The record above in trees, Gantt charts and cascades, and the one that must end first."""
    for view in model.views.values():
        yield view.object, view.parent
        yield view.object, view.depends
    for object in model.objects.values():
        for field in object.definition.fields.values():
            yield field.to or "", field.tree or ""
