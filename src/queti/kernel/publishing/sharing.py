"""Sharing apps: out of one workspace as a file, into another, upgraded there, and retired.

An app from a file lives in the workspace's releases, beside those that come with Queti:
what it shipped is kept apart from what the workspace made of it, so that its next file is
merged with the workspace's own changes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import msgspec
from psycopg import Connection

import queti
from queti.kernel.definitions import AppDef, Definition, ObjectDef, RoleDef
from queti.kernel.errors import Refusal
from queti.kernel.model import Model
from queti.kernel.names import unknown
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of
from queti.kernel.publishing.effective import OWN_APP, both_grants
from queti.kernel.publishing.installing import Patching, app_of, upgrade
from queti.kernel.publishing.merge import Choices, Conflict, differences
from queti.kernel.publishing.outlook import Outlook
from queti.kernel.publishing.packages import (
    FORMAT,
    AppNameTaken,
    AppsMissing,
    Manifest,
    Package,
    Patch,
    is_newer,
    is_version,
    needs_of,
    owner_of,
)
from queti.kernel.publishing.publish import Proposal, Publication, publish
from queti.kernel.publishing.releases import Release, current_model, identity_of, read_definitions, read_release
from queti.kernel.publishing.upgrading import plan_upgrade
from queti.store.platform import add_setting, read_setting

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

_ADDED = ("fields", "keys", "rules", "groups", "linkage")
"""What an app may add to another's object."""

_APP_WORDS = {"en": "app", "zh": "应用"}


class ShippedWithQueti(Refusal):
    """“{app}” comes with Queti and is on every server; share your own changes to it as an app of their own."""

    zh = "“{app}”随 Queti 提供，每台服务器都有；请将您对它的修改作为独立应用分享。"
    kind = "conflict"


class NothingToShare(Refusal):
    """“{app}” is as it was shipped: there are no changes of your own to share."""

    zh = "“{app}”与出厂一致，没有可分享的自有修改。"
    kind = "conflict"


class WrongVersion(Refusal):
    """A version is figures and dots, and newer than {last}."""

    zh = "版本号由数字和点组成，且应高于 {last}。"
    field = "version"


class OthersNeedIt(Refusal):
    """{apps} need “{app}”; remove these first."""

    zh = "{apps} 依赖“{app}”，请先移除它们。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class InstalledApp:
    """`origin` is empty for apps that come with Queti and for those made here."""

    name: str
    definition: AppDef
    version: str
    origin: str
    is_shipped: bool
    changes: int


# --- what is there ----------------------------------------------------------------------


def installed_apps(connection: Connection[Any], schema: str, model: Model, catalogue: Catalogue) -> list[InstalledApp]:
    """The workspace's apps in their order; `changes` counts definitions that it made different."""
    manifest = read_release(connection, schema).manifest
    changed: dict[str, int] = {}
    for key in manifest["effective"].keys() | manifest["shipped"].keys():
        if manifest["effective"].get(key) != manifest["shipped"].get(key):
            owner = app_of(identity_of(key))
            changed[owner] = changed.get(owner, 0) + 1
    return [
        InstalledApp(
            name,
            app,
            app.version,
            origin_of(manifest["sources"].get(name, "")),
            name in catalogue.apps,
            changed.get(name, 0),
        )
        for name, app in sorted(model.apps.items(), key=lambda item: (item[1].order, item[0]))
    ]


def origin_of(source: str) -> str:
    return source.rpartition(":")[0]


# --- out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported. With `as_app` the workspace's changes to `app`, as an app of that name."""

    app: str
    version: str
    notes: str = ""
    author: str = ""
    as_app: str = ""
    label: Mapping[str, str] | None = None


