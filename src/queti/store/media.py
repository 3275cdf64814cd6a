"""What an uploaded file is: told by its content, held against its name."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

import puremagic

from queti.store.errors import StoreProblem

HEAD = 64 * 1024
"""Bytes from the start of a file by which its type is told."""

RASTER = frozenset(f"image/{name}" for name in ("png", "jpeg", "webp", "gif", "bmp", "tiff", "heif", "avif"))
RUNS = frozenset(
    """
    text/html image/svg+xml application/xhtml+xml text/javascript application/x-executable application/x-msdownload
    application/x-sh application/java-archive application/x-ms-shortcut application/hta
    """.split()  # noqa: SIM905
)
"""Types that run or can carry what runs; taken only where a field names them."""

_MORE = {
    ".webp": "image/webp",
    ".heic": "image/heif",
    ".heif": "image/heif",
    ".avif": "image/avif",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".7z": "application/x-7z-compressed",
    ".rar": "application/vnd.rar",
    ".exe": "application/x-msdownload",
    ".dll": "application/x-msdownload",
    ".jar": "application/java-archive",
    ".hta": "application/hta",
    ".lnk": "application/x-ms-shortcut",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_SAME = {"image/jpg": "image/jpeg", "image/heic": "image/heif", "application/x-javascript": "text/javascript"}
_SIGNED = re.compile(
    r"image/|video/|audio/|application/(pdf|zip|gzip|vnd\.|msword|x-7z|x-rar|x-msdownload|java-archive)"
)
_EXECUTABLE = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|object|embed|form|meta)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)


class LyingType(StoreProblem):
    """“{name}” isn't what its name says: it holds {found}."""

    zh = "“{name}”的内容与文件名不符：实际为 {found}。"


def media_type(head: bytes, name: str) -> str:
    """The media type of a file that begins with `head`. Raises LyingType where its name says something else."""
    claimed = claimed_type(name)
    found = _text_type(head, claimed) if _is_text(head) else _binary_type(head, claimed)
    if claimed and found != claimed and not {found, claimed} <= RASTER and _contradicts(found, claimed):
        raise LyingType(name=name, found=found)
    return found


def claimed_type(name: str) -> str:
    """What the ending says; "" where it says nothing."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    found = _MORE.get(ending) or _KNOWN.guess_type(f"x{ending}")[0] or ""
    return _SAME.get(found, found)


_KNOWN = mimetypes.MimeTypes()


def _contradicts(found: str, claimed: str) -> bool:
    return bool(_SIGNED.match(claimed)) or found in RUNS or bool(_SIGNED.match(found))


def _is_text(head: bytes) -> bool:
    if b"\0" in head or head.startswith(b"%PDF"):
        return False
    try:
        head[: HEAD - 4].decode()
    except UnicodeDecodeError as problem:
        return problem.start > len(head) - 8 and bool(head)
    return True


def _text_type(head: bytes, claimed: str) -> str:
    if head.startswith(b"#!"):
        return "application/x-sh"
    start = head[:4096]
    if _SVG.search(start):
        return "image/svg+xml"
    if _HTML.search(start):
        return "application/xhtml+xml" if claimed == "application/xhtml+xml" else "text/html"
    is_textual = claimed.startswith("text/") or claimed in ("application/json", "application/xml", "image/svg+xml")
    return claimed if is_textual else "text/plain"


def _binary_type(head: bytes, claimed: str) -> str:
    if head.startswith(_EXECUTABLE):
        return "application/x-msdownload" if claimed == "application/x-msdownload" else "application/x-executable"
    found = _recognized(head)
    types = [_SAME.get(type, type) for type, _ in found if type]
    if claimed in types or (claimed and any(claimed_type(ending) == claimed for _, ending in found)):
        return claimed
    if head.startswith(b"PK\x03\x04"):
        return "application/zip"
    return types[0] if types else "application/octet-stream"


def _recognized(head: bytes) -> list[tuple[str, str]]:
    """(media type, ending) of all that begins like this."""
    try:
        matches: list[Any] = puremagic.magic_string(head)  # pyright: ignore[reportUnknownMemberType]
    except (puremagic.PureError, ValueError):
        return []
    return [(match.mime_type, match.extension) for match in matches]
