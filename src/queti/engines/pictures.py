"""Small versions of pictures, made when first asked for and kept."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from queti.kernel.errors import Refusal

SIZES = (96, 320, 640, 1280)
"""Longest sides in pixels; a wish is met by the next larger one."""
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""What is tried to be read; the readers of rarer formats stay untouched."""
MOST_KEPT = 256 * 1024 * 1024
"""Bytes of all small versions together, which the nightly sweep leaves."""
TYPE = "image/webp"
_one_at_a_time = threading.Lock()
"""A picture being shrunk lies unpacked in memory."""


class NoPicture(Refusal):
    """This file can't be shown as a picture; download it instead."""

    zh = "该文件无法作为图片显示，请下载查看。"


def thumbnail(cache: Path, name: str, size: int, read: Callable[[], Iterable[bytes]]) -> bytes:
    """The picture within `size` × `size`, upright and without what the camera noted, as WebP. Raises NoPicture."""
    side = next((known for known in SIZES if known >= size), SIZES[-1])
    place = cache / f"{name}-{side}.webp"
    with suppress(FileNotFoundError):
        os.utime(place)
        return place.read_bytes()
    with tempfile.TemporaryFile(dir=cache) as whole:
        whole.writelines(read())
        small = _shrunk(whole, side)
    handle, fresh = tempfile.mkstemp(dir=cache, suffix=".new")
    with os.fdopen(handle, "wb") as out:
        out.write(small)
    Path(fresh).rename(place)
    return small


def keep_within(cache: Path, most: int = MOST_KEPT) -> None:
    """Those looked at longest ago go until `most` bytes are left: they can be made again."""
    kept = sorted(_kept(cache), reverse=True)
    for (_, _, place), total in zip(kept, accumulate(size for _, size, _ in kept), strict=True):
        if total > most:
            place.unlink(missing_ok=True)


def _kept(cache: Path) -> Iterator[tuple[int, int, Path]]:
    for place in cache.glob("*.webp"):
        with suppress(FileNotFoundError):
            known = place.stat()
            yield known.st_mtime_ns, known.st_size, place


def _shrunk(content: IO[bytes], side: int) -> bytes:
    content.seek(0)
    try:
        with _one_at_a_time, Image.open(content, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture
            picture.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise NoPicture from problem
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=80)
    return out.getvalue()
