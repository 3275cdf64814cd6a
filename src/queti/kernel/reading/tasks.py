"""The right through the task: whom a flow asks about a record sees that record as the step shows it.

A task opens one record for reading, to who has it, is told of it, or has done it: all fields but those that the
step hides. What the person's roles hide of the object stays hidden, unless the step names it. It opens no list, no
search and no other record; what the roles show is not narrowed by it. See docs/decisions/0020-through-the-task.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from queti.kernel.definitions import FlowDef, StepDef
from queti.kernel.definitions.flows import PEOPLE, walk
from queti.kernel.formulas import types
from queti.kernel.model import Model, Object
from queti.kernel.publishing.canonical import restore
from queti.kernel.reading.paths import Paths
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

TASK, INSTANCE = "flow.task", "flow.instance"
GONE = "cancelled"
"""The state of a task that nobody needs any more; what it showed isn't shown any more."""


@dataclass(frozen=True, slots=True)
class StepSight:
    """What a step, of one version of a flow, shows of a record to those who have a task there."""

    object: str
    definition: str
    step: str
    named: frozenset[str] = frozenset()
    """What it says that they see or change."""
    hidden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """It stands among the roles that admit a record; no role is called so."""
        return f"{self.definition}/{self.step}"

    def within(self, list: str, object: str) -> StepSight:
        """What it shows of the rows of a list."""
        return replace(self, object=object, named=_behind(list, self.named), hidden=_behind(list, self.hidden))

    def shows(self, known: frozenset[str], by_roles: frozenset[str]) -> frozenset[str]:
        """Of all fields, those that it shows to somebody whose roles show `by_roles`.

        A field that it hides may have been renamed since this version of the flow: then it shows what it names.
        """
        is_known = all(path.partition(".")[0] in known for path in self.hidden)
        shown = by_roles if is_known else frozenset[str]()
        return (shown | (self.named & known)) - self.hidden

    def condition(self, paths: Paths) -> sa.ColumnElement[bool]:
        """The person has a task there on the row."""
        task, instance = (paths.model.object(name).table.alias() for name in (TASK, INSTANCE))
        of_step = [
            instance.c["object"] == sa.literal(self.object),
            instance.c["record"] == paths.table.c["id"],
            instance.c["definition"] == sa.literal(self.definition),
            task.c["step"] == sa.literal(self.step),
            task.c["assignee"] == paths.parameters.get("me", types.link("base.user")),
            task.c["kind"].in_([sa.literal(kind) for kind in PEOPLE]),
            task.c["state"] != sa.literal(GONE),
        ]
        rows = task.join(instance, instance.c["id"] == task.c["instance"])
        return sa.exists(sa.select(sa.literal_column("1", sa.Integer())).select_from(rows).where(*of_step))


def _behind(list: str, paths: frozenset[str]) -> frozenset[str]:
    return frozenset(path.removeprefix(f"{list}.") for path in paths if path.startswith(f"{list}."))


def sights(work: Work, object: Object, ids: Sequence[int]) -> tuple[StepSight, ...]:
    """Those by which the person sees any of the records; one statement, none where the object has no approvals."""
    if work.who.user is None or TASK not in work.model.objects or object.is_lines:
        return ()
    found = work.rows(_tasks_on(work.model), (work.who.user, object.name, list(ids), list(PEOPLE)))
    return tuple(sorted(_sights(work, object.name, found), key=lambda sight: sight.name))


@lru_cache(maxsize=64)
def _tasks_on(model: Model) -> str:
    task, instance = model.object(TASK), model.object(INSTANCE)
    return f"""
SELECT DISTINCT i.{column(instance, "definition")}, t.{column(task, "step")}
FROM {table(instance)} AS i JOIN {table(task)} AS t ON t.{column(task, "instance")} = i.id
WHERE t.{column(task, "assignee")} = $1::bigint AND i.{column(instance, "object")} = $2
AND i.{column(instance, "record")} = ANY($3::bigint[]) AND t.{column(task, "kind")} = ANY($4::text[])
AND t.{column(task, "state")} <> '{GONE}'"""


def opened_to(work: Work, people: Collection[int], wanted: Mapping[str, Collection[int]]) -> set[tuple[int, str, int]]:
    """`(user, object, id)`: whom of these people a task opens which of the records; one statement."""
    asked = sorted((object, id) for object, ids in wanted.items() for id in ids if object in work.model.objects)
    if not people or not asked or TASK not in work.model.objects:
        return set()
    objects, ids = zip(*asked, strict=True)
    rows = work.rows(_tasks_of(work.model), (sorted(people), list(objects), list(ids), list(PEOPLE)))
    return {(user, object, int(id)) for user, object, id, *by in rows if any(_sights(work, object, [tuple(by)]))}


@lru_cache(maxsize=64)
def _tasks_of(model: Model) -> str:
    task, instance = model.object(TASK), model.object(INSTANCE)
    about = [f"i.{column(instance, name)}" for name in ("object", "record", "definition")]
    return f"""
SELECT DISTINCT t.{column(task, "assignee")}, {", ".join(about)}, t.{column(task, "step")}
FROM unnest($2::text[], $3::bigint[]) AS w(object, id)
JOIN {table(instance)} AS i ON i.{column(instance, "record")} = w.id AND i.{column(instance, "object")} = w.object
JOIN {table(task)} AS t ON t.{column(task, "instance")} = i.id
WHERE t.{column(task, "assignee")} = ANY($1::bigint[]) AND t.{column(task, "kind")} = ANY($4::text[])
AND t.{column(task, "state")} <> '{GONE}'"""


def _sights(work: Work, object: str, found: list[tuple[str, str]]) -> Iterator[StepSight]:
    for definition, name in found:
        steps = _steps_of(work, definition)
        step = steps.get(name)
        if step is not None:
            yield sight_of(object, definition, name, step)
        elif name == "submit":
            yield StepSight(object, definition, name)


def sight_of(object: str, definition: str, name: str, step: StepDef) -> StepSight:
    hidden = frozenset(path for path, right in step.fields.items() if right == "hide")
    return StepSight(object, definition, name, frozenset(step.fields) - hidden, hidden)


_versions: dict[str, dict[str, StepDef]] = {}
"""By content hash: what a hash stands for never changes."""


def _steps_of(work: Work, definition: str) -> dict[str, StepDef]:
    if definition not in _versions:
        for [body] in work.rows(f"SELECT body FROM {work.schema}.kernel_definition WHERE hash = $1", (definition,)):
            flow = restore("flow", body)
            assert isinstance(flow, FlowDef)
            _versions[definition] = {name: step for _, name, step in walk(flow.steps)}
    return _versions.get(definition, {})


@lru_cache(maxsize=1024)
def named_by_steps(model: Model, object: str) -> frozenset[str]:
    """The fields that a step of today's flows shows by name, whatever a role says."""
    steps = (step for flow in model.flows.values() if flow.object == object for _, _, step in walk(flow.steps))
    return frozenset(path for step in steps for path, right in step.fields.items() if right != "hide")