def export_app(
    connection: Connection[Any], schema: str, catalogue: Catalogue, wish: Wish, installation: str
) -> Package:
    """The app with what it adds to others' objects and roles. `installation` tells this server from others.

    Raises UnknownName, ShippedWithQueti, WrongVersion, NothingToShare.
    """
    if not is_version(wish.version):
        raise WrongVersion(last="0")
    release = read_release(connection, schema)
    definitions = read_definitions(connection, schema, release.manifest["effective"], catalogue)
    installed = {name for kind, name in definitions if kind == "app"}
    if wish.app not in installed:
        raise unknown(_APP_WORDS, wish.app, installed)
    if wish.as_app:
        shipped = read_definitions(connection, schema, release.manifest["shipped"], catalogue)
        parts, patches = _changes(wish, definitions, shipped)
    elif wish.app in catalogue.apps:
        raise ShippedWithQueti(app=wish.app)
    else:
        parts, patches = _own_parts(wish.app, definitions), []
    name = wish.as_app or wish.app
    app = _app_definition(wish, definitions)
    whole = {("app", name): app, **parts}
    needs = needs_of([app, *parts.values()], name)
    versions = release.manifest["apps"]
    manifest = Manifest(
        format=FORMAT,
        app=name,
        version=wish.version,
        origin=_origin(release, name, f"{installation}/{schema}"),
        queti=queti.__version__,
        needs={need: versions[need] for need in sorted(needs) if need in versions},
        author=wish.author,
        notes=wish.notes,
    )
    return Package(manifest, dict(sorted(whole.items())), patches)


def read_installation(db: Database) -> str:
    """What tells this server from all others, drawn once."""
    known = read_setting(db, "installation")
    if known is None:
        add_setting(db, "installation", secrets.token_hex(16))
        known = read_setting(db, "installation")
    return known


def _origin(release: Release, name: str, here: str) -> str:
    """An app from a file keeps its origin; one made here gets one that stays."""
    known = origin_of(release.manifest["sources"].get(name, ""))
    return known or hashlib.sha256(f"{here}/{name}".encode()).hexdigest()[:16]


def _app_definition(wish: Wish, definitions: Mapping[Identity, Definition]) -> AppDef:
    known = cast("AppDef", definitions["app", wish.app])
    if not wish.as_app:
        return msgspec.structs.replace(known, version=wish.version)
    label = dict(wish.label or {"en": f"{wish.app}: changes", "zh": f"{wish.app}：修改"})
    return AppDef(app=wish.as_app, label=label, version=wish.version, needs=[wish.app], order=known.order + 1)


def _own_parts(app: str, definitions: Mapping[Identity, Definition]) -> dict[Identity, Definition]:
    """All that belongs to the app, and what the workspace's own roles grant on it."""
    parts = {key: each for key, each in definitions.items() if owner_of(key) == app and key[0] != "app"}
    for key, role in definitions.items():
        if isinstance(role, RoleDef) and owner_of(key) in ("", OWN_APP):
            _add_grants(parts, app, role)
    return parts


def _add_grants(parts: dict[Identity, Definition], app: str, role: RoleDef) -> None:
    grants = {name: grant for name, grant in role.objects.items() if name.partition(".")[0] == app}
    acts = [name for name in role.operations if name.partition(".")[0] == app]
    asked = [name for name in role.rules if name.partition(".")[0] == app]
    if not grants and not acts and not asked:
        return
    key = ("role", f"{app}:{role.role}")
    part = cast("RoleDef", parts.get(key)) or RoleDef(role=role.role, app=app, label=role.label, help=role.help)
    objects = {**part.objects}
    for name, grant in grants.items():
        objects[name] = both_grants(objects[name], grant) if name in objects else grant
    operations = list(dict.fromkeys([*part.operations, *acts]))
    rules = list(dict.fromkeys([*part.rules, *asked]))
    parts[key] = msgspec.structs.replace(part, objects=objects, operations=operations, rules=rules)


def _changes(
    wish: Wish, definitions: Mapping[Identity, Definition], shipped: Mapping[Identity, Definition]
) -> tuple[dict[Identity, Definition], list[Patch]]:
    """What the workspace added to the app's objects, as extensions; what else it changed, as patches."""
    parts: dict[Identity, Definition] = {}
    patches: list[Patch] = []
    for key in sorted(definitions.keys() | shipped.keys()):
        now, before = definitions.get(key), shipped.get(key)
        if now == before:
            continue
        if isinstance(now, ObjectDef) and now.extend and now.app == OWN_APP and _is_of(wish.app, now.object):
            _extend(parts, wish.as_app, now, {part: getattr(now, part) for part in _ADDED})
        elif owner_of(key) == wish.app and key[0] != "app":
            rest = _split(parts, wish.as_app, now, before)
            patches += [Patch(kind=key[0], name=key[1], property=place, old=old, new=new) for place, old, new in rest]
    if not parts and not patches:
        raise NothingToShare(app=wish.app)
    return parts, patches


