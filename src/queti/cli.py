"""The command `queti`: serve, work, back up and restore, keep workspaces, import."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

import queti
from queti.store.errors import StoreProblem

if TYPE_CHECKING:
    from queti.kernel.platform import Platform
    from queti.kernel.publishing.folders import Folder
    from queti.kernel.publishing.outlook import Outlook
    from queti.store.database import Database
    from queti.store.home import Home

app = App(name="queti", help=queti.__doc__, version=queti.__version__)
workspaces = App(name="workspace", help="Companies on this server.")
samples = App(name="sample", help="The sample company Harbour Supplies.")
app.command(workspaces)
secrets = App(name="secrets", help="Keys of encrypted fields.")
app.command(samples)
app.command(secrets)

LOOPBACK = ("127.0.0.1", "::1", "localhost")
Names = Annotated[list[str], Parameter(name=["--workspace", "-w"], negative=())]


def main() -> None:
    """Run the command line; what can't be done is said in words, without a trace."""
    from queti.kernel.errors import Refusal

    try:
        app()
    except (StoreProblem, Refusal) as problem:
        sys.exit(problem.says("zh" if os.environ.get("LANG", "").startswith("zh") else "en"))
    except OSError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


@app.command
def serve(
    *,
    host: Annotated[str, Parameter(env_var="QUETI_HOST")] = "127.0.0.1",
    port: Annotated[int, Parameter(env_var="QUETI_PORT")] = 8700,
    worker: bool = True,
    sample: bool = True,
) -> None:
    """Serve until Ctrl-C. The first start makes the sample company.

    Parameters
    ----------
    host
        Address to listen at; others than this machine's own reach the server from outside.
    port
        Port to listen at.
    worker
        Work the queue in this process as well; without it, run `queti work` beside.
    sample
        Make the sample company on the first start.
    """
    from queti.server.founding import SAMPLE, SAMPLE_LOGINS, bring_up_to_date, has_sample, make_sample, needs_sample
    from queti.server.serve import refuse_taken
    from queti.server.serve import serve as serve_http

    def ready(address: str) -> None:
        say(f"\nQueti is at {address}")
        if host in LOOPBACK and not os.environ.get("QUETI_PUBLIC_URL") and has_sample(platform):
            say(f"Sample sign-ins: workspace {SAMPLE}, password harbour, logins {', '.join(SAMPLE_LOGINS)}")
        say("Ctrl-C stops it.")

    try:
        refuse_taken(host, port)
    except OSError as problem:
        sys.exit(f"{host}:{port} can't be used ({problem.strerror}). Stop what uses it, or set QUETI_PORT.")
    with _platform(keep_running=True) as (platform, home):
        if sample and needs_sample(platform):
            make_sample(platform, say)
        else:
            bring_up_to_date(platform, say)
        serve_http(platform, home, host=host, port=port, worker=worker, ready=ready)
    say("Stopped.")


@app.command
def work() -> None:
    """Work the queue without serving, until Ctrl-C."""
    from queti.server.serve import work as work_queue

    with _platform(keep_running=True) as (platform, home):
        work_queue(platform, home)


@app.command
def backup(file: Path, *, workspace: Names | None = None) -> None:
    """Write companies with all their data to one file, while they go on working.

    Parameters
    ----------
    file
        The file to write; it appears when it is complete.
    workspace
        Only these; all when none is named.
    """
    from queti.store.backup import backup as back_up

    with _platform() as (platform, _):
        for each in back_up(platform.db, file, workspace, files=platform.files):
            say(f"Backed up {each.name}")
    say(f"{file}: {file.stat().st_size / 1e6:.2f} MB")


@app.command
def restore(
    file: Path,
    *,
    workspace: Names | None = None,
    rename: Annotated[list[str] | None, Parameter(negative=())] = None,
) -> None:
    """Bring companies back from a backup: all that are named, or none.

    Parameters
    ----------
    file
        What `queti backup` wrote.
    workspace
        Only these; all in the file when none is named.
    rename
        A new name for one of them: `old=new`.
    """
    from queti.store.backup import restore as bring_back

    names = dict(each.split("=", 1) if "=" in each else (each, each) for each in rename or ())
    with _platform() as (platform, _):
        for each in bring_back(platform.db, file, workspace, names, files=platform.files):
            say(f"Restored {each.name}")


@workspaces.command(name="list")
def list_workspaces() -> None:
    """Show all companies."""
    from queti.store.workspaces import all_workspaces

    with _database() as db:
        for workspace in all_workspaces(db):
            say(f"{workspace.name:<20} {' · '.join(dict.fromkeys(workspace.label.values()))}")


