"""What publishing makes of a draft: the next release, its findings, its plan.

A draft whose base is no longer the newest release is merged with what others published
since; what both changed differently is refused and listed, until somebody decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import Definition
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of, restore
from queti.kernel.publishing.drafts import (
    Draft,
    changed,
    find_draft,
    identities,
    note_merged,
    read_draft,
    refuse_closed,
    write_changes,
)
from queti.kernel.publishing.effective import OWN_APP
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.foreseen import Foreseen, foresee
from queti.kernel.publishing.merge import Choices, MergeConflicts, merge_definitions
from queti.kernel.publishing.once import once
from queti.kernel.publishing.plan import Plan
from queti.kernel.publishing.publish import Examined, Proposal, Publication, examine, publish
from queti.kernel.publishing.releases import current_model, key_of, newest_number, read_definitions, read_release
from queti.kernel.writing.idempotency import Claim

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.store.database import Database
    from queti.store.workspaces import Workspace


def drafted_definitions(work: Work, catalogue: Catalogue, draft: int) -> dict[str, Any]:
    """Every definition as the draft has it upon its base, and whether a newer release is there.

    `definitions`: kind → name → {body, app, shipped, shipped_body, changed, is_new}; a removed one has
    no body, `shipped_body` is what the app came with where the body is another.
    """
    known = find_draft(work, draft)
    schema = work.workspace.schema
    manifest = read_release(work.connection, schema, known.base).manifest
    base = read_definitions(work.connection, schema, manifest["effective"], catalogue)
    shipped = read_definitions(work.connection, schema, manifest["shipped"], catalogue)
    news = dict(identities(known))
    told: dict[str, dict[str, Any]] = {}
    for key in sorted(base.keys() | news.keys()):
        body = news[key] if key in news else body_of(base[key])
        as_shipped = body_of(shipped[key]) if key in shipped else None
        told.setdefault(key[0], {})[key[1]] = {
            "body": body,
            "app": app_of(key, body or as_shipped),
            "shipped": key in shipped,
            "shipped_body": as_shipped if as_shipped != body else None,
            "changed": key in news,
            "is_new": key not in base,
        }
    return {
        "draft": known.id,
        "base": known.base,
        "version": known.version,
        "title": known.title,
        "note": known.note,
        "release_is_newer": newest_number(work.connection, schema) != known.base,
        "definitions": told,
    }


def definitions_of(work: Work, catalogue: Catalogue, draft: int) -> dict[Identity, Definition]:
    """All definitions as the draft has them upon its base."""
    known = find_draft(work, draft)
    manifest = read_release(work.connection, work.workspace.schema, known.base).manifest
    base = read_definitions(work.connection, work.workspace.schema, manifest["effective"], catalogue)
    news = dict(identities(known))
    return {key: definition for key, definition in base.items() if key not in news} | {
        key: restore(key[0], body) for key, body in news.items() if body is not None
    }


def shipped_of(work: Work, catalogue: Catalogue, draft: int) -> dict[Identity, Definition]:
    """The definitions of the draft's base as their apps ship them."""
    known = find_draft(work, draft)
    manifest = read_release(work.connection, work.workspace.schema, known.base).manifest
    return read_definitions(work.connection, work.workspace.schema, manifest["shipped"], catalogue)


def drafted(
    work: Work, catalogue: Catalogue, draft: int
) -> tuple[dict[Identity, Definition], dict[Identity, Definition]]:
    """What the draft changes, as its base has it and as the draft does."""
    known = find_draft(work, draft)
    news = dict(identities(known))
    base = _bodies_at(work, catalogue, known.base, news)
    return tuple(
        {key: restore(key[0], body) for key, body in bodies.items() if body is not None} for bodies in (base, news)
    )  # type: ignore[return-value]


