"""Publications that prepare large tables beside the work: expand → fill → swap.

*Expand* is a release of its own that changes nothing but to have each formula computed twice, as
it is and as it will be (see `shadows`): from then on every writing Work keeps both true. *Filling*
computes the rows that are there, a batch a transaction, each with the place where it goes on. The
*swap* is the ordinary short one, by which the new columns take their places. Each phase begins
where the one before ended, in this process or in another, today or after a crash; until the swap
the way back is open.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Place
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.publishing.filling import Fill, fill_next, fills_for
from queti.kernel.publishing.findings import Findings
from queti.kernel.publishing.once import keep_answer
from queti.kernel.publishing.plan import LARGE, Plan, make_plan
from queti.kernel.publishing.publish import (
    Proposal,
    Publication,
    alone,
    carry_out,
    examine,
    in_short,
    patiently,
    publishing,
    run_all,
)
from queti.kernel.publishing.releases import (
    Release,
    current_model,
    hashed,
    keep_model,
    read_definitions,
    read_release,
    write_release,
)
from queti.kernel.publishing.shadows import (
    NEXT,
    Shadows,
    fits,
    shadow_places,
    shadows_of,
    stands_beside,
    storage_behind,
    storage_beside,
)

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

State = Literal["filling", "paused", "cancelling", "done", "cancelled", "failed"]
OPEN = ("filling", "paused", "cancelling", "failed")
_LOG = logging.getLogger("queti.publish")


class PublicationUnderWay(Refusal):
    """Publication {publication} has not ended: it is {state}. Resume or cancel it first."""

    zh = "发布 {publication} 尚未结束（{state}），请先继续或取消。"
    kind = "conflict"


class PublicationNotFound(Refusal):
    """There is no publication {publication}."""

    zh = "没有发布 {publication}。"
    kind = "not_found"


class PublicationEnded(Refusal):
    """Publication {publication} has ended: it is {state}."""

    zh = "发布 {publication} 已结束（{state}）。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Phased:
    """A publication in phases as it is kept. `place` is where filling goes on."""

    id: int
    state: State
    base: int
    beside: int
    """The release in which old and new stand side by side."""
    target: dict[str, Any]
    place: dict[str, int]
    done: int
    rows: int
    problem: dict[str, Any] | None
    draft: int | None
    by: int | None
    began_at: Any
    finished_at: Any
    release: int | None


_COLUMNS = "id, state, base, beside, target, place, done, rows, problem, draft, by, began_at, finished_at, release"


# -- beginning


def begin(publication: Publication, proposal: Proposal, after: Model, plan: Plan, large: int) -> int | None:
    """Expand; None where old and new can't stand side by side, and the swap has to do it all."""
    found = _side_by_side(publication, after, plan)
    if found is None:
        return None
    (beside, shadows), role = found, publication.workspace.role
    places = make_plan(publication.connection, publication.before, beside, role, Findings(), large)
    for step in places.of("expand"):
        patiently(lambda step=step: in_short(publication.connection, step.sql))
    begun: list[int] = []
    patiently(lambda: begun.append(_expand(publication, proposal, beside, places, shadows)))
    keep_model(publication.db, publication.workspace, publication.catalogue, beside)
    return begun[-1]


def goes_beside(publication: Publication, after: Model, plan: Plan) -> bool:
    """Can old and new values stand side by side while the new ones are made?"""
    return _side_by_side(publication, after, plan) is not None


def _side_by_side(publication: Publication, after: Model, plan: Plan) -> tuple[Model, Shadows] | None:
    before = publication.before
    stale = {entry.place for fill in plan.fills for entry in fill.fields if not fill.blanks_only}
    converted = {(step.object, step.field) for step in plan.steps if step.act == "convert"}
    if not all(stands_beside(before, after, place) for place in converted):
        return None
    stale |= converted
    if any(fill.blanks_only and _is_there(before, fill) for fill in plan.fills):
        return None
    shadows = shadows_of(before, after, stale)
    beside = _beside(publication, after, shadows)
    return None if beside is None else (beside, shadows)


