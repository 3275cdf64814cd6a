"""Publishing: check, plan, prepare, one short transaction, and what may follow it.

Publications of one workspace follow each other under a session lock; its writing Works
go on meanwhile, and only the short transaction takes the lock that they share. Whatever
breaks off, the release before stays whole: nothing of it is changed before the
transaction that adds the new one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg import errors as pg

from queti.kernel.administering import locked_out
from queti.kernel.definitions import Definition
from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Place, Storage
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Identity
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.check_beyond import beyond_own
from queti.kernel.publishing.check_kept import not_kept
from queti.kernel.publishing.check_running import broken_under_way
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.drafts import changed, read_draft
from queti.kernel.publishing.filling import refill_search, run_fill
from queti.kernel.publishing.findings import Finding, Findings
from queti.kernel.publishing.following import follow
from queti.kernel.publishing.losing import losses_of
from queti.kernel.publishing.once import keep_answer
from queti.kernel.publishing.plan import LARGE, Plan, Step, make_plan
from queti.kernel.publishing.releases import (
    Bodies,
    Manifest,
    Release,
    current_model,
    hashed,
    keep_model,
    newest_number,
    read_definitions,
    read_release,
    write_release,
)
from queti.kernel.writing.idempotency import Claim
from queti.store.workspaces import upgrade_bookkeeping

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

LOCK_TIMEOUT = "200ms"
_TRIES = 40
_PAUSE = 0.05
_LONGEST_PAUSE = 1.0

_LOG = logging.getLogger("queti.publish")
_EARLY = {"create_table", "grant", "add_column", "convert", "bring_back", "allow_blank", "drop_constraint"}


class PublishingHeldUp(Refusal):
    """A long write in this workspace holds the publication up; try again in a minute."""

    zh = "该工作区正在进行较长的写入，暂时无法发布，请稍后再试。"
    kind = "busy"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to become the next release. `storage` is given by a rollback."""

    definitions: Mapping[Identity, Definition]
    shipped: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    shipped_bodies: Bodies = field(default_factory=dict[str, dict[str, Any]])
    note: str = ""
    who: int | None = None
    rolls_back_to: int | None = None
    storage: Storage | None = None
    draft: int | None = None
    draft_version: int | None = None
    """As it was read: what is written into the draft later is not in this release."""
    filled: frozenset[Place] = frozenset()
    """Fields whose values were prepared."""
    publication: int | None = None
    """The publication in phases that ends with it."""
    is_confirmed: bool = True
    """May values go out of use that a new type can't hold?"""
    roles: Collection[str] | None = None
    """Of who publishes, who needs the right to what its flows do; None: the system, which has all."""
    proposers: Sequence[int] = ()
    """Who suggested what is in it."""
    moved: Mapping[str, str] | None = None
    """What a folder brought, the base of the next one's merge; None: as before."""
    claim: Claim | None = None
    """The Idempotency-Key that it came with."""


@dataclass(slots=True)
class Publication:
    """One publication under way."""

    db: Database
    workspace: Workspace
    catalogue: Catalogue
    connection: Connection[Any]
    base: Release
    before: Model
    after: Model | None = None
    plan: Plan = field(default_factory=Plan)


Propose = Callable[[Publication], Proposal | None]


def publish(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    propose: Propose,
    *,
    large: int = LARGE,
    later: Callable[[int], None] | None = None,
) -> Model:
    """Publish what `propose` makes of the newest release; None leaves it as it is.

    What has to be computed on large tables is prepared beside the work, in phases. With `later`
    this only begins: it gets the publication's number, `phases.carry_on` does the rest.

    DefinitionsWrong when the check or the rows there forbid it, PublishingHeldUp when
    writers leave no gap, PublicationUnderWay when one before rests.
    """
    from queti.kernel.publishing import phases

    with publishing(db, workspace) as connection:
        while True:
            base = read_release(connection, workspace.schema)
            before = current_model(db, workspace, catalogue, base.number)
            publication = Publication(db, workspace, catalogue, connection, base, before)
            proposal = propose(publication)
            if proposal is None:
                return before
            if not phases.finish_before(publication):
                break
        after, plan = examine(publication, proposal, large).approved()
        if plan.is_large and (begun := phases.begin(publication, proposal, after, plan, large)):
            if later is None:
                return phases.go_on(db, workspace, catalogue, connection, begun, large)
            later(begun)
            return before
        return carry_out(publication, proposal, after, plan)


