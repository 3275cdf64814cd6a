"""How records of an object are written: compiled once per (object, release).

A plan covers the aggregate, a root record with its lines. Defaults and formulas are
steps in dependency order over all of its fields; what they and the rules look up through
links is known beforehand, so that one query per target reads it for any number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from queti.kernel.formulas import Env, Path, Typed, compile_python, over_record
from queti.kernel.model import Field, Linkage, Model, Object, Rule

Node = tuple[str, str]
"""(lines field or "" for the root, field); ("lines", "*") is the list itself."""
Need = tuple[str, tuple[str, ...]]
"""(lines field or "", path through a link)."""
Compute = Callable[[Mapping[str, Any], Env], Any]

MEMBERS = "*"
ADDED = "+"
"""New rows of a list: their defaults, required fields and all their formulas."""
FOR_WRITING = "FOR NO KEY UPDATE"
FOR_SHARING = "FOR SHARE"
FOR_KEEPING = "FOR KEY SHARE"
FOR_REMOVING = "FOR UPDATE"
"""Waits for those who are about to link to the record, and they for it."""


@dataclass(slots=True)
class Uses:
    """What a formula over the aggregate looks at."""

    nodes: set[Node] = field(default_factory=set[Node])
    needs: set[Need] = field(default_factory=set[Need])
    copies: dict[str, str] = field(default_factory=dict[str, str])
    """Lines: key that the formula reads → key of the root's values."""
    lists: set[str] = field(default_factory=set[str])
    """Lists outside the aggregate: empty for a new record, else only SQL can tell."""

    def add(self, other: Uses) -> None:
        self.nodes |= other.nodes
        self.needs |= other.needs
        self.copies |= other.copies
        self.lists |= other.lists


@dataclass(slots=True, eq=False)
class Linked:
    """A linkage of one part, with all that its evaluation needs."""

    lines: str
    linkage: Linkage
    holds: Compute
    sets: dict[str, Compute]
    filters: dict[str, Compute]
    """Over a record's own values and what its links lead to."""
    uses: Uses

    @property
    def fields(self) -> set[str]:
        """Those that behave otherwise."""
        of = self.linkage.definition
        return {*of.show, *of.hide, *of.require, *of.lock, *of.set, *of.choices, *of.filter}

    @property
    def looks_back(self) -> bool:
        """Does it matter whether it held before the write?"""
        return bool(self.linkage.definition.set or self.linkage.definition.lock)

    def is_touched(self, reached: set[Node]) -> bool:
        if reached & (self.uses.nodes | {(self.lines, name) for name in self.fields}):
            return True
        return not self.lines and not self.fields.isdisjoint(lines for lines, _ in reached if lines)


@dataclass(slots=True, eq=False)
class Setting:
    """One value that a linkage writes into one field."""

    holds: Compute
    compute: Compute


@dataclass(slots=True, eq=False)
class Step:
    """A default, or a formula whose value is stored or used by a rule."""

    node: Node
    field: Field
    compute: Compute
    uses: Uses
    is_default: bool
    settings: tuple[Setting, ...] = ()
    """What linkage writes here; the default, if there is one, comes first."""
    stage: int = 0

    @property
    def is_remote(self) -> bool:
        return bool(self.uses.lists)

    @property
    def is_empty_at_first(self) -> bool:
        """Are the lists elsewhere the record's own, and so empty when it is made?"""
        return self.uses.lists <= self.field.object.reverse.keys()

    @property
    def is_stored(self) -> bool:
        return self.field.is_stored


@dataclass(slots=True, eq=False)
class Check:
    """A rule, with all that its evaluation needs."""

    lines: str
    rule: Rule
    holds: Compute
    uses: Uses


@dataclass(slots=True, eq=False)
class Part:
    """The root (`lines` is "") or one of its lists of lines."""

    lines: str
    object: Object
    inputs: dict[str, Field]
    required: tuple[Field, ...]
    links: dict[str, Field]
    looks_further: bool = False
    """Has stored formulas that change without their record being written."""


@dataclass(slots=True, eq=False)
class Course:
    """What to do when certain nodes change: steps and look-ups by stage, rules."""

    stages: list[tuple[list[Step], dict[Node, set[tuple[str, ...]]]]]
    checks: list[Check]
    remote: list[Step]
    lists: set[str]
    """Lines fields whose rows must be in memory."""
    linked: list[Linked]
    """All linkage of the parts that the change touches."""
    touched: set[int]
    """Identities of those of which the change touches what they look at, or a field of theirs."""
    past: dict[Node, set[tuple[str, ...]]]
    """What linkage looks up through links of the record as it was."""
    past_live: list[Step]
    """Live formulas that it uses of the record as it was."""