def _is_there(before: Model, fill: Fill) -> bool:
    known = before.objects.get(fill.object.name)
    return known is not None and fill.fields[0].name in known.fields


def _beside(publication: Publication, after: Model, shadows: Shadows) -> Model | None:
    before, places, findings = publication.before, shadow_places(shadows), Findings()
    model = compile_model(
        publication.base.number + 1,
        publication.workspace.schema,
        before.definitions,
        publication.catalogue.apps.values(),
        storage=storage_beside(publication.base.storage, after, places),
        previous=before,
        findings=findings,
        shadows=shadows,
    )
    model.schema_id = before.schema_id
    if findings.errors or not places or not fits(model, after, places):
        _LOG.info("published at once: %s", findings.found[:1])
        return None
    return model


def _expand(publication: Publication, proposal: Proposal, beside: Model, plan: Plan, shadows: Shadows) -> int:
    connection, schema, base = publication.connection, publication.workspace.schema, publication.base
    effective, bodies = hashed(proposal.definitions, publication.catalogue, base.manifest["effective"])
    release = Release(
        number=beside.number,
        manifest={**base.manifest, "shadows": shadows},
        storage=beside.storage,
        published_by=proposal.who,
    )
    rows = sum(_count(connection, fill) for fill in _fills(beside, shadows))
    with alone(connection, schema):
        run_all(connection, [step.sql for step in plan.of("swap")])
        write_release(connection, schema, release, bodies | proposal.shipped_bodies, plan.shown())
        found = execute(
            connection,
            f"INSERT INTO {quoted(schema)}.kernel_publication (state, base, beside, target, rows, draft, by)"
            " VALUES ('filling', %s, %s, %s, %s, %s, %s) RETURNING id",
            [base.number, beside.number, Jsonb(_target(proposal, effective)), rows, proposal.draft, proposal.who],
        ).fetchone()
        assert found is not None
        keep_answer(connection, schema, proposal, {"publication": found[0]})
    return found[0]


def _target(proposal: Proposal, effective: dict[str, str]) -> dict[str, Any]:
    """The proposal as hashes: enough to go on with it in another process."""
    return {
        "effective": effective,
        "shipped": dict(proposal.shipped),
        "sources": dict(proposal.sources),
        "note": proposal.note,
        "rolls_back_to": proposal.rolls_back_to,
        "proposers": list(proposal.proposers),
        "draft_version": proposal.draft_version,
    }


def _fills(beside: Model, shadows: Shadows) -> list[Fill]:
    """First what must never be blank, then the formulas by rank."""
    early = [
        Fill(beside.objects[object], (entry,), blanks_only=True)
        for object, bodies in sorted(shadows["fields"].items())
        for name in sorted(bodies)
        if not name.endswith(NEXT) and (entry := beside.objects[object].fields[name]).default is not None
    ]
    made: set[Place] = {(object, name + NEXT) for object, name in shadow_places(shadows)}
    return [*early, *fills_for(beside, made)]


def _count(connection: Connection[Any], fill: Fill) -> int:
    found = execute(connection, f"SELECT count(*) FROM {table_of(fill.object)}").fetchone()
    return found[0] if found else 0


# -- going on


def carry_on(db: Database, workspace: Workspace, catalogue: Catalogue, number: int, large: int = LARGE) -> Phased:
    """Do what is left of the publication, until it ends or somebody pauses it. Problems are kept with it."""
    with publishing(db, workspace) as connection:
        if find(connection, workspace, number).state in ("filling", "cancelling"):
            try:
                go_on(db, workspace, catalogue, connection, number, large)
            except Refusal as refusal:
                _LOG.warning("publication %s: %s", number, refusal)
        return find(connection, workspace, number)


