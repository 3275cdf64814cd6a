"""A whole workspace as a folder of YAML: to review in a pull request, to publish from, to move.

`<app>/<kind>/<name>.yaml` holds each definition as it is in force. `workspace.yaml` names
the apps with where they come from; `shipped.yaml` tells, by hash, what the apps shipped,
and `shipped/` holds that where the workspace has made something else of it. So what is the
workspace's own survives the move, and the next version of an app still merges with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
from psycopg import Connection

from queti.kernel.definitions import AppDef, Definition
from queti.kernel.errors import Refusal
from queti.kernel.model import Model
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Identity, body_of, identity, restore
from queti.kernel.publishing.effective import OWN_APP
from queti.kernel.publishing.files import (
    Files,
    is_path,
    pack,
    path_of,
    read_definition_file,
    read_foreign_yaml,
    unpack,
    write_definition,
    write_yaml,
)
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.merge import Choices, Conflict, MergeConflicts, merge_definitions
from queti.kernel.publishing.outlook import Outlook, outlook_of, refuse_losses
from queti.kernel.publishing.packages import NewerFormat, owner_of
from queti.kernel.publishing.publish import Proposal, Publication, publish
from queti.kernel.publishing.releases import (
    Release,
    current_model,
    hashed,
    identity_of,
    key_of,
    read_definitions,
    read_release,
)

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

FORMAT = 1

_WORKSPACE = "workspace.yaml"
_SHIPPED = "shipped.yaml"


class WrongFolder(Refusal):
    """{file} can't be taken: {problem}"""

    zh = "{file} 无法采用：{problem}"
    field = "file"


class AppsNotHere(Refusal):
    """The folder was made with {apps}, which this server does not ship; update it first."""

    zh = "该文件夹使用的 {apps} 不随此服务器提供，请先升级服务器。"
    kind = "conflict"
    field = "file"


