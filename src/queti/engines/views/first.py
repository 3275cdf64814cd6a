"""The view that a person's list of an object opens with, wherever they sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.engines.views.kept import list_views
from queti.kernel.errors import RecordNotFound

if TYPE_CHECKING:
    from queti.kernel.work import Work

KEPT = "kept:"


def first_view(work: Work, object: str) -> str:
    """The view's name, `kept:12` of one that is kept; empty where none was chosen, or it is gone."""
    rows = work.rows(
        f"SELECT view FROM {work.schema}.kernel_first_view WHERE object = $1 AND owner = $2::bigint",
        (object, work.who.user),
    )
    return rows[0][0] if rows and _is_there(work, object, rows[0][0]) else ""


def open_first(work: Work, object: str, view: str) -> None:
    """From now on the list opens with the view; with none named, with all records. RecordNotFound."""
    if view and not _is_there(work, object, view):
        raise RecordNotFound(what={"en": "view", "zh": "视图"}, id=view)
    who = (object, work.who.user)
    if not view:
        work.execute(
            f"DELETE FROM {work.schema}.kernel_first_view WHERE object = $1 AND owner = $2::bigint",
            who,
        )
        return
    work.execute(
        f"INSERT INTO {work.schema}.kernel_first_view (object, owner, view) VALUES ($1, $2::bigint, $3)"
        " ON CONFLICT (object, owner) DO UPDATE SET view = excluded.view",
        (*who, view),
    )


def _is_there(work: Work, object: str, view: str) -> bool:
    shipped = work.model.views.get(view)
    if shipped is not None:
        return shipped.object == object
    return view in {f"{KEPT}{each['id']}" for each in list_views(work, object)}
