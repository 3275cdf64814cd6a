"""README and the how-to pages lead where they say, in the words that stand on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README, ITS_CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
GUIDES = sorted((ROOT / "docs/how-to").glob("*.md"))
LESSONS = sorted((ROOT / "docs/learn").glob("*.md"))
SEEN = {"en": r'\ben: *"?([^",}\n]+)|\bwords\(\s*"([^"]+)"', "zh": r'\bzh: *"?([^",}\n]+)|\bwords\([^)]*"([^"]+)"\)'}
KEPT = {"CSV"}  # a kind of file, by its own name


def all_in(folder: str, kind: str) -> str:
    return "\n".join(page.read_text() for page in (ROOT / folder).rglob(kind))


def words_of_the_screen(language: str) -> str:
    """One a line: what the screen's catalogs say, and the labels of the shipped apps and their operations."""
    said = re.findall(r'^msgstr "(.*)"$', all_in("web/src/locales", f"{language}.po"), re.MULTILINE)
    shipped = all_in("src/queti/apps", "*.yaml") + all_in("src/queti/templates", "app.yaml")
    made = all_in("src/queti", "*.py")
    told = [one or other for one, other in re.findall(SEEN[language], shipped + made)]
    return "\n".join(["", *said, *told, ""])


def named_in_english(text: str) -> set[str]:
    paths = re.findall(r"(?<![*\w])\*([A-Z][^*]*)\*(?!\*)", text) + re.findall(r"^#+ \w+: (.+→.+)$", text, re.MULTILINE)
    return {" ".join(word.split()).removesuffix(" …") for path in paths for word in path.split("→")}


def stands(name: str, screen: str) -> bool:
    """As a whole, or with more behind it: *Gaps* for "Gaps (3)"."""
    return f"\n{name}\n" in screen or f"\n{name} " in screen


def links_of(text: Path) -> set[str]:
    return set(re.findall(r"\]\((?!http)([^)#]+)", text.read_text()))


@pytest.mark.parametrize("text", [README, ITS_CHINESE, *GUIDES, *LESSONS], ids=lambda text: text.name)
def test_links_lead_somewhere(text: Path) -> None:
    assert [link for link in links_of(text) if not (text.parent / link).exists()] == []


def test_the_chinese_readme_leads_to_every_guide() -> None:
    guides = {link for link in links_of(README) if "how-to" in link}
    assert guides - links_of(ITS_CHINESE) == set()


@pytest.mark.parametrize("text", [README, *GUIDES], ids=lambda text: text.name)
def test_english_names_stand_on_the_screen(text: Path) -> None:
    screen = words_of_the_screen("en")
    told = text.read_text().partition("## Day to day")[2] if text == README else text.read_text()
    assert sorted(name for name in named_in_english(told) - KEPT if not stands(name, screen)) == []


def test_chinese_names_stand_on_the_screen() -> None:
    screen = words_of_the_screen("zh").split("\n")
    named = re.findall("“([^”]+)”", ITS_CHINESE.read_text().partition("## 日常")[2])
    assert [name for name in named if name not in screen] == []
