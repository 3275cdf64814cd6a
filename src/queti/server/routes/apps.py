"""Apps as files, the gallery, and whole workspaces as one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.datastructures import UploadFile

import queti
from queti.kernel.definitions import AppDef, Definition, ObjectDef
from queti.kernel.publishing import folders, sharing
from queti.kernel.publishing.canonical import identity
from queti.kernel.publishing.merge import Choices
from queti.kernel.publishing.outlook import Outlook
from queti.kernel.publishing.packages import OURS, Package, gallery, read_package, write_package
from queti.kernel.publishing.sharing import InstalledApp, Wish
from queti.kernel.publishing.upgrading import plan_apps, take_upgrade, waiting_upgrade
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.founding import add_apps
from queti.server.messages import Answer, Request, answer_json, decode_json, wrong
from queti.server.routes.drafts import read_choices
from queti.server.routing import Route
from queti.server.threads import Kind
from queti.server.told import said, told_conflict, told_finding, told_foreseen
from queti.store.workspaces import Workspace

_TEXTS = {"version", "notes", "as_app"}


# --- apps -------------------------------------------------------------------------------


def list_apps(door: Door, request: Request) -> Answer:
    """The workspace's apps: where each comes from, and how much of it was changed here."""

    def act(work: Work) -> list[dict[str, Any]]:
        known = sharing.installed_apps(work.connection, work.workspace.schema, work.model, door.platform.catalogue)
        return [_installed(app, request) for app in known]

    return answer_json({"apps": door.run(request, act, reads_only=True)})


_ORIGINS = {OURS: "gallery", "": "here"}
"""A template is the workspace's own from the first day; only what comes with Queti is on every server."""


def _installed(app: InstalledApp, request: Request) -> dict[str, Any]:
    return {
        "app": app.name,
        "label": said(app.definition.label, request) or app.name,
        "help": said(app.definition.help, request),
        "icon": app.definition.icon,
        "version": app.version,
        "from": "queti" if app.is_shipped else _ORIGINS.get(app.origin, app.origin),
        "changes": app.changes,
    }


def export_app(door: Door, request: Request) -> Answer:
    """`{version, notes, as_app, label}` → the app file; with `as_app` one's own changes to a shipped app."""
    given = request.json_object()
    for name in _TEXTS:
        if not isinstance(given.get(name, ""), str):
            raise wrong(name, "wrong_type", "A text.", "应为文本。")
    label = given.get("label")
    if label is not None and not (isinstance(label, dict) and all(isinstance(each, str) for each in label.values())):
        raise wrong("label", "wrong_type", '{"en": …, "zh": …}.', '应为 {"en": …, "zh": …}。')
    wish = Wish(
        request.path_values["app"],
        given.get("version") or "1.0.0",
        notes=given.get("notes", ""),
        author=signed_in(request).person.name,
        as_app=given.get("as_app", ""),
        label=label,
    )
    installation = sharing.read_installation(door.platform.db)

    def act(work: Work) -> bytes:
        schema, catalogue = work.workspace.schema, door.platform.catalogue
        return write_package(sharing.export_app(work.connection, schema, catalogue, wish, installation))

    name = f"{wish.as_app or wish.app}-{wish.version}.queti-app"
    return _file(door.run(request, act, reads_only=True), name)


def install_app(door: Door, request: Request) -> Answer:
    """Multipart: `file`, `choices` (JSON). With `?plan=true` only what it would do."""
    return _install(door, request, read_package(_uploaded(request)), _uploaded_choices(request))


def uninstall_app(door: Door, request: Request) -> Answer:
    """The app retires; its data is kept for a later installation."""
    place = _place(door, request)
    model = sharing.uninstall_app(*place, request.path_values["app"], signed_in(request).person.user)
    return _published(door, request, model.number)


def show_upgrade(door: Door, request: Request) -> Answer:
    """`{apps, version, …}`: newer versions of apps that come with Queti and wait for a decision, and what they do."""
    waiting = waiting_upgrade(*_place(door, request))
    told = [
        {
            "app": app.name,
            "label": said(app.definition.label, request),
            "from": known,
            "version": app.definition.version,
        }
        for app, known in waiting.apps.items()
    ]
    return answer_json({"apps": told, "version": queti.__version__, **_outlook(waiting.outlook, request)})


def take_upgraded(door: Door, request: Request) -> Answer:
    """`{choices}`: take them, with the workspace's own changes kept but where `choices` says otherwise."""
    choices = read_choices(request.json_object().get("choices", []))
    model = take_upgrade(*_place(door, request), signed_in(request).person.user, choices)
    return _published(door, request, model.number)


def show_gallery(door: Door, request: Request) -> Answer:
    """`apps` that come with Queti and aren't here yet; `templates` with the version that is installed."""
    here = door.run(request, lambda work: dict(work.model.apps), reads_only=True)
    offered = [app for name, app in door.platform.catalogue.apps.items() if name not in here]
    offered.sort(key=lambda app: app.definition.order)
    apps = [_offer(app.definition, app.definitions, app.definition.needs, request) for app in offered]
    templates = [
        _offer(each.definition, each.definitions.values(), each.manifest.needs, request) for each in gallery().values()
    ]
    for each in templates:
        each["installed"] = here[each["name"]].version if each["name"] in here else None
    return answer_json({"apps": apps, "templates": templates})


def _offer(app: AppDef, definitions: Iterable[Definition], needs: Iterable[str], request: Request) -> dict[str, Any]:
    inside: dict[str, list[str]] = {}
    for definition in definitions:
        kind, key = identity(definition)
        if kind != "app" and not _is_part(definition):
            inside.setdefault(kind, []).append(said(definition.label, request) or key)
    return {
        "name": app.app,
        "label": said(app.label, request) or app.app,
        "help": said(app.help, request),
        "icon": app.icon,
        "version": app.version,
        "needs": sorted(needs),
        "inside": inside,
        "installed": None,
    }