class Plan:
    """How one object's aggregates are written."""

    def __init__(self, model: Model, root: Object) -> None:
        self.model = model
        self.root = root
        self.parts = {"": _part("", root)}
        for name, entry in root.lines.items():
            self.parts[name] = _part(name, model.object(entry.target or ""))
        self.linked = [each for part in self.parts.values() for each in self._linked_of(part)]
        self.steps = self._ordered(list(self._all_steps()))
        self.by_node = {step.node: step for step in self.steps}
        self.checks = [
            Check(part.lines, rule, compile_python(rule.require), self.uses(part.lines, rule.require))
            for part in self.parts.values()
            for rule in part.object.rules
        ]
        self._stage_steps()
        self.creation = self._course(self.steps, self.checks, self._filtered_links(), self.linked)
        self._courses: dict[frozenset[Node], Course] = {}
        self.serials = tuple(entry for entry in self.parts[""].inputs.values() if entry.type.name == "serial")
        self.draws_late = any(entry.definition.gap_free for entry in self.serials)
        for step in self.steps:
            if step.is_stored and not step.is_default and (step.is_remote or step.uses.needs):
                self.parts[step.node[0]].looks_further = True
        self.locked_links = self._locked_links()
        self.targets = {entry.target or "" for part in self.parts.values() for entry in part.links.values()}

    # -- what formulas use

    def uses(self, lines: str, formula: Typed) -> Uses:
        uses = Uses()
        for path in formula.uses:
            if lines and path[0] == self.parts[lines].object.definition.parent_field and len(path) > 1:
                uses.copies[".".join(path)] = ".".join(path[1:])
                self._root_use(path[1:], uses)
            elif lines:
                self._own_use(lines, path, uses)
            else:
                self._root_use(path, uses)
        return uses

    def _root_use(self, path: Path, uses: Uses) -> None:
        if path[0] in self.parts and path[0]:
            uses.nodes.add((path[0], MEMBERS))
            if len(path) > 1:
                self._own_use(path[0], path[1:], uses)
        else:
            self._own_use("", path, uses)

    def _own_use(self, lines: str, path: Path, uses: Uses) -> None:
        """A path from a record of the part itself: an own field, a link path, or a list elsewhere."""
        object, first = self.parts[lines].object, path[0]
        if first not in object.fields and first not in object.reverse:
            return
        if self._leads_to_list(object, path):
            uses.lists.add(first)
        elif len(path) > 1:
            uses.needs.add((lines, path))
        if first in object.fields:
            uses.nodes.add((lines, first))

    def _leads_to_list(self, object: Object, path: tuple[str, ...]) -> bool:
        for place, name in enumerate(path):
            if name in object.reverse or name in object.lines:
                return True
            if place < len(path) - 1:
                object = self.model.object(object.field(name).target or "")
        return False

    # -- steps in order

    def _all_steps(self) -> Iterator[Step]:
        for part in self.parts.values():
            for entry in part.object.fields.values():
                formula = entry.formula or part.object.totals.get(entry.name) or entry.default
                settings, uses = self._settings(part.lines, entry.name)
                if formula is not None:
                    uses.add(self.uses(part.lines, formula))
                if formula is not None or settings:
                    compute = compile_python(formula) if formula else _blank
                    is_default = formula is entry.default
                    yield Step((part.lines, entry.name), entry, compute, uses, is_default, settings)

    # -- linkage

    def _linked_of(self, part: Part) -> Iterator[Linked]:
        for linkage in part.object.linkage:
            filters = {name: over_record(typed, name) for name, typed in linkage.filter.items()}
            uses = Uses()
            for typed in (linkage.when, *linkage.set.values(), *filters.values()):
                uses.add(self.uses(part.lines, typed))
            sets = {name: compile_python(typed) for name, typed in linkage.set.items()}
            checks = {name: compile_python(typed) for name, typed in filters.items()}
            yield Linked(part.lines, linkage, compile_python(linkage.when), sets, checks, uses)

    def _settings(self, lines: str, name: str) -> tuple[tuple[Setting, ...], Uses]:
        """What linkage writes into the field, and what that looks at."""
        uses, setting = Uses(), [each for each in self.linked if each.lines == lines and name in each.sets]
        for each in setting:
            uses.add(self.uses(lines, each.linkage.when))
            uses.add(self.uses(lines, each.linkage.set[name]))
        return tuple(Setting(each.holds, each.sets[name]) for each in setting), uses

    def _ordered(self, steps: list[Step]) -> list[Step]:
        known = {step.node: step for step in steps}
        graph = {step.node: [node for node in self._needed_nodes(step.uses) if node in known] for step in steps}
        return [known[node] for node in TopologicalSorter(graph).static_order()]

    def _needed_nodes(self, uses: Uses) -> Iterator[Node]:
        yield from uses.nodes
        for lines, path in uses.needs:
            yield lines, path[0]

    def _stage_steps(self) -> None:
        """A step runs in the first stage in which everything it looks up through links is there."""
        for step in self.steps:
            after = [self._stage_of(node) for node in step.uses.nodes]
            after += [self._stage_of((lines, path[0])) + 1 for lines, path in step.uses.needs]
            step.stage = max(after, default=0)

    def _stage_of(self, node: Node) -> int:
        step = self.by_node.get(node)
        return step.stage if step else 0

    # -- courses

    def course(self, changed: Iterable[Node]) -> Course:
        """What a change of these nodes entails; cached."""
        key = frozenset(changed)
        if key not in self._courses:
            self._courses[key] = self._course_of(key)
        return self._courses[key]

    def _course_of(self, changed: frozenset[Node]) -> Course:
        reached = set(changed)
        renewed = {lines for lines, name in changed if name == ADDED}
        steps: list[Step] = []
        for step in self.steps:
            follows = step.settings or not step.is_default
            if step.node[0] in renewed or (follows and reached & step.uses.nodes):
                reached.add(step.node)
                steps.append(step)
        checks = [check for check in self.checks if check.lines in renewed or reached & check.uses.nodes]
        touched = [each for each in self.linked if each.lines in renewed or each.is_touched(reached)]
        return self._course(steps, checks, self._filtered_links(changed), touched)

    def _course(self, steps: list[Step], checks: list[Check], filtered: list[Node], touched: list[Linked]) -> Course:
        near = {each.lines for each in touched}
        linked = [each for each in self.linked if each.lines in near]
        live = self._live_of([*checks, *linked])
        wanted, used_live = {id(step) for step in [*steps, *live]}, {id(step) for step in live}
        steps = [
            step
            for step in self.steps
            if id(step) in wanted and (step.is_stored or step.is_default or id(step) in used_live)
        ]
        lookups: dict[int, dict[Node, set[tuple[str, ...]]]] = {}
        for uses in [each.uses for each in (*steps, *checks, *linked)]:
            for lines, path in uses.needs:
                stage = lookups.setdefault(self._stage_of((lines, path[0])), {})
                stage.setdefault((lines, path[0]), set()).add(path[1:])
        for node in filtered:
            lookups.setdefault(self._stage_of(node), {}).setdefault(node, set())
        count = max([*(step.stage for step in steps), *lookups, 0]) + 1
        stages = [([step for step in steps if step.stage == stage], lookups.get(stage, {})) for stage in range(count)]
        used = [each.uses for each in (*steps, *checks, *linked)]
        lists = {lines for uses in used for lines, _ in self._needed_nodes(uses) if lines}
        lists |= {lines for step in steps if (lines := step.node[0])}
        lists |= {each.lines for each in (*checks, *linked) if each.lines}
        remote = [step for step in steps if step.is_remote and step.is_stored]
        past = [each for each in linked if each.looks_back]
        return Course(stages, checks, remote, lists, linked, {id(each) for each in touched}, *self._past(past))

    def _past(self, linked: list[Linked]) -> tuple[dict[Node, set[tuple[str, ...]]], list[Step]]:
        live = self._live_of(linked)
        live.reverse()
        past: dict[Node, set[tuple[str, ...]]] = {}
        for each in (*linked, *live):
            for lines, path in each.uses.needs:
                past.setdefault((lines, path[0]), set()).add(path[1:])
        return past, live

    def _live_of(self, checks: Iterable[Check | Linked]) -> list[Step]:
        """Live formulas that rules and linkage use: computed for them, stored nowhere."""
        found: list[Step] = []
        nodes = {node for check in checks for node in check.uses.nodes}
        for step in reversed(self.steps):
            if step.node in nodes and not step.is_stored and not step.is_default:
                found.append(step)
                nodes |= step.uses.nodes
        return found

    def _filtered_links(self, changed: frozenset[Node] | None = None) -> list[Node]:
        """Links whose choice is limited by a filter, of those that are (or may be) written."""
        return [
            (part.lines, name)
            for part in self.parts.values()
            for name, entry in part.links.items()
            if entry.filter is not None
            and (changed is None or (part.lines, name) in changed or (part.lines, ADDED) in changed)
        ]

    # -- locks

    def _locked_links(self) -> dict[Node, str]:
        """Links through which stored formulas look: what they lead to is held until the commit.

        A target that this object rolls up into is locked for writing at once, since two
        sharing holders could otherwise not go on.
        """
        locked: dict[Node, str] = {}
        for step in self.steps:
            if not step.is_stored or step.is_default:
                continue
            for lines, path in step.uses.needs:
                part = self.parts[lines]
                entry = part.object.field(path[0])
                rolls_up = any(
                    dependence.object == entry.target
                    for dependence in self.model.dependents.get((part.object.name, entry.name), ())
                    if len(dependence.path) == 1
                )
                locked[lines, path[0]] = FOR_WRITING if rolls_up else FOR_SHARING
        return locked


def _part(lines: str, object: Object) -> Part:
    inputs = {
        entry.name: entry
        for entry in object.fields.values()
        if not entry.is_system
        and not entry.is_computed
        and entry.is_stored
        and not _is_parent(object, entry)
        and entry.name not in object.totals
    }
    return Part(
        lines=lines,
        object=object,
        inputs=inputs,
        required=tuple(entry for entry in inputs.values() if entry.definition.required and entry.type.name != "serial"),
        links={name: entry for name, entry in inputs.items() if entry.type.name == "link"},
    )


def _blank(values: Mapping[str, Any], env: Env) -> None:
    """What a field is without a default."""


def _is_parent(object: Object, entry: Field) -> bool:
    return object.is_lines and entry.name == object.definition.parent_field


@lru_cache(maxsize=2048)
def plan_of(model: Model, object: Object) -> Plan:
    return Plan(model, object)