def carry_out(publication: Publication, proposal: Proposal, after: Model, plan: Plan) -> Model:
    """Prepare, swap, settle."""
    after.schema_id = publication.before.schema_id
    _prepare(publication.connection, after, plan)
    _swap(publication, proposal, after, plan)
    keep_model(publication.db, publication.workspace, publication.catalogue, after)
    _settle(publication.connection, plan)
    return after


@contextmanager
def publishing(db: Database, workspace: Workspace) -> Generator[Connection[Any]]:
    """The owner's connection, with no other publication in this workspace."""
    name = f"queti.publish.{workspace.schema}"
    with db.owner() as connection:
        execute(connection, "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        try:
            yield connection
        finally:
            if not connection.closed:
                execute(connection, "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@dataclass(slots=True)
class Examined:
    model: Model
    plan: Plan
    findings: list[Finding]

    def approved(self) -> tuple[Model, Plan]:
        Findings(self.findings).refuse()
        return self.model, self.plan


def examine(publication: Publication, proposal: Proposal, large: int = LARGE) -> Examined:
    """The compiled release, the plan that leads to it, and all findings."""
    findings = Findings()
    before = publication.before
    after = compile_model(
        publication.base.number + 1,
        publication.workspace.schema,
        proposal.definitions,
        publication.catalogue.apps.values(),
        storage=proposal.storage or publication.base.storage,
        previous=before,
        findings=findings,
    )
    check_model(after, findings, before)
    if findings.errors:
        return Examined(after, Plan(), findings.found)
    role = publication.workspace.role
    plan = make_plan(publication.connection, before, after, role, findings, large, proposal.filled)
    findings.found += losses_of(publication.connection, before, after, is_confirmed=proposal.is_confirmed)
    findings.found += broken_under_way(publication.connection, before, after)
    findings.found += not_kept(publication.connection, before, after)
    findings.found += () if proposal.roles is None else beyond_own(before, after, proposal.roles)
    findings.found += locked_out(publication.connection, publication.workspace.name, before, after)
    return Examined(after, plan, findings.found)


def _prepare(connection: Connection[Any], after: Model, plan: Plan) -> None:
    """Columns and unique indexes of large tables, while everybody works."""
    for step in plan.of("expand"):
        patiently(lambda step=step: in_short(connection, step.sql))
    for step in plan.of("prepare"):
        with plan.timed(step.place):
            _build(connection, after, step)


def _build(connection: Connection[Any], model: Model, step: Step) -> None:
    """An index, CONCURRENTLY; one that fails leaves nothing behind."""
    try:
        execute(connection, step.sql)
    except pg.Error:
        execute(connection, f"DROP INDEX IF EXISTS {quoted(model.schema)}.{quoted(step.field)}")
        raise


def in_short(connection: Connection[Any], sql: str) -> None:
    with connection.transaction():
        execute(connection, f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; {sql}")


def patiently(act: Callable[[], None]) -> None:
    """Again and again until the locks are free: each try holds others up only shortly."""
    pause = _PAUSE
    for _ in range(_TRIES):
        try:
            return act()
        except (pg.LockNotAvailable, pg.DeadlockDetected):
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
    raise PublishingHeldUp


def _swap(publication: Publication, proposal: Proposal, after: Model, plan: Plan) -> None:
    manifest = publication.base.manifest
    read_definitions(publication.connection, publication.workspace.schema, manifest["shipped"], publication.catalogue)
    known = manifest["effective"], manifest["shipped"]
    effective, bodies = hashed(proposal.definitions, publication.catalogue, *known)
    moved = manifest.get("moved", {}) if proposal.moved is None else proposal.moved
    release = Release(
        number=after.number,
        manifest=Manifest(
            apps={name: app.version for name, app in sorted(after.apps.items())},
            effective=effective,
            shipped=dict(proposal.shipped),
            sources=dict(proposal.sources),
            moved=dict(moved),
        ),
        storage=after.storage,
        note=proposal.note,
        published_by=proposal.who,
        rolls_back_to=proposal.rolls_back_to,
        proposers=tuple(proposal.proposers),
    )
    there = {hash for part in known for hash in part.values()}
    new = {hash: body for hash, body in {**bodies, **proposal.shipped_bodies}.items() if hash not in there}
    patiently(lambda: _in_one_transaction(publication, proposal, release, new, after, plan))


def _in_one_transaction(
    publication: Publication, proposal: Proposal, release: Release, bodies: Bodies, after: Model, plan: Plan
) -> None:
    connection, schema = publication.connection, publication.workspace.schema
    steps = plan.of("swap")
    early = [step for step in steps if step.act in _EARLY]
    late = [step for step in steps if step.act not in _EARLY]
    with alone(connection, schema):
        if newest_number(connection, schema) != publication.base.number:
            raise PublishingHeldUp
        if not plan.fills:
            early, late = [*early, *late], []
        _run_steps(connection, plan, early)
        for fill in plan.fills:
            with plan.timed(("fill_blanks" if fill.blanks_only else "fill", fill.object.name, fill.fields[0].name)):
                run_fill(connection, after, fill)
        _run_steps(connection, plan, late)
        follow(connection, publication.before, after)
        write_release(connection, schema, release, bodies, plan.shown())
        keep_answer(connection, schema, proposal, {"release": release.number})
        _close_draft(connection, schema, proposal, release.number)
        if proposal.publication is not None:
            execute(
                connection,
                f"UPDATE {quoted(schema)}.kernel_publication SET state = 'done', release = %s, finished_at = now()"
                " WHERE id = %s",
                [release.number, proposal.publication],
            )


def _run_steps(connection: Connection[Any], plan: Plan, steps: Sequence[Step]) -> None:
    """Those that touch rows one by one, to know what they take; the others together."""
    for touches_rows, some in groupby(steps, key=lambda step: step.rows > 0):
        if not touches_rows:
            run_all(connection, [step.sql for step in some])
            continue
        for step in some:
            with plan.timed(step.place):
                execute(connection, step.sql)


def _close_draft(connection: Connection[Any], schema: str, proposal: Proposal, number: int) -> None:
    """What was written into it since it was read is never lost: then nothing is published, or, where the
    release was prepared for minutes, the draft stays open."""
    if proposal.draft is None:
        return
    drafts, place = f"{quoted(schema)}.kernel_draft", [number, proposal.draft]
    close = f"UPDATE {drafts} SET published_as = %s, version = version + 1 WHERE"
    if execute(connection, f"{close} id = %s AND version = %s", [*place, proposal.draft_version]).rowcount:
        execute(connection, f"{close} merged_into = %s", place)
    elif proposal.publication is None:
        raise changed(read_draft(connection, schema, proposal.draft), proposal.draft_version or 0)


@contextmanager
def alone(connection: Connection[Any], schema: str) -> Generator[None]:
    """The short transaction: no writing Work of the workspace is under way. LockNotAvailable where there is one."""
    with connection.transaction():
        execute(
            connection,
            f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"
            f" SELECT pg_advisory_xact_lock(hashtextextended('queti.release.{schema}', 0))",
        )
        yield


def run_all(connection: Connection[Any], statements: list[str]) -> None:
    if statements:
        execute(connection, ";\n".join(statements))


def _settle(connection: Connection[Any], plan: Plan) -> None:
    """What may wait until the release is there. The next start makes up for what fails."""
    for step in plan.of("settle"):
        try:
            execute(connection, step.sql)
        except pg.Error as problem:
            _LOG.warning("left for the next start: %s %s %s: %s", step.act, step.object, step.field, problem)
    for object in plan.searches:
        refill_search(connection, object)


def repair(db: Database, workspace: Workspace, catalogue: Catalogue) -> list[dict[str, Any]]:
    """At a start: complete what a broken-off publication left (invalid or missing indexes,
    constraints not validated yet), and what an earlier version of the kernel's own tables lacks.
    Answers what was done."""
    with publishing(db, workspace) as connection:
        patiently(lambda: _upgrade(connection, workspace))
        release = read_release(connection, workspace.schema)
        if not release.number:
            return []
        model = current_model(db, workspace, catalogue, release.number)
        blank = Model(release.number, workspace.schema, storage=release.storage, objects={})
        plan = make_plan(connection, blank, model, workspace.role, Findings(), large=0)
        plan.steps = [step for step in plan.steps if step.act in ("add_index", "drop_index", "validate")]
        for step in plan.steps:
            execute(connection, step.sql)
        return plan.shown()


def _upgrade(connection: Connection[Any], workspace: Workspace) -> None:
    with connection.transaction():
        execute(connection, f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        upgrade_bookkeeping(connection, workspace)
