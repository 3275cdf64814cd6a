"""The product's own server, `queti serve`, which also answers the bench's hand-written routes."""

from __future__ import annotations

from bench import by_hand
from queti.cli import main
from queti.server import app

app.ROUTES = (*app.ROUTES, *by_hand.ROUTES)  # pyright: ignore[reportConstantRedefinition]
main()
