"""Newer versions before they are taken: what they change, what of it somebody has to decide, what happens to the data.

One way for apps from files, templates and those that come with Queti. Of these a start takes what
needs no decision; the rest waits for an administrator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.installing import Patching, install_apps, merge_apps, upgrade
from queti.kernel.publishing.merge import Choices
from queti.kernel.publishing.outlook import Outlook, outlook_of
from queti.kernel.publishing.publish import Publication
from queti.kernel.publishing.releases import Manifest, current_model, read_release

if TYPE_CHECKING:
    from queti.kernel.model import Model
    from queti.store.database import Database
    from queti.store.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Waiting:
    """`apps` with their versions now; none where nothing waits."""

    apps: dict[App, str] = field(default_factory=dict[App, str])
    outlook: Outlook = field(default_factory=Outlook)


def plan_upgrade(
    publication: Publication, wanted: Sequence[App], patching: Callable[[Choices | None], Patching] | None = None
) -> Outlook:
    """The conflicts, and what publishing would do if the workspace's own stayed in each."""
    _, merged, conflicts = merge_apps(publication, wanted, None)
    if patching is not None:
        conflicts = [*conflicts, *patching(None)(merged)]
    ours: Choices = {(each.kind, each.name, each.property): "ours" for each in conflicts}
    proposal = upgrade(publication, wanted, None, ours, patching(ours) if patching is not None else None)
    return outlook_of(publication, proposal, conflicts)


def plan_apps(db: Database, workspace: Workspace, catalogue: Catalogue, names: Iterable[str]) -> Outlook:
    """What installing these apps, and what they need, would do."""
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        before = current_model(db, workspace, catalogue, base.number)
        publication = Publication(db, workspace, catalogue, connection, base, before)
        return plan_upgrade(publication, [catalogue.app(name) for name in catalogue.with_needs(names)])


def waiting_upgrade(db: Database, workspace: Workspace, catalogue: Catalogue) -> Waiting:
    """What this version of Queti ships otherwise than the workspace has it."""
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        newer = [app for app in _shipped(catalogue, base.manifest) if _is_newer(app, base.manifest)]
        if not newer:
            return Waiting()
        before = current_model(db, workspace, catalogue, base.number)
        publication = Publication(db, workspace, catalogue, connection, base, before)
        outlook = plan_upgrade(publication, _shipped(catalogue, base.manifest))
    if not (outlook.changes or outlook.conflicts):
        return Waiting()
    return Waiting({app: base.manifest["apps"][app.name] for app in newer}, outlook)


def take_upgrade(
    db: Database, workspace: Workspace, catalogue: Catalogue, who: int | None = None, choices: Choices | None = None
) -> Model:
    """Bring all apps that come with Queti to the versions shipped now. MergeConflicts, DefinitionsWrong."""
    with db.connection() as connection:
        manifest = read_release(connection, workspace.schema).manifest
    return install_apps(
        db, workspace, catalogue, [app.name for app in _shipped(catalogue, manifest)], who, choices=choices
    )


def _shipped(catalogue: Catalogue, manifest: Manifest) -> list[App]:
    names = [name for name in manifest["apps"] if name in catalogue.apps]
    return [catalogue.apps[name] for name in catalogue.with_needs(names)]


def _is_newer(app: App, manifest: Manifest) -> bool:
    known = manifest["apps"].get(app.name)
    return known != app.definition.version or manifest["sources"].get(app.name, "") != app.fingerprint
