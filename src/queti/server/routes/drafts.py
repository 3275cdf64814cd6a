"""Drafts, releases and lineage."""

from __future__ import annotations

from queti.server.routing import Route

ROUTES: list[Route] = []
