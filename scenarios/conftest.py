"""Every scenario is told at Harbour Supplies; see tests/fixtures/harbour.py."""

from tests.fixtures.harbour import harbour as harbour