def _is_of(app: str, name: str) -> bool:
    return name.partition(".")[0] == app


def _split(
    parts: dict[Identity, Definition], name: str, now: Definition | None, before: Definition | None
) -> Iterable[tuple[str, Any, Any]]:
    """Items added to an object go into the extension; the differences that are left. What is new goes out whole."""
    if isinstance(now, ObjectDef) and isinstance(before, ObjectDef):
        added = {
            part: {item: value for item, value in getattr(now, part).items() if item not in getattr(before, part)}
            for part in _ADDED
        }
        if any(added.values()):
            _extend(parts, name, now, added)
            kept = {
                part: {item: value for item, value in getattr(now, part).items() if item not in added[part]}
                for part in _ADDED
            }
            now = msgspec.structs.replace(now, **kept)
    return differences(body_of(before) if before is not None else None, body_of(now) if now is not None else None)


def _extend(parts: dict[Identity, Definition], app: str, of: ObjectDef, added: Mapping[str, Any]) -> None:
    key = ("object", f"{app}:{of.object}")
    part = cast("ObjectDef", parts.get(key)) or ObjectDef(object=of.object, extend=True, app=app)
    merged = {name: {**getattr(part, name), **_without_app(name, items)} for name, items in added.items()}
    parts[key] = msgspec.structs.replace(part, **merged)


def _without_app(name: str, items: Mapping[str, Any]) -> dict[str, Any]:
    if name != "fields":
        return dict(items)
    return {key: msgspec.structs.replace(item, app="") for key, item in items.items()}


# --- in ---------------------------------------------------------------------------------


def install_package(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    package: Package,
    who: int | None = None,
    *,
    choices: Choices | None = None,
    note: str = "",
) -> Model:
    """Install the app, or bring it to the version of this file; the workspace's own changes stay.

    Raises AppNameTaken, AppsMissing, MergeConflicts (decided by `choices`), DefinitionsWrong.
    """
    return install_packages(db, workspace, catalogue, [package], who, choices=choices, note=note)


def install_packages(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    packages: Sequence[Package],
    who: int | None = None,
    *,
    beside: Iterable[str] = (),
    choices: Choices | None = None,
    note: str = "",
) -> Model:
    """Several at once, beside apps that come with Queti: all of them by one release, or none.

    Raises as `install_package` does, and UnknownName of an app.
    """
    shipped = [catalogue.app(name) for name in catalogue.with_needs(beside)]
    apps = [*shipped, *(package.as_app() for package in packages)]
    coming = {app.name: app.definition.version for app in apps}

    def patch(bodies: dict[Identity, Body]) -> list[Conflict]:
        return [conflict for package in packages for conflict in _patching(package, choices)(bodies)]

    def propose(publication: Publication) -> Proposal | None:
        for package in packages:
            refuse_unfit(publication, package, coming)
        proposal = upgrade(publication, apps, who, choices, patch)
        return proposal and replace(proposal, note=note or proposal.note)

    return publish(db, workspace, catalogue, propose)


def plan_package(db: Database, workspace: Workspace, catalogue: Catalogue, package: Package) -> Outlook:
    """What a person would have to decide, and what `install_package` would then do."""
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        before = current_model(db, workspace, catalogue, base.number)
        publication = Publication(db, workspace, catalogue, connection, base, before)
        refuse_unfit(publication, package)
        return plan_upgrade(publication, [package.as_app()], partial(_patching, package))


def refuse_unfit(publication: Publication, package: Package, coming: Mapping[str, str] = MappingProxyType({})) -> None:
    """AppNameTaken, AppsMissing. `coming`: versions of the apps that are installed with it."""
    told, manifest = package.manifest, publication.base.manifest
    known = manifest["sources"].get(told.app)
    is_made_here = known is None and told.app in manifest["apps"]
    here = _origin(publication.base, told.app, f"{read_installation(publication.db)}/{publication.workspace.schema}")
    if told.app in {*publication.catalogue.apps, OWN_APP} or (is_made_here and told.origin != here):
        raise AppNameTaken(app=told.app)
    if known is not None and origin_of(known) != told.origin:
        raise AppNameTaken(app=told.app)
    versions = {**manifest["apps"], **coming}
    missing = [
        f"{name} {version}".removesuffix(" 0")
        for name, version in told.needs.items()
        if name not in versions or is_newer(version, versions[name])
    ]
    if missing:
        raise AppsMissing(apps=", ".join(missing))


