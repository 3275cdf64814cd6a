"""Installing and upgrading apps, and going back to an earlier release.

What an app ships and what a workspace made of it are kept apart: a new version is merged
with the workspace's own changes, property by property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from queti.kernel.definitions import Definition
from queti.kernel.model import Model
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of, identity, restore
from queti.kernel.publishing.effective import OWN_APP
from queti.kernel.publishing.merge import Choices, Conflict, MergeConflicts, merge_definitions
from queti.kernel.publishing.once import once
from queti.kernel.publishing.plan import LARGE
from queti.kernel.publishing.publish import Proposal, Publication, publish
from queti.kernel.publishing.releases import hashed, read_definitions, read_release
from queti.kernel.publishing.storage import with_columns_of
from queti.kernel.writing.idempotency import Claim

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

Patching = Callable[[dict[Identity, Body]], list[Conflict]]


def install_apps(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    names: Iterable[str],
    who: int | None = None,
    *,
    choices: Choices | None = None,
    large: int = LARGE,
    later: Callable[[int], None] | None = None,
) -> Model:
    """Install these apps and what they need, or bring them to the version that is shipped.

    MergeConflicts lists what both the new version and the workspace changed and `choices`
    doesn't decide. Nothing is published when nothing is new.
    """
    wanted = [catalogue.app(name) for name in catalogue.with_needs(names)]

    def propose(publication: Publication) -> Proposal | None:
        return upgrade(publication, wanted, who, choices)

    return publish(db, workspace, catalogue, propose, large=large, later=later)


def upgrade(
    publication: Publication,
    wanted: Sequence[App],
    who: int | None,
    choices: Choices | None,
    patch: Patching | None = None,
) -> Proposal | None:
    """The next release with these apps as shipped now; None where nothing is new. MergeConflicts.

    `patch` makes further changes to the merged bodies, and answers what is left to decide.
    """
    manifest = publication.base.manifest
    sources = {app.name: app.fingerprint for app in wanted}
    if all(mark and manifest["sources"].get(name) == mark for name, mark in sources.items()):
        return None
    shipped, merged, conflicts = merge_apps(publication, wanted, choices)
    if patch is not None:
        conflicts = [*conflicts, *patch(merged)]
    if conflicts:
        raise MergeConflicts(conflicts)
    definitions = {key: restore(key[0], body) for key, body in merged.items()}
    known = manifest["effective"], manifest["shipped"]
    hashes, bodies = hashed(shipped, publication.catalogue, *known)
    if publication.base.number and hashes == manifest["shipped"]:
        effective, _ = hashed(definitions, publication.catalogue, *known)
        if effective == manifest["effective"]:
            return None
    return Proposal(definitions, hashes, manifest["sources"] | sources, bodies, note=_note(wanted), who=who)


def merge_apps(
    publication: Publication, wanted: Sequence[App], choices: Choices | None
) -> tuple[dict[Identity, Definition], dict[Identity, Body], list[Conflict]]:
    """What is shipped now, the merge of it with the workspace's own, and what is left to decide."""
    manifest, names = publication.base.manifest, {app.name for app in wanted}
    before = _read(publication, manifest["shipped"])
    ours = _read(publication, manifest["effective"])
    shipped = {key: definition for key, definition in before.items() if app_of(key) not in names}
    for app in wanted:
        shipped |= {identity(definition): definition for definition in app.definitions}
    merged, conflicts = merge_definitions(_bodies(before), _bodies(ours), _bodies(shipped), choices)
    return shipped, merged, conflicts


def _note(wanted: Sequence[App]) -> str:
    return ", ".join(f"{app.name} {app.definition.version}" for app in wanted)


def app_of(key: Identity) -> str:
    """The app that ships a definition: `crm` for `crm.lead`, `crm:base.party` and `crm:sales`."""
    kind, name = key
    if ":" in name:
        return name.partition(":")[0]
    return OWN_APP if kind == "role" else name.partition(".")[0]


def rollback(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    number: int,
    who: int | None = None,
    *,
    claim: Claim | None = None,
    later: Callable[[int], None] | None = None,
) -> int:
    """Publish the definitions of release `number` again; answers the new release's number.

    Retired columns come back with their data; what the releases since have added retires.
    """

    def propose(publication: Publication) -> Proposal:
        connection, schema = publication.connection, workspace.schema
        target = read_release(connection, schema, number)
        return Proposal(
            read_definitions(connection, schema, target.manifest["effective"], catalogue),
            target.manifest["shipped"],
            target.manifest["sources"],
            note=f"Back to release {number}",
            who=who,
            rolls_back_to=number,
            storage=with_columns_of(publication.base.storage, target.storage),
        )

    return publish(db, workspace, catalogue, once(claim, who, propose), later=later).number


def _read(publication: Publication, hashes: dict[str, str]) -> dict[Identity, Definition]:
    return read_definitions(publication.connection, publication.workspace.schema, hashes, publication.catalogue)


def _bodies(definitions: dict[Identity, Definition]) -> dict[Identity, Body]:
    return {key: body_of(definition) for key, definition in definitions.items()}
