"""Companies begin here: an empty one with its first person, or the sample company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from queti.apps import sample
from queti.apps.sample.company import Size
from queti.kernel.errors import Refusal
from queti.kernel.model import Model
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.merge import Choices
from queti.kernel.publishing.packages import Package
from queti.kernel.publishing.phases import broken_off, carry_on_beside
from queti.kernel.publishing.publish import repair
from queti.kernel.publishing.sharing import install_packages
from queti.kernel.publishing.upgrading import take_upgrade
from queti.kernel.work import Work
from queti.server.accounts import SAMPLE_PASSWORD, accounts_of, add_account
from queti.server.passwords import invented_password
from queti.store.platform import read_setting, write_setting
from queti.store.workspaces import all_workspaces, create_workspace, drop_workspace, find_workspace

SAMPLE = "harbour"
SAMPLE_LABEL = {"en": "Harbour Supplies", "zh": "港湾商贸"}
SAMPLE_LOGINS = ("owner", "mei", "lin", "tomas", "ada", "pia")
SAMPLE_WAS_MADE = "sample_was_made"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A sign-in whose password is shown once."""

    workspace: str
    login: str
    password: str


def found_company(
    platform: Platform, name: str, label: dict[str, str], apps: Iterable[str], *, owner: str, language: str = "en"
) -> Invitation:
    """A new workspace with these apps and one person, its owner.

    Raises WrongWorkspaceName, WorkspaceExists, UnknownName of an app.
    """
    wanted = platform.catalogue.with_needs(["base", *apps])
    workspace = create_workspace(platform.db, name, label)
    try:
        install_apps(platform.db, workspace, platform.catalogue, wanted)
        person = {"login": owner, "name": owner, "roles": ["owner"], "language": language}
        user = platform.run(name, SYSTEM, lambda work: _begin(work, wanted, label[language], person))
        password = invented_password()
        add_account(platform.db, name, owner, password, user, must_change=True)
    except BaseException:
        drop_workspace(platform.db, name, platform.files)
        raise
    return Invitation(name, owner, password)


def _begin(work: Work, apps: Iterable[str], company: str, owner: dict[str, object]) -> int:
    """What the apps need before the first record, and the first person's id."""
    work.perform("base.set_up", {"company": company})
    set_up(work, apps)
    return work.create("base.user", [owner])[0].id


def add_apps(
    platform: Platform,
    name: str,
    apps: Iterable[str],
    who: int | None = None,
    choices: Choices | None = None,
    templates: Sequence[Package] = (),
) -> Model:
    """Apps that come with Queti join a company at work and find what is there, templates with them by the same
    release; harmless when done twice.

    Raises UnknownName of an app, and what a publication raises.
    """
    place = platform.db, platform.workspace(name), platform.catalogue
    needed = [need for each in templates for need in each.manifest.needs if need in platform.catalogue.apps]
    wanted = platform.catalogue.with_needs([*apps, *needed])
    model = install_packages(*place, templates, who, beside=wanted, choices=choices)
    platform.run(name, SYSTEM, lambda work: set_up(work, wanted))
    return model


def set_up(work: Work, apps: Iterable[str]) -> None:
    """What each app does before its first record; the company itself is there."""
    for name in (f"{app}.set_up" for app in apps if app != "base"):
        if work.has(name):
            work.perform(name, {})


def needs_sample(platform: Platform) -> bool:
    """On the very first start, or when making the sample company was cut off."""
    if read_setting(platform.db, SAMPLE_WAS_MADE):
        return False
    return all(workspace.name == SAMPLE for workspace in all_workspaces(platform.db))


def make_sample(platform: Platform, say: Say, *, size: Size = "full") -> None:
    """The sample company with its sign-ins; what an interrupted making left is removed first."""
    if find_workspace(platform.db, SAMPLE):
        drop_workspace(platform.db, SAMPLE, platform.files)
    say("Making the sample company Harbour Supplies …")
    workspace = create_workspace(platform.db, SAMPLE, SAMPLE_LABEL)
    install_apps(platform.db, workspace, platform.catalogue, platform.catalogue.apps)
    sample.load(platform, SAMPLE, size=size, say=say)
    for login, user in platform.run(SAMPLE, SYSTEM, _sample_people, reads_only=True):
        add_account(platform.db, SAMPLE, login, SAMPLE_PASSWORD, user, is_sample=True)
    write_setting(platform.db, SAMPLE_WAS_MADE, True)


def remove_sample(platform: Platform) -> None:
    """Raises UnknownWorkspace."""
    drop_workspace(platform.db, SAMPLE, platform.files)


def has_sample(platform: Platform) -> bool:
    return any(account.is_sample for account in accounts_of(platform.db, SAMPLE))


def bring_up_to_date(platform: Platform, say: Say) -> None:
    """At a start: finish publications that broke off, and give every workspace the definitions that this
    version ships. What its people must decide first is said, and the workspace stays as it is."""
    for workspace in all_workspaces(platform.db):
        try:
            repair(platform.db, workspace, platform.catalogue)
            take_upgrade(platform.db, workspace, platform.catalogue)
            for number in broken_off(platform.db, workspace):
                carry_on_beside(platform.db, workspace, platform.catalogue, number)
        except Refusal as refusal:
            say(f"{workspace.name}: {refusal}")


def _sample_people(work: Work) -> list[tuple[str, int]]:
    people = work.find("base.user", "login in $logins", {"logins": list(SAMPLE_LOGINS)}, ["login"])
    return [(person["login"], person.id) for person in people]