def merge_draft(
    work: Work, catalogue: Catalogue, draft: int, from_: int | None = None, choices: Choices | None = None
) -> Draft:
    """Bring another draft's changes into this one, or (without one) what was published since its base.

    What both sides changed differently is refused and listed, until `choices` decide: "ours" is the
    draft's. MergeConflicts, DraftNotFound.
    """
    known = find_draft(work, draft)
    refuse_closed(known)
    if from_ is None:
        return _brought_up_to_date(work, catalogue, known, choices)
    other = find_draft(work, from_)
    refuse_closed(other)
    theirs = dict(identities(other))
    before = _bodies_at(work, catalogue, other.base, theirs)
    ours = _bodies_at(work, catalogue, known.base, theirs)
    for key, body in identities(known):
        if key in theirs:
            ours[key] = body
    merged = _merged(theirs, before, ours, theirs, choices)
    changes = known.changes | {key_of(key): body for key, body in merged.items()}
    touched = [key for key, body in changes.items() if known.changes.get(key, _NOTHING) != body]
    note_merged(work, other, known.id)
    return write_changes(work.connection, work.workspace, known, changes, touched, proposers=other.proposers)


def _brought_up_to_date(work: Work, catalogue: Catalogue, draft: Draft, choices: Choices | None) -> Draft:
    newest = newest_number(work.connection, work.workspace.schema)
    ours = dict(identities(draft))
    theirs = _bodies_at(work, catalogue, newest, ours)
    merged = _merged(ours, _bodies_at(work, catalogue, draft.base, ours), ours, theirs, choices)
    changes = {key_of(key): body for key, body in merged.items() if body != theirs.get(key)}
    touched = [key for key in draft.changes if changes.get(key, _NOTHING) != draft.changes[key]]
    return write_changes(work.connection, work.workspace, draft, changes, touched, base=newest)


_NOTHING: Any = object()
Bodies = Mapping[Identity, Body | None]


def _merged(
    keys: Iterable[Identity], base: Bodies, ours: Bodies, theirs: Bodies, choices: Choices | None
) -> dict[Identity, Body | None]:
    merged, conflicts = merge_definitions(_there(base), _there(ours), _there(theirs), choices)
    if conflicts:
        raise MergeConflicts(conflicts)
    return {key: merged.get(key) for key in keys}


def _there(bodies: Bodies) -> dict[Identity, Body]:
    return {key: body for key, body in bodies.items() if body is not None}


def _bodies_at(work: Work, catalogue: Catalogue, release: int, keys: Iterable[Identity]) -> dict[Identity, Body | None]:
    """These definitions as that release has them."""
    effective = read_release(work.connection, work.workspace.schema, release).manifest["effective"]
    wanted = {key_of(key): effective[key_of(key)] for key in keys if key_of(key) in effective}
    found = read_definitions(work.connection, work.workspace.schema, wanted, catalogue)
    return {key: body_of(definition) for key, definition in found.items()}


def app_of(key: Identity, body: Body | None) -> str:
    """The app that a definition belongs to: a part's own, an object's, else what its name begins with."""
    kind, name = key
    if ":" in name:
        return name.partition(":")[0]
    return OWN_APP if kind == "role" else str((body or {}).get("app") or name.partition(".")[0])


def check_draft(
    db: Database, workspace: Workspace, catalogue: Catalogue, draft: int, roles: Collection[str] | None = None
) -> list[Finding]:
    """All findings of the draft upon the newest release; errors stand in the way of publishing.

    Who has these `roles` needs the right to the operations that its flows perform; None is the system.
    """
    with _publication(db, workspace, catalogue) as publication:
        return examine(publication, propose_draft(publication, draft, roles=roles)).findings


def plan_draft(db: Database, workspace: Workspace, catalogue: Catalogue, draft: int) -> Plan:
    """What publishing would do to the database. DefinitionsWrong when it can't be published."""
    return examine_draft(db, workspace, catalogue, draft).approved()[1]


