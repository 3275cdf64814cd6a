"""Unknown names, answered with the nearest known ones."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from queti.kernel.definitions import Words
from queti.kernel.errors import UnknownName


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that look like `name`; the part behind the point counts too."""
    names = list(dict.fromkeys(known))
    close = get_close_matches(name, names, 3, 0.6)
    if not close:
        short = name.rpartition(".")[2]
        close = [entry for entry in names if entry.rpartition(".")[2] == short][:3]
    return close


def did_you_mean(name: str, known: Iterable[str]) -> Words:
    close = nearest(name, known)
    if not close:
        return {"en": "", "zh": ""}
    return {"en": f"Did you mean {' or '.join(close)}?", "zh": f"是否要用 {' 或 '.join(close)}？"}


def unknown(what: Words, name: str, known: Iterable[str]) -> UnknownName:
    return UnknownName(what=what, name=name, nearest=did_you_mean(name, known))
