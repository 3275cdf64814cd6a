"""The sheet of a record as a PDF."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from queti.engines.printing.page import WORDS, sheet_of

if TYPE_CHECKING:
    from queti.kernel.work import Work


def print_pdf(work: Work, name: str, record_id: int, language: str) -> bytes:
    """The named print of one record; raises what `print_page` raises. Fonts are those of the machine."""
    import typst  # loaded when somebody prints

    sheet = sheet_of(work, name, record_id, language)
    held = {**msgspec.to_builtins(sheet), "language": language, "words": WORDS[language]}
    template = files("queti.engines.printing").joinpath("page.typ").read_bytes()
    return typst.compile(template, format="pdf", sys_inputs={"sheet": msgspec.json.encode(held).decode()})
