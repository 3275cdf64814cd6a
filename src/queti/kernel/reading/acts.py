"""What a person could do with a record now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import FieldDef
from queti.kernel.formulas import Typed, check, types
from queti.kernel.model import Model, Object
from queti.kernel.operations import Operation
from queti.kernel.reading.admitting import admitted, holding, opened
from queti.kernel.reading.permissions import Rights, Verb
from queti.kernel.scopes import ObjectScope

if TYPE_CHECKING:
    from queti.kernel.work import Work


def acts(work: Work, rights: Rights | None, object: Object, id: int) -> list[dict[str, Any]]:
    """The operations on this object that the person has a right to; `possible`: their `when` holds."""
    opened(work, rights, object, id)
    offered = [
        operation
        for operation in operations_on(work.model, object)
        if rights is None or operation.name in rights.operations
    ]
    conditions = _conditions(work.model, object)
    asked = [operation.name for operation in offered if operation.name in conditions]
    [answers] = holding(work, object, tuple(conditions[name] for name in asked), [id]).values() or [()]
    possible = dict(zip(asked, answers, strict=True))
    return [_act(work, operation, possible.get(operation.name, True)) for operation in offered]


def taken(work: Work, rights: Rights | None, object: Object, id: int) -> dict[str, bool]:
    """Of the operations on other objects whose inputs choose among these records: whether they take this one."""
    filters = {
        name: condition
        for name, condition in _filters(work.model, object).items()
        if rights is None or name in rights.operations
    }
    [answers] = holding(work, object, tuple(filters.values()), [id]).values() or [()]
    return dict(zip(filters, answers, strict=True))


WRITTEN: tuple[Verb, ...] = ("change", "remove")


def allowed(work: Work, rights: Rights | None, object: Object, id: int) -> dict[str, bool]:
    """Whether the person may change and remove this very record; for its other acts see `acts`."""
    opened(work, rights, object, id)
    return {verb: id in admitted(work, rights, object, verb, [id]) for verb in WRITTEN}


def _act(work: Work, operation: Operation, possible: bool) -> dict[str, Any]:
    return {
        "operation": operation.name,
        "label": operation.label.get(work.language) or operation.label.get("en", operation.name),
        "key": operation.key,
        "tone": operation.tone,
        "primary": operation.primary,
        "possible": possible,
    }


@lru_cache(maxsize=512)
def operations_on(model: Model, object: Object) -> tuple[Operation, ...]:
    found = [operation for operation in model.operations.values() if operation.on == object.name]
    return tuple(sorted(found, key=lambda operation: (operation.order, not operation.primary, operation.name)))


@lru_cache(maxsize=512)
def _conditions(model: Model, object: Object) -> dict[str, Typed]:
    scope = ObjectScope(model, object)
    return {
        operation.name: check(operation.when, scope, expect=types.BOOLEAN)
        for operation in operations_on(model, object)
        if operation.when
    }


@lru_cache(maxsize=512)
def _filters(model: Model, object: Object) -> dict[str, Typed]:
    scope = ObjectScope(model, object)
    return {
        operation.name: check(input.filter, scope, expect=types.BOOLEAN)
        for operation in model.operations.values()
        for input in inputs_within(operation.inputs)
        if operation.on and operation.on != object.name and input.to == object.name and input.filter
    }


def inputs_within(inputs: Mapping[str, FieldDef]) -> Iterator[FieldDef]:
    """The inputs and those inside them."""
    for input in inputs.values():
        yield input
        yield from inputs_within(input.fields)