def _patching(package: Package, choices: Choices | None) -> Patching:
    """The author's changes to shipped definitions, upon those that are here."""

    def patch(bodies: dict[Identity, Body]) -> list[Conflict]:
        conflicts: list[Conflict] = []
        for each in package.patches:
            conflicts += _apply(bodies, each, choices or {})
        return conflicts

    return patch


def _apply(bodies: dict[Identity, Body], patch: Patch, choices: Choices) -> list[Conflict]:
    key = (patch.kind, patch.name)
    if key not in bodies and (patch.property or patch.old is not None):
        return []
    steps = _steps(patch)
    here = _value_at(bodies[key], steps) if key in bodies else None
    if here == patch.new:
        return []
    if here != patch.old:
        choice = choices.get((*key, patch.property))
        if choice is None:
            return [Conflict(*key, patch.property, patch.old, here, patch.new)]
        if choice == "ours":
            return []
    if steps:
        bodies[key] = _with_value(bodies[key], steps, patch.new)
    elif patch.new is None:
        del bodies[key]
    else:
        bodies[key] = patch.new
    return []


def _steps(patch: Patch) -> list[str]:
    """The names that lead to the property; in a role the grants go by the full names of their objects."""
    parts = patch.property.split(".") if patch.property else []
    if patch.kind == "role" and parts[:1] == ["objects"]:
        return ["objects", ".".join(parts[1:3]), *parts[3:]]
    return parts


def _value_at(body: Body, steps: Sequence[str]) -> Any:
    value: Any = body
    for name in steps:
        value = cast("Body", value).get(name) if isinstance(value, dict) else None
    return value


def _with_value(body: Body, place: Sequence[str], value: Any) -> Body:
    name, rest = place[0], place[1:]
    if rest:
        inner = body.get(name)
        value = _with_value(cast("Body", inner) if isinstance(inner, dict) else {}, rest, value)
    kept = {key: each for key, each in body.items() if key != name}
    return kept if value is None else {**kept, name: value}


# --- away -------------------------------------------------------------------------------


def uninstall_app(db: Database, workspace: Workspace, catalogue: Catalogue, app: str, who: int | None = None) -> Model:
    """Retire the app: its definitions go, its tables and columns keep their data for a later installation.

    Raises UnknownName, OthersNeedIt, DefinitionsWrong where something still uses it.
    """

    def propose(publication: Publication) -> Proposal:
        manifest = publication.base.manifest
        if app not in manifest["apps"]:
            raise unknown(_APP_WORDS, app, manifest["apps"])
        definitions = _read(publication, manifest["effective"])
        others = [each.app for each in definitions.values() if isinstance(each, AppDef) and app in each.needs]
        if others:
            raise OthersNeedIt(apps=", ".join(others), app=app)
        kept = {key: _without_grants(each, app) for key, each in definitions.items() if owner_of(key) != app}
        return Proposal(
            kept,
            {key: hash for key, hash in manifest["shipped"].items() if app_of(identity_of(key)) != app},
            {name: source for name, source in manifest["sources"].items() if name != app},
            note=f"− {app}",
            who=who,
        )

    return publish(db, workspace, catalogue, propose)


def _without_grants(definition: Definition, app: str) -> Definition:
    """What the workspace's own roles grant on the app's objects goes with them."""
    if not isinstance(definition, RoleDef) or definition.app not in ("", OWN_APP):
        return definition
    objects = {name: grant for name, grant in definition.objects.items() if not _is_of(app, name)}
    operations = [name for name in definition.operations if not _is_of(app, name)]
    rules = [name for name in definition.rules if not _is_of(app, name)]
    return msgspec.structs.replace(definition, objects=objects, operations=operations, rules=rules)


def _read(publication: Publication, hashes: Mapping[str, str]) -> dict[Identity, Definition]:
    return read_definitions(publication.connection, publication.workspace.schema, hashes, publication.catalogue)
