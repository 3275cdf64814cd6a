"""What changes what: the graph of stored formulas over fields of all objects.

For `sum(lines.amount)` of an order the sources are the lines' amount, by the path
(`lines`), and what decides which lines there are: the lines' link to the order.
"""

from __future__ import annotations

from collections.abc import Iterator

from queti.kernel.model import Dependence, Field, Model, Object, Place
from queti.kernel.publishing.findings import Findings

Source = tuple[Place, tuple[str, ...]]
"""A field that is looked at, and the path from the formula's object to its record."""


def link_up(model: Model, findings: Findings) -> None:
    """Fill `ranks` and `dependents` of the model and `order` of its objects; cycles are findings."""
    sources = {field.place: frozenset(sources_of(model, field)) for field in _stored_formulas(model)}
    ranks = _Ranks(sources, findings)
    model.ranks = {place: ranks.of(place) for place in sources}
    found: dict[Place, set[Dependence]] = {}
    for place, used in sources.items():
        for source, path in used:
            found.setdefault(source, set()).add(Dependence(*place, path, model.ranks[place]))
    model.dependents = {
        source: tuple(sorted(changed, key=lambda each: (each.rank, each.object, each.field, each.path)))
        for source, changed in found.items()
    }


def own_order(model: Model, object: Object) -> tuple[Field, ...]:
    """The object's stored formulas, each behind those that it uses."""
    return tuple(
        sorted((f for f in object.fields.values() if _is_stored_formula(f)), key=lambda f: model.ranks[f.place])
    )


def _stored_formulas(model: Model) -> Iterator[Field]:
    for object in model.objects.values():
        yield from (field for field in object.fields.values() if _is_stored_formula(field))


def _is_stored_formula(field: Field) -> bool:
    return field.formula is not None and field.is_stored


def sources_of(model: Model, field: Field) -> Iterator[Source]:
    assert field.formula is not None
    for path in field.formula.uses:
        yield from _sources_along(model, field.object, path)


def _sources_along(model: Model, object: Object, path: tuple[str, ...]) -> Iterator[Source]:
    here, walked = object, ()
    for name in path:
        if name in here.reverse:
            back = here.reverse[name]
            here, walked = model.objects[back.object], (*walked, name)
            yield (here.name, back.field), walked
            if here.has_trash:
                yield (here.name, "trashed_at"), walked
            continue
        found = here.fields.get(name)
        if found is None:
            return
        if found.type.name == "lines":
            here, walked = model.objects[found.target or ""], (*walked, name)
            yield (here.name, here.definition.parent_field), walked
            continue
        yield (here.name, name), walked
        if found.type.name == "link" and found.target in model.objects:
            here, walked = model.objects[found.target or ""], (*walked, name)


class _Ranks:
    """Rank of each formula: one more than the highest of those it uses."""

    def __init__(self, sources: dict[Place, frozenset[Source]], findings: Findings) -> None:
        self.sources = sources
        self.findings = findings
        self.known: dict[Place, int] = {}
        self.open: list[Place] = []

    def of(self, place: Place) -> int:
        if place in self.known:
            return self.known[place]
        if place in self.open:
            self._tell_cycle(place)
            return 0
        self.open.append(place)
        used = {source for source, _ in self.sources[place] if source in self.sources}
        self.known[place] = 1 + max((self.of(source) for source in sorted(used)), default=0)
        self.open.pop()
        return self.known[place]

    def _tell_cycle(self, place: Place) -> None:
        names = [f"{object}.{field}" for object, field in [*self.open[self.open.index(place) :], place]]
        self.findings.error(
            "object",
            place[0],
            f"fields.{place[1]}.formula",
            f"The formula depends on itself: {' → '.join(names)}.",
            f"公式循环依赖：{' → '.join(names)}。",
            {"en": "Take one of these out of the other's formula.", "zh": "请从其中一个公式中去掉另一个字段。"},
        )