def go_on(
    db: Database, workspace: Workspace, catalogue: Catalogue, connection: Connection[Any], number: int, large: int
) -> Model:
    """`carry_on` under the lock of publishing; answers the newest model."""
    phased = find(connection, workspace, number)
    beside = read_release(connection, workspace.schema, phased.beside)
    before = current_model(db, workspace, catalogue, phased.beside)
    publication = Publication(db, workspace, catalogue, connection, beside, before)
    try:
        state = _fill(publication, phased)
        if state == "cancelling":
            return _go_back(publication, phased)
        return before if state == "paused" else _swap(publication, phased, large)
    except Refusal as refusal:
        told = {"code": refusal.code, "en": refusal.says("en"), "zh": refusal.says("zh")}
        _update(connection, workspace, number, "state = 'failed', problem = %s", Jsonb(told))
        raise


def _fill(publication: Publication, phased: Phased) -> State:
    """Batch by batch, as long as nobody wants it otherwise."""
    connection, workspace, model = publication.connection, publication.workspace, publication.before
    fills = _fills(model, publication.base.manifest["shadows"])  # type: ignore[typeddict-item]
    at, after = phased.place.get("fill", 0), phased.place.get("after", 0)
    while (state := _state(connection, workspace, phased.id)) == "filling" and at < len(fills):
        with connection.transaction():
            last, count = fill_next(connection, model, fills[at], after)
            at, after = (at, last) if count else (at + 1, 0)
            place = Jsonb({"fill": at, "after": after})
            _update(connection, workspace, phased.id, "place = %s, done = done + %s", place, count)
    return state


def _swap(publication: Publication, phased: Phased, large: int) -> Model:
    target, places = phased.target, shadow_places(publication.base.manifest["shadows"])  # type: ignore[typeddict-item]
    schema, shadows = publication.workspace.schema, publication.base.manifest["shadows"]  # type: ignore[typeddict-item]
    early = {(object, name) for object, bodies in shadows["fields"].items() for name in bodies}
    proposal = Proposal(
        read_definitions(publication.connection, schema, target["effective"], publication.catalogue),
        target["shipped"],
        target["sources"],
        note=target["note"],
        who=phased.by,
        rolls_back_to=target["rolls_back_to"],
        storage=storage_behind(publication.base.storage, places),
        draft=phased.draft,
        draft_version=target.get("draft_version"),
        filled=frozenset(places | early),
        publication=phased.id,
        proposers=target["proposers"],
    )
    return carry_out(publication, proposal, *examine(publication, proposal, large).approved())


def _go_back(publication: Publication, phased: Phased) -> Model:
    """A release like the one before; the columns in the making go, but for those that had retired."""
    connection, schema = publication.connection, publication.workspace.schema
    base = read_release(connection, schema, phased.base)
    number = publication.base.number + 1
    release = replace(base, number=number, manifest={**base.manifest, "shadows": Shadows(fields={}, objects={})})

    def back() -> None:
        with alone(connection, schema):
            run_all(connection, list(_drops(publication, base)))
            write_release(connection, schema, release, {}, [])
            _update(connection, publication.workspace, phased.id, "state = 'cancelled', finished_at = now()")

    patiently(back)
    return current_model(publication.db, publication.workspace, publication.catalogue, number)


def _drops(publication: Publication, base: Release) -> list[str]:
    found: list[str] = []
    for object, kept in publication.base.storage.items():
        before = base.storage.get(object)
        table = f"{quoted(publication.workspace.schema)}.{quoted(kept['table'])}"
        if before is None:
            found.append(f"DROP TABLE IF EXISTS {table}")
            continue
        known = {column for column, _ in before["columns"].values()} | before["retired"].keys()
        gone = [column for column, _ in kept["columns"].values() if column not in known]
        if gone:
            dropped = ", ".join(f"DROP COLUMN IF EXISTS {quoted(column)}" for column in gone)
            found.append(f"ALTER TABLE {table} {dropped}")
    return found