@workspaces.command
def create(
    name: str,
    *,
    label: str = "",
    apps: Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())] = None,
    owner: str = "owner",
    language: str = "en",
) -> None:
    """Begin a new company and show its first sign-in.

    Parameters
    ----------
    name
        Small letters, digits and underscores.
    label
        What people read; the name when not given.
    apps
        The apps to install, or `all`; when none is named, the advisor asks the owner where to begin.
    owner
        Login of the first person, who administers it.
    language
        Of the first person: en or zh.
    """
    from queti.server.founding import found_company

    with _platform() as (platform, _):
        wanted = platform.catalogue.apps if apps == ["all"] else apps or ()
        words = dict.fromkeys(("en", "zh"), label or name)
        invitation = found_company(platform, name, words, wanted, owner=owner, language=language)
    say(f"Workspace {name}: sign in as {invitation.login} with {invitation.password}, and choose a password then.")
    if not apps:
        say("It has no apps yet: whoever signs in first is asked what the company does, and told where to begin.")


@workspaces.command
def add_apps(name: str, apps: Annotated[list[str], Parameter(consume_multiple=True, negative=())]) -> None:
    """Let apps that come with Queti join a company at work.

    Parameters
    ----------
    name
        The company.
    apps
        What it lacks; what these need comes along.
    """
    from queti.server import founding

    with _platform() as (platform, _):
        model = founding.add_apps(platform, name, apps)
    say(f"Workspace {name}: release {model.number}, with {', '.join(model.apps)}.")


