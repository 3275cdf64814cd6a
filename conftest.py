"""Fixtures for `tests/` and `scenarios/`; each kind lives in its own file under `tests/fixtures/`."""

pytest_plugins = ["tests.fixtures.database"]
