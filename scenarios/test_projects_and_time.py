"""A consultancy's projects, in an app of definitions alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from queti.kernel.publishing.packages import gallery
from queti.kernel.publishing.sharing import install_package
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing

PROJECT, TASK, ENTRY = "projects.project", "projects.task", "projects.entry"


@pytest.fixture
def firm(harbour: Harbour) -> Harbour:
    """Harbour Supplies as a consultancy: Mei and Lin are consultants."""
    platform = harbour.platform
    install_package(platform.db, platform.workspace(WORKSPACE), platform.catalogue, gallery()["projects"])
    for name in ("mei", "lin"):
        actor: Actor = getattr(harbour, name)
        user = actor.person.user
        harbour.run(lambda work, user=user: work.change("base.user", [(user, {"roles": ["consultant"]})]))
        setattr(harbour, name, Actor(harbour, replace(actor.person, roles=("consultant",))))
    return harbour


@pytest.fixture
def audit(firm: Harbour) -> Thing:
    """A project of Mei's: 40 hours at 600.00."""
    return firm.owner.writes(PROJECT, name="Stock audit", manager=firm.mei.person.user, budget_hours="40", rate="600")


def task(firm: Harbour, project: Thing, name: str, hours: str, **more: object) -> Thing:
    return firm.mei.writes(
        TASK, name=name, project=project.id, planned_hours=hours, person=firm.lin.person.user, **more
    )


def test_hours_run_up_from_the_entry_to_the_project(firm: Harbour, audit: Thing) -> None:
    count, report = task(firm, audit, "Count", "30"), task(firm, audit, "Report", "10")
    firm.lin.writes(ENTRY, task=count.id, hours="7.5", note="Hall A")
    firm.lin.writes(ENTRY, task=report.id, hours="2", note="Draft")
    firm.lin.changes(count, progress="50")
    told = audit.now()
    assert [f"{told[name]:.2f}" for name in ("hours", "hours_left", "worth", "progress")] == [
        "9.50",
        "30.50",
        "5700.00",
        "38.00",
    ]


def test_nobody_notes_time_for_others_or_ahead_or_on_what_is_done(firm: Harbour, audit: Thing) -> None:
    count = task(firm, audit, "Count", "30")
    assert firm.mei.cannot_write(ENTRY, task=count.id, hours="1", note="For Lin", person=firm.lin.person.user).code in (
        "not_allowed",
        "out_of_sight",
    )
    day = (firm.run(lambda work: work.today) + timedelta(days=9)).isoformat()
    refused = firm.lin.cannot_write(ENTRY, task=count.id, hours="1", note="Soon", day=day)
    assert [problem.path for problem in refused.refusal.fields] == ["day"]
    firm.lin.changes(count, progress="100")
    assert firm.lin.cannot_write(ENTRY, task=count.id, hours="1", note="More").code == "wrong_input"


def test_rates_are_for_the_owner_and_billed_time_stays(firm: Harbour, audit: Thing) -> None:
    count = task(firm, audit, "Count", "30")
    entry = firm.lin.writes(ENTRY, task=count.id, hours="3", note="Hall B")
    assert not {"rate", "worth"} & set(firm.lin.reads(audit))
    firm.owner.changes(entry, is_billed=True)
    refused = firm.lin.cannot_change(entry, hours="4")
    assert [problem.path for problem in refused.refusal.fields] == ["hours"]
    assert firm.lin.cannot_trash(entry).code in ("not_allowed", "record_not_found")


def test_a_project_with_open_tasks_is_not_done(firm: Harbour, audit: Thing) -> None:
    count = task(firm, audit, "Count", "30")
    assert firm.mei.cannot_change(audit, state="done").code == "wrong_input"
    firm.mei.changes(count, progress="100")
    firm.mei.changes(audit, state="done")
    assert audit.state == "done"