def _is_part(definition: Definition) -> bool:
    """Of another object: lines in it, or what it is extended by."""
    return isinstance(definition, ObjectDef) and (definition.extend or bool(definition.lines_of))


def install_offered(door: Door, request: Request) -> Answer:
    """An app that comes with Queti, or a template. `{choices}`; with `?plan=true` only what it would do."""
    templates, name = gallery(), request.path_values["name"]
    choices = read_choices(request.json_object().get("choices", []))
    if name in door.platform.catalogue.apps:
        return _add(door, request, name, choices)
    if name not in templates:
        raise sharing.unknown({"en": "template", "zh": "模板"}, name, templates)
    return _install(door, request, templates[name], choices)


def _add(door: Door, request: Request, name: str, choices: Choices) -> Answer:
    app = door.platform.catalogue.app(name).definition
    told = {"app": name, "version": app.version, "label": said(app.label, request)}
    if _only_plans(request):
        return answer_json({**told, **_outlook(plan_apps(*_place(door, request), [name]), request)})
    who = signed_in(request)
    model = add_apps(door.platform, who.workspace, [name], who.person.user, choices)
    return _published(door, request, model.number, app=name, version=app.version)


def _install(door: Door, request: Request, package: Package, choices: Choices) -> Answer:
    place = _place(door, request)
    if _only_plans(request):
        outlook = sharing.plan_package(*place, package)
        told = {"app": package.manifest.app, "version": package.manifest.version, "author": package.manifest.author,
                "notes": package.manifest.notes, "label": said(package.definition.label, request)}  # fmt: skip
        return answer_json({**told, **_outlook(outlook, request)})
    model = sharing.install_package(*place, package, signed_in(request).person.user, choices=choices)
    return _published(door, request, model.number, app=package.manifest.app, version=package.manifest.version)


# --- the whole workspace ----------------------------------------------------------------


def export_folder(door: Door, request: Request) -> Answer:
    """All definitions of the newest release, without data, as one file."""

    def act(work: Work) -> bytes:
        folder = folders.folder_of(work.connection, work.workspace.schema, door.platform.catalogue)
        return folders.pack_folder(folder)

    return _file(door.run(request, act, reads_only=True), f"{signed_in(request).workspace}.queti-release")


def publish_folder(door: Door, request: Request) -> Answer:
    """Multipart: `file`, `choices` (JSON), `lose` (`true` where data may go out of use). `?plan=true` only looks."""
    folder = folders.unpack_folder(_uploaded(request))
    choices, place = _uploaded_choices(request), _place(door, request)
    if _only_plans(request):
        return answer_json(_outlook(folders.plan_folder(*place, folder, choices), request))
    who, lose = signed_in(request).person.user, request.upload.get("lose") == "true"
    model = folders.publish_folder(*place, folder, who, choices=choices, lose=lose)
    return _published(door, request, model.number)


# ----------------------------------------------------------------------------------------


def _uploaded(request: Request) -> bytes:
    file = request.upload.get("file")
    if not isinstance(file, UploadFile):
        raise wrong("file", "required", "Choose a file.", "请选择文件。")
    return file.file.read()


def _uploaded_choices(request: Request) -> Choices:
    text = request.upload.get("choices", "")
    return read_choices(decode_json(text.encode())) if isinstance(text, str) and text else {}


def _only_plans(request: Request) -> bool:
    return request.query.get("plan") == "true"


def _outlook(outlook: Outlook, request: Request) -> dict[str, Any]:
    return {
        "conflicts": [told_conflict(each) for each in outlook.conflicts],
        "findings": [told_finding(each, request) for each in outlook.findings],
        "steps": outlook.plan.shown(),
        **told_foreseen(outlook.foreseen, request),
        "losses": outlook.losses,
        "changes": outlook.changes,
    }


def _published(door: Door, request: Request, release: int, **told: Any) -> Answer:
    """A release may have brought roles or taken some away."""
    door.sessions.read_again(signed_in(request).workspace)
    return answer_json({"release": release, **told})


def _place(door: Door, request: Request) -> tuple[Any, Workspace, Any]:
    platform = door.platform
    return platform.db, platform.workspace(signed_in(request).workspace), platform.catalogue


def _file(content: bytes, name: str) -> Answer:
    headers = [
        (b"content-type", b"application/zip"),
        (b"content-disposition", f'attachment; filename="{name}"'.encode("ascii", "replace")),
    ]
    return Answer(200, content, headers)


def _admin(
    method: str, template: str, act: Callable[[Door, Request], Answer], *, kind: Kind = "long", upload: bool = False
) -> Route:
    return Route(method, template, act, guard="administrator", kind=kind, upload=upload)


ROUTES = [
    _admin("GET", "/api/apps", list_apps, kind="quick"),
    _admin("POST", "/api/apps/install", install_app, upload=True),
    _admin("POST", "/api/apps/{app}/export", export_app),
    _admin("POST", "/api/apps/{app}/uninstall", uninstall_app),
    _admin("GET", "/api/upgrade", show_upgrade),
    _admin("POST", "/api/upgrade", take_upgraded),
    _admin("GET", "/api/gallery", show_gallery, kind="quick"),
    _admin("POST", "/api/gallery/{name}/install", install_offered),
    _admin("GET", "/api/folder", export_folder),
    _admin("POST", "/api/folder/publish", publish_folder, upload=True),
]