def finish_before(publication: Publication) -> bool:
    """Carry one that broke off to its end, and say so; PublicationUnderWay for one that rests."""
    connection, workspace = publication.connection, publication.workspace
    found = execute(
        connection, f"SELECT id, state FROM {_table(workspace)} WHERE state = ANY(%s) ORDER BY id", [list(OPEN)]
    ).fetchone()
    if found is None:
        return False
    number, state = found
    if state in ("filling", "cancelling"):
        go_on(publication.db, workspace, publication.catalogue, connection, number, LARGE)
        state = _state(connection, workspace, number)
    if state in OPEN:
        raise PublicationUnderWay(publication=number, state=state)
    return True


# -- what people want of it


def pause(db: Database, workspace: Workspace, number: int) -> Phased:
    """Filling rests after the batch that is under way; old and new go on being written side by side."""
    return _want(db, workspace, number, "paused", ("filling",))


def resume(db: Database, workspace: Workspace, number: int) -> Phased:
    """It may go on; `carry_on` does."""
    return _want(db, workspace, number, "filling", ("paused", "failed"))


def cancel(db: Database, workspace: Workspace, catalogue: Catalogue, number: int) -> Phased:
    """Everything is as it was before it began."""
    _want(db, workspace, number, "cancelling", ("filling", "paused", "failed", "cancelling"))
    return carry_on(db, workspace, catalogue, number)


def _want(db: Database, workspace: Workspace, number: int, state: State, of: tuple[State, ...]) -> Phased:
    with db.owner() as connection:
        _update(connection, workspace, number, "state = %s, problem = NULL", state, only=f"state IN ({_listed(of)})")
        found = find(connection, workspace, number)
    if found.state not in OPEN:
        raise PublicationEnded(publication=number, state=found.state)
    return found


def _listed(states: tuple[State, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


def find(connection: Connection[Any], workspace: Workspace, number: int) -> Phased:
    """PublicationNotFound."""
    row = execute(connection, f"SELECT {_COLUMNS} FROM {_table(workspace)} WHERE id = %s", [number]).fetchone()
    if row is None:
        raise PublicationNotFound(publication=number)
    return Phased(*row)


def recent(connection: Connection[Any], workspace: Workspace, limit: int = 20) -> list[Phased]:
    """Newest first."""
    rows = execute(connection, f"SELECT {_COLUMNS} FROM {_table(workspace)} ORDER BY id DESC LIMIT %s", [limit])
    return [Phased(*row) for row in rows.fetchall()]


def broken_off(db: Database, workspace: Workspace) -> list[int]:
    """Publications that nobody paused; at a start: those that the last end of the server interrupted."""
    with db.connection() as connection:
        rows = execute(
            connection, f"SELECT id FROM {_table(workspace)} WHERE state IN ('filling', 'cancelling') ORDER BY id"
        )
        return [number for (number,) in rows.fetchall()]


def carry_on_beside(
    db: Database, workspace: Workspace, catalogue: Catalogue, number: int, then: Callable[[], None] = lambda: None
) -> None:
    """`carry_on` in a thread of its own; a process that ends meanwhile leaves the rest to the next start."""

    def work() -> None:
        try:
            carry_on(db, workspace, catalogue, number)
        except Exception:  # noqa: BLE001  (logged; the next start goes on)
            _LOG.exception("publication %s broke off", number)
        then()

    threading.Thread(target=work, name=f"queti-publication-{number}", daemon=True).start()


def _state(connection: Connection[Any], workspace: Workspace, number: int) -> State:
    return find(connection, workspace, number).state


def _update(
    connection: Connection[Any], workspace: Workspace, number: int, changes: str, *values: Any, only: str = "true"
) -> None:
    execute(connection, f"UPDATE {_table(workspace)} SET {changes} WHERE id = %s AND {only}", [*values, number])


def _table(workspace: Workspace) -> str:
    return f"{quoted(workspace.schema)}.kernel_publication"
