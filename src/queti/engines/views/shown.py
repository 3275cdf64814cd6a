"""A view as some rights show it: it names nothing that they hide."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from queti.kernel.definitions import DRAWN_BY, ViewColour, ViewDef
from queti.kernel.formulas import FormulaError
from queti.kernel.model import Model, Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.seen import is_seen, typed_where
from queti.kernel.reading.sorting import parse_sort


def shown_view(model: Model, rights: Rights | None, view: ViewDef) -> ViewDef | None:
    """The view without its hidden fields; None where it can't do without them.

    What a hidden field chooses, or is drawn by, would be another view under the same name.
    """
    object = model.objects[view.object]
    drawn = [path for name in DRAWN_BY if (path := getattr(view, name)) and not is_seen(model, rights, object, path)]
    if drawn or not _may_ask(model, rights, object, view.where):
        return None
    sorts = (".".join(key.path) for key in parse_sort(view.sort))
    return msgspec.structs.replace(
        view,
        fields=list(_seen(model, rights, object, view.fields)),
        totals={path: view.totals[path] for path in _seen(model, rights, object, view.totals)},
        sort=view.sort if all(is_seen(model, rights, object, path) for path in sorts) else "",
        colours={name: each for name, each in view.colours.items() if _is_shown(model, rights, object, each)},
        colour_by="".join(_seen(model, rights, object, [view.colour_by] if view.colour_by else [])),
    )


def _is_shown(model: Model, rights: Rights | None, object: Object, colour: ViewColour) -> bool:
    is_named = not colour.field or is_seen(model, rights, object, colour.field)
    return is_named and _may_ask(model, rights, object, colour.when)


def _seen(model: Model, rights: Rights | None, object: Object, paths: Iterable[str]) -> Iterable[str]:
    return (path for path in paths if is_seen(model, rights, object, path))


def _may_ask(model: Model, rights: Rights | None, object: Object, formula: str) -> bool:
    try:
        return not formula.strip() or bool(typed_where(model, object, rights, formula))
    except FormulaError:
        return False
