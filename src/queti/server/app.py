"""All routes of the HTTP door, as one table."""

from __future__ import annotations

from pathlib import Path

from queti.kernel.platform import Platform
from queti.server.door import Door
from queti.server.routes import (
    access,
    admin,
    advice,
    apps,
    definitions,
    designing,
    discussion,
    drafts,
    events,
    exports,
    files,
    finding,
    flows,
    formulas,
    home,
    hooks,
    imports,
    keeping,
    operations,
    operators,
    public_forms,
    publications,
    reactions,
    records,
    regions,
    releases,
    rules,
    screen,
    session,
    suggestions,
    tokens,
    totals,
    upkeep,
    views,
)
from queti.server.routing import Routes
from queti.server.settings import Settings

ROUTES = (
    *session.ROUTES,
    *definitions.ROUTES,
    *records.ROUTES,
    *discussion.ROUTES,
    *upkeep.ROUTES,
    *access.ROUTES,
    *totals.ROUTES,
    *views.ROUTES,
    *keeping.ROUTES,
    *operations.ROUTES,
    *finding.ROUTES,
    *flows.ROUTES,
    *home.ROUTES,
    *hooks.ROUTES,
    *events.ROUTES,
    *exports.ROUTES,
    *files.ROUTES,
    *imports.ROUTES,
    *drafts.ROUTES,
    *releases.ROUTES,
    *rules.ROUTES,
    *suggestions.ROUTES,
    *publications.ROUTES,
    *designing.ROUTES,
    *formulas.ROUTES,
    *regions.ROUTES,
    *apps.ROUTES,
    *advice.ROUTES,
    *admin.ROUTES,
    *tokens.ROUTES,
    *public_forms.ROUTES,
    *reactions.ROUTES,
    *operators.ROUTES,
    *screen.ROUTES,
)


def make_door(platform: Platform, settings: Settings, backups: Path) -> Door:
    """The ASGI application; `backups` is the folder of the administrator's backups."""
    return Door(platform, settings, Routes(ROUTES, otherwise=screen.SCREEN), backups)