class _Contents(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    format: int
    apps: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Folder:
    """A workspace's definitions, apart from any data. `places` are the paths of their files."""

    definitions: Mapping[Identity, Definition]
    shipped: Mapping[Identity, Definition]
    sources: Mapping[str, str]
    versions: Mapping[str, str]
    places: Mapping[Identity, str] = field(default_factory=dict[Identity, str])


# --- out --------------------------------------------------------------------------------


def folder_of(connection: Connection[Any], schema: str, catalogue: Catalogue) -> Folder:
    """The newest release."""
    manifest = read_release(connection, schema).manifest
    definitions = read_definitions(connection, schema, manifest["effective"], catalogue)
    versions = {name: each.version for (_, name), each in definitions.items() if isinstance(each, AppDef)}
    return Folder(
        definitions,
        read_definitions(connection, schema, manifest["shipped"], catalogue),
        manifest["sources"],
        versions,
    )


def files_of(folder: Folder) -> Files:
    """One file per definition, byte for byte the same for the same release."""
    files = {_path(key): write_definition(each) for key, each in folder.definitions.items()}
    shipped: dict[str, str] = {}
    for key, each in sorted(folder.shipped.items()):
        shipped[key_of(key)] = _mark(each)
        if folder.definitions.get(key) != each:
            files[f"shipped/{_path(key)}"] = write_definition(each)
    apps = {
        name: {"version": version} | ({"source": folder.sources[name]} if name in folder.sources else {})
        for name, version in sorted(folder.versions.items())
    }
    files[_WORKSPACE] = write_yaml({"format": FORMAT, "apps": apps})
    files[_SHIPPED] = write_yaml(shipped) if shipped else b""
    return files


def _path(key: Identity) -> str:
    return f"{owner_of(key) or OWN_APP}/{'app.yaml' if key[0] == 'app' else path_of(key)}"


def write_folder(files: Mapping[str, bytes], target: Path) -> list[str]:
    """Write what differs and take away what is gone; nothing but definitions is touched. Answers the paths."""
    known = _known_files(target)
    changed = [path for path, content in files.items() if known.get(path) != content]
    for path in changed:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(files[path])
    gone = known.keys() - files.keys()
    for path in gone:
        (target / path).unlink()
    return sorted([*changed, *gone])


def _known_files(target: Path) -> Files:
    """What an export has written there: nothing where no `workspace.yaml` stands."""
    if not (target / _WORKSPACE).is_file():
        if target.is_dir() and any(entry.name != ".git" for entry in target.iterdir()):
            raise WrongFolder(
                file=str(target),
                problem={"en": "there is something else in it.", "zh": "其中已有其他内容。"},
            )
        return {}
    return read_folder_files(target)


def read_folder_files(target: Path) -> Files:
    """The YAML files of a folder by their paths inside; hidden folders (`.git`) and other files are left alone."""
    found: Files = {}
    for file in sorted(target.rglob("*.yaml")):
        path = file.relative_to(target).as_posix()
        if is_path(path) and not any(part.startswith(".") for part in path.split("/")):
            found[path] = file.read_bytes().replace(b"\r\n", b"\n")
    return found


def pack_folder(folder: Folder) -> bytes:
    return pack(files_of(folder))


# --- in ---------------------------------------------------------------------------------


def unpack_folder(content: bytes) -> Folder:
    return read_folder(unpack(content))


def read_folder(files: Mapping[str, bytes]) -> Folder:
    """Raises WrongFolder, WrongAppFile (which name the file), NewerFormat."""
    contents = _read_contents(files)
    hashes = cast("dict[str, str]", read_foreign_yaml(_SHIPPED, files.get(_SHIPPED, b"")) or {})
    definitions: dict[Identity, Definition] = {}
    originals: dict[Identity, Definition] = {}
    places: dict[Identity, str] = {}
    for path, content in files.items():
        if path in (_WORKSPACE, _SHIPPED):
            continue
        into = originals if path.startswith("shipped/") else definitions
        app, _, rest = path.removeprefix("shipped/").partition("/")
        definition = read_definition_file(rest, content)
        key = identity(definition)
        if _path(key) != f"{app}/{rest}":
            raise WrongFolder(
                file=path, problem={"en": f"it belongs into {_path(key)}.", "zh": f"应位于 {_path(key)}。"}
            )
        into[key] = definition
        if into is definitions:
            places[key] = path
    shipped = {key: originals.get(key) or definitions.get(key) for key in map(identity_of, hashes)}
    told = {key: each for key, each in shipped.items() if each is not None}
    sources = {name: app["source"] for name, app in contents.apps.items() if "source" in app}
    versions = {name: app.get("version", "") for name, app in contents.apps.items()}
    return Folder(definitions, _unless_edited(told, hashes), sources, versions, places)


def _read_contents(files: Mapping[str, bytes]) -> _Contents:
    told = read_foreign_yaml(_WORKSPACE, files.get(_WORKSPACE, b""))
    if isinstance(told, dict) and isinstance(cast("dict[str, Any]", told).get("format"), int):
        made = cast("dict[str, Any]", told)
        if made["format"] > FORMAT:
            raise NewerFormat(made_by=f"format {made['format']}", here=f"format {FORMAT}")
    try:
        return msgspec.convert(told, _Contents)
    except msgspec.ValidationError as problem:
        raise WrongFolder(file=_WORKSPACE, problem=str(problem)) from None


def _unless_edited(shipped: Mapping[Identity, Definition], hashes: Mapping[str, str]) -> dict[Identity, Definition]:
    """A file that somebody edited is no longer what the app shipped; then the workspace's own record counts."""
    return {key: each for key, each in shipped.items() if _mark(each) == hashes[key_of(key)]}


def _mark(definition: Definition) -> str:
    return hashlib.sha256(write_definition(definition)).hexdigest()[:40]


# --- publishing from it -----------------------------------------------------------------


def plan_folder(
    db: Database, workspace: Workspace, catalogue: Catalogue, folder: Folder, choices: Choices | None = None
) -> Outlook:
    """Findings, conflicts, steps and losses; nothing is changed."""
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        before = current_model(db, workspace, catalogue, base.number)
        publication = Publication(db, workspace, catalogue, connection, base, before)
        return outlook_of(publication, *_propose(publication, folder, None, choices))


def publish_folder(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    folder: Folder,
    who: int | None = None,
    *,
    choices: Choices | None = None,
    lose: bool = False,
    note: str = "",
) -> Model:
    """Publish the folder's definitions, merged with what the workspace did since the last one.

    MergeConflicts (decided by `choices`), DefinitionsWrong, DataLost unless `lose`. Nothing
    is published where nothing is new.
    """

    def propose(publication: Publication) -> Proposal | None:
        proposal, conflicts = _propose(publication, folder, who, choices, note)
        if conflicts:
            raise MergeConflicts(conflicts)
        if proposal is not None and not lose:
            refuse_losses(publication, proposal)
        return proposal

    return publish(db, workspace, catalogue, propose)


def _propose(
    publication: Publication, folder: Folder, who: int | None, choices: Choices | None, note: str = ""
) -> tuple[Proposal | None, list[Conflict]]:
    _refuse_absent(publication.catalogue, folder)
    manifest = publication.base.manifest
    ours = _read(publication, manifest["effective"])
    base = _read(publication, _last_move(publication.base))
    theirs = _as_here(folder.definitions, {**base, **ours})
    merged, conflicts = merge_definitions(_bodies(base), _bodies(ours), _bodies(theirs), choices)
    definitions = {key: restore(key[0], body) for key, body in merged.items()}
    known = manifest["effective"], manifest["shipped"]
    shipped, bodies = hashed(_shipped(publication, folder), publication.catalogue, *known)
    moved, moved_bodies = hashed(theirs, publication.catalogue, manifest.get("moved", {}), *known)
    effective, _ = hashed(definitions, publication.catalogue, *known)
    is_known = moved in (manifest.get("moved"), manifest["effective"])
    if is_known and (effective, shipped) == (manifest["effective"], manifest["shipped"]):
        return None, conflicts
    sources = {**manifest["sources"], **folder.sources}
    told = note or ", ".join(f"{name} {version}" for name, version in sorted(folder.versions.items()))
    proposal = Proposal(definitions, shipped, sources, bodies | moved_bodies, note=told, who=who, moved=moved)
    return proposal, conflicts


def _as_here(those: Mapping[Identity, Definition], here: Mapping[Identity, Definition]) -> dict[Identity, Definition]:
    """Definitions that say the same are the same, whichever of their defaults were written out."""
    return {key: here[key] if here.get(key) == each else each for key, each in those.items()}


def _last_move(release: Release) -> Mapping[str, str]:
    """What both sides began with: the last folder that came, else what the apps shipped."""
    return release.manifest.get("moved") or release.manifest["shipped"]


def _shipped(publication: Publication, folder: Folder) -> dict[Identity, Definition]:
    """As shipped: the folder's word for its apps, else this workspace's."""
    here = _read(publication, publication.base.manifest["shipped"])
    kept = {key: each for key, each in here.items() if owner_of(key) not in folder.sources or key not in folder.shipped}
    return {**kept, **_as_here(folder.shipped, here)}


def _refuse_absent(catalogue: Catalogue, folder: Folder) -> None:
    """Apps that come with Queti have acts in code, which no folder brings."""
    absent = [
        f"{name} {folder.versions.get(name, '')}"
        for name, source in folder.sources.items()
        if ":" not in source and name not in catalogue.apps
    ]
    if absent:
        raise AppsNotHere(apps=", ".join(absent))


def place_of(folder: Folder, files: Mapping[str, bytes], finding: Finding) -> str:
    """`file:line` of a finding; the file alone where the line can't be told."""
    path = folder.places.get((finding.kind, finding.name))
    if path is None:
        extended = [key for key in folder.places if key[0] == finding.kind and key[1].endswith(f":{finding.name}")]
        path = folder.places[extended[0]] if extended else ""
    return f"{path}:{_line_of(files.get(path, b'').decode(), finding.place.split('.'))}" if path else "workspace.yaml:1"


def _line_of(text: str, steps: list[str]) -> int:
    """The line on which the last of the steps that can be followed stands."""
    lines = text.splitlines()
    line = 0
    for step in filter(None, steps):
        heads = (f"{step}:", f"{step}: ")
        found = next(
            (at for at in range(line, len(lines)) if lines[at].strip().startswith(heads) or f"{{{step}: " in lines[at]),
            None,
        )
        if found is None:
            break
        line = found
    return line + 1


def _read(publication: Publication, hashes: Mapping[str, str]) -> dict[Identity, Definition]:
    return read_definitions(publication.connection, publication.workspace.schema, hashes, publication.catalogue)


def _bodies(definitions: Mapping[Identity, Definition]) -> dict[Identity, Any]:
    return {key: body_of(each) for key, each in definitions.items()}
