"""The engines are tested on a company that works: Harbour Supplies."""

from tests.fixtures.harbour import harbour as harbour