def foresee_draft(
    db: Database, workspace: Workspace, catalogue: Catalogue, draft: int, roles: Collection[str] | None = None
) -> tuple[Plan, Foreseen]:
    """The plan, and what it comes to in words and seconds. DefinitionsWrong when it can't be published."""
    with _publication(db, workspace, catalogue) as publication:
        examined = examine(publication, propose_draft(publication, draft, roles=roles))
        _, plan = examined.approved()
        return plan, foresee(publication, examined)


def examine_draft(db: Database, workspace: Workspace, catalogue: Catalogue, draft: int) -> Examined:
    with _publication(db, workspace, catalogue) as publication:
        return examine(publication, propose_draft(publication, draft))


@contextmanager
def _publication(db: Database, workspace: Workspace, catalogue: Catalogue) -> Generator[Publication]:
    """One that is only looked at."""
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        before = current_model(db, workspace, catalogue, base.number)
        yield Publication(db, workspace, catalogue, connection, base, before)


def publish_draft(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    draft: int,
    who: int | None = None,
    *,
    note: str | None = None,
    choices: Choices | None = None,
    is_confirmed: bool = False,
    version: int | None = None,
    claim: Claim | None = None,
    later: Callable[[int], None] | None = None,
    roles: Collection[str] | None = None,
) -> int:
    """Publish the draft as it is at `version`, or as it is now; answers the release's number.

    DraftPublished, DraftChanged, DefinitionsWrong, MergeConflicts (decided by `choices`), PublishingHeldUp;
    DoneBefore where it was published under this `claim`.
    """

    def propose(publication: Publication) -> Proposal:
        return propose_draft(
            publication, draft, who, note, choices, is_confirmed=is_confirmed, version=version, roles=roles
        )

    return publish(db, workspace, catalogue, once(claim, who, propose), later=later).number


def propose_draft(
    publication: Publication,
    draft: int,
    who: int | None = None,
    note: str | None = None,
    choices: Choices | None = None,
    *,
    is_confirmed: bool = False,
    version: int | None = None,
    roles: Collection[str] | None = None,
) -> Proposal:
    known = read_draft(publication.connection, publication.workspace.schema, draft)
    refuse_closed(known)
    if version is not None and version != known.version:
        raise changed(known, version)
    current = _definitions(publication, publication.base.manifest["effective"])
    return Proposal(
        _with_changes(publication, known, current, choices),
        publication.base.manifest["shipped"],
        publication.base.manifest["sources"],
        roles=roles,
        note=(known.note or known.title) if note is None else note,
        who=who,
        draft=draft,
        draft_version=known.version,
        is_confirmed=is_confirmed,
        proposers=known.proposers,
    )


def _with_changes(
    publication: Publication, draft: Draft, current: dict[Identity, Definition], choices: Choices | None
) -> dict[Identity, Definition]:
    """The newest release with the draft's changes; merged where others changed the same definitions."""
    news = dict(identities(draft))
    base = current
    if draft.base != publication.base.number:
        manifest = read_release(publication.connection, publication.workspace.schema, draft.base).manifest
        base = _definitions(publication, manifest["effective"])
    touched = {key for key in news if base.get(key) != current.get(key)}
    merged, conflicts = merge_definitions(
        {key: body_of(base[key]) for key in touched if key in base},
        {key: body for key in touched if (body := news[key]) is not None},
        {key: body_of(current[key]) for key in touched if key in current},
        choices,
    )
    if conflicts:
        raise MergeConflicts(conflicts)
    result = {key: definition for key, definition in current.items() if key not in news}
    plain = {key: body for key, body in news.items() if key not in touched and body is not None}
    for key, body in {**plain, **merged}.items():
        result[key] = restore(key[0], body)
    return result


def _definitions(publication: Publication, hashes: dict[str, str]) -> dict[Identity, Definition]:
    return read_definitions(publication.connection, publication.workspace.schema, hashes, publication.catalogue)
