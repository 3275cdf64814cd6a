"""Upper and lower case of every letter, as PostgreSQL has it."""

from __future__ import annotations

import unicodedata

from queti.kernel.formulas.values import lower, upper
from tests.kernel.formulas.world import World


def letters() -> list[str]:
    kinds = ("Lu", "Ll", "Lt", "Lo", "Nl", "So", "Mn")
    return [chr(code) for code in range(1, 0x1F000) if unicodedata.category(chr(code)) in kinds]


def test_each_letter_has_the_case_that_postgres_gives_it(world: World) -> None:
    known = letters()
    found = world.connection.execute(
        "SELECT letter, lower(letter), upper(letter) FROM unnest(%s::text[]) AS letter", [known]
    ).fetchall()
    assert not [
        row for row in found if (row[1], row[2]) != (lower(row[0]), upper(row[0])) and is_known(row[1] + row[2])
    ]


def is_known(text: str) -> bool:
    """PostgreSQL may have a newer Unicode than this Python."""
    return all(unicodedata.category(letter) != "Cn" for letter in text)