@workspaces.command
def remove(name: str, *, yes: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Remove a company with all its data.

    Parameters
    ----------
    yes
        Don't ask.
    """
    from queti.store.workspaces import drop_workspace

    if not yes and input(f"Remove {name} with all its data? Type its name: ") != name:
        sys.exit("Nothing was removed.")
    with _platform() as (platform, _):
        drop_workspace(platform.db, name, platform.files)
    say(f"Removed {name}")


@samples.command
def load() -> None:
    """Make the sample company, anew when it is there."""
    from queti.server.founding import make_sample

    with _platform() as (platform, _):
        make_sample(platform, say)


@samples.command(name="remove")
def remove_sample_company() -> None:
    """Remove the sample company with all its data."""
    from queti.server.founding import remove_sample

    with _platform() as (platform, _):
        remove_sample(platform)
    say("Removed the sample company.")


@secrets.command
def rotate() -> None:
    """Begin a new key and seal every encrypted value anew by it; run it again when it was interrupted."""
    from queti.kernel.resealing import rotate_keys

    with _platform() as (platform, _):
        done = rotate_keys(platform)
    say(f"Sealed {done.sealed} values anew by key {done.key}. Older keys open nothing but older backups.")
    if done.unread:
        sys.exit(f"{done.unread} values could not be opened: their key is not in the folder of secrets.")


@app.command(name="import")
def import_files(
    *files: Path,
    workspace: Annotated[str, Parameter(name=["--workspace", "-w"])],
    into: str = "",
    mapping: str = "",
    only_good: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Import files (csv, xlsx, json) through the same checks as everything else.

    Parameters
    ----------
    files
        One file, or those that belong together.
    into
        Object or operation: its columns are guessed from the headings.
    mapping
        Name of a kept mapping, or a YAML file that holds one, instead.
    only_good
        Take the good rows when some are bad; otherwise none is taken.
    """
    from queti.engines.imports import service
    from queti.kernel.person import SYSTEM

    with _platform() as (platform, _):
        kept = _kept_mapping(platform, workspace, mapping)
        door = service.Door(platform, workspace, SYSTEM)
        contents = [(file.name, file.read_bytes()) for file in files]
        started = service.start(door, contents, target=into, mapping=kept)
        _show_report(started["report"])
        done = service.run(door, started["id"], "good" if only_good else "all")
        say(f"Import {done['id']} is done.")


@app.command(name="export")
def export_folder(*, workspace: Annotated[str, Parameter(name=["--workspace", "-w"])], folder: Path) -> None:
    """Write all definitions of a company as a folder of YAML, without any data.

    Parameters
    ----------
    folder
        A new folder, or one that an export has written: only what differs is written again.
    """
    from queti.kernel.publishing.folders import files_of, folder_of, write_folder

    with _platform() as (platform, _):
        schema = platform.workspace(workspace).schema
        with platform.db.connection() as connection:
            found = folder_of(connection, schema, platform.catalogue)
        changed = write_folder(files_of(found), folder)
    for path in changed:
        say(f"{'~' if (folder / path).exists() else '-'} {path}")
    say(f"{len(found.definitions)} definitions, {len(changed)} files written or removed.")


@app.command(name="publish")
def publish_from_folder(
    *,
    workspace: Annotated[str, Parameter(name=["--workspace", "-w"])],
    folder: Path,
    plan: Annotated[bool, Parameter(negative=())] = False,
    take: Literal["", "ours", "theirs"] = "",
    lose: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Publish a folder of definitions; what the company did since the last one stays.

    Ends with 0 when all is well, 1 when findings or conflicts stand in the way, 2 when data
    would go out of use.

    Parameters
    ----------
    plan
        Only show what would be done.
    take
        Where both changed the same: `ours` keeps what the company has, `theirs` takes the folder's.
    lose
        Fields and objects may go though they hold data; it is kept, and comes back with them.
    """
    from queti.kernel.publishing import folders

    files = folders.read_folder_files(folder)
    read = folders.read_folder(files)
    with _platform() as (platform, _):
        place = platform.db, platform.workspace(workspace), platform.catalogue
        outlook = folders.plan_folder(*place, read)
        choices = {(each.kind, each.name, each.property): take for each in outlook.conflicts} if take else {}
        if choices:
            outlook = folders.plan_folder(*place, read, choices)  # pyright: ignore[reportArgumentType]
        _show_outlook(outlook, read, files)
        if not outlook.is_good:
            sys.exit(1)
        if outlook.losses and not lose:
            sys.exit(2)
        if not plan:
            model = folders.publish_folder(*place, read, choices=choices, lose=lose)  # pyright: ignore[reportArgumentType]
            say(f"{workspace} is at release {model.number}.")


def _show_outlook(outlook: Outlook, folder: Folder, files: dict[str, bytes]) -> None:
    """Changes, steps, then what is to be looked at, as compilers print it: `file:line: what`."""
    from queti.kernel.publishing.folders import place_of

    for change in outlook.changes:
        say(change)
    for step in outlook.plan.shown():
        say(f"  {step['act']} {step['object']} {step['field']} ({step['rows']} rows)".replace("  (", " ("))
    for finding in outlook.findings:
        fix = finding.fix.get("en", "")
        say(f"{place_of(folder, files, finding)}: {finding.severity}: {finding.place}: {finding.en} {fix}".rstrip())
    for each in outlook.conflicts:
        say(f"conflict: {each.kind} {each.name} {each.property}: here {each.ours!r}, in the folder {each.theirs!r}")
    for loss in outlook.losses:
        say(f"holds data and would go out of use: {loss}")
    if not (outlook.changes or outlook.findings or outlook.conflicts):
        say("Nothing is new.")


def _kept_mapping(platform: Platform, workspace: str, name: str) -> object:
    if not name:
        return None
    if Path(name).is_file():
        return _mapping_file(Path(name))
    from queti.kernel.errors import UnknownName

    imports = platform.model(platform.workspace(workspace)).imports
    if name not in imports:
        raise UnknownName(what="mapping", name=name, nearest=f"There are: {', '.join(imports) or 'none'}.")
    return imports[name]


def _mapping_file(file: Path) -> object:
    import msgspec

    from queti.kernel.definitions import ImportDef
    from queti.kernel.publishing.apps import read_yaml

    return msgspec.convert(read_yaml(file.read_text("utf-8")), ImportDef)


def _show_report(report: dict[str, object]) -> None:
    for name, value in report.items():
        if isinstance(value, list):
            for problem in value:
                say(f"  {problem}")
        else:
            say(f"{name}: {value}")


@contextmanager
def _database(*, keep_running: bool = False) -> Iterator[Database]:
    with _opened(keep_running=keep_running) as (db, _):
        yield db


@contextmanager
def _platform(*, keep_running: bool = False) -> Iterator[tuple[Platform, Home]]:
    from queti.kernel.platform import Platform
    from queti.kernel.publishing.apps import Catalogue

    with _opened(keep_running=keep_running) as (db, home):
        yield Platform(db, Catalogue.standard(), home), home


@contextmanager
def _opened(*, keep_running: bool) -> Iterator[tuple[Database, Home]]:
    """The home's database, prepared; its server runs at least as long as this."""
    from queti.jobs.schema import prepare_database
    from queti.store.database import Database
    from queti.store.home import Home
    from queti.store.server import open_server

    home = Home()
    with open_server(home, say=say) as server:
        if keep_running and server.embedded:
            server.embedded.keep_running()
        db = Database(server.dsn)
        try:
            prepare_database(db)
            yield db, home
        finally:
            db.close()


def say(text: str) -> None:
    print(text, flush=True)
