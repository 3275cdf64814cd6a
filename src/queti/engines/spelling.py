"""Chinese spelled in letters, so that what people call things can become names."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def spelled(text: str) -> str:
    """`安装日期` → `an zhuang ri qi`; other letters stay as they are."""
    return " ".join(part.strip() for part in lazy_pinyin(text, style=Style.NORMAL) if part.strip())
