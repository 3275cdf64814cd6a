"""`bin/test`: everything that tests need, then all tests. Arguments go to pytest."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from environment import PYTHON, ROOT, apt_install, apt_knows, prepare, run, say

SHELL = "chromium-headless-shell"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHINESE_FONTS = ("*[Nn]oto*CJK*", "*wqy*", "*[Ss]ource[Hh]an*", "PingFang*", "*droid*fallback*")
# One more than the cores of a small machine: a browser, a server and a database take turns and often wait.
WHOLE_SUITE = ("-n", "3", "--dist", "worksteal", "--durations", "25", "--durations-min", "5")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
)


def main() -> None:
    prepare("run", "build", "test")
    arguments = sys.argv[1:]
    if not arguments:
        ensure_browser()
    if run(PYTHON, ROOT / "tools" / "screen.py"):
        sys.exit("The screen could not be built; the reason is above.")
    screen = 0 if arguments else test_screen()
    python = run(PYTHON, "-m", "pytest", *(arguments or WHOLE_SUITE))
    sys.exit(screen or python)


def ensure_browser() -> None:
    missing = {}
    if not shutil.which(SHELL) and apt_knows(SHELL):
        missing[SHELL] = "Chromium without windows"
    if not any(map(shutil.which, BROWSERS)):
        missing["chromium"] = "Chromium"
    if not has_chinese_font():
        missing["fonts-noto-cjk"] = "a Chinese font"
    if missing:
        apt_install(list(missing), " and ".join(missing.values()))


def has_chinese_font() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob(name), None) for folder in folders for name in CHINESE_FONTS if folder.exists())


def test_screen() -> int:
    scripts = json.loads((ROOT / "web" / "package.json").read_text())["scripts"]
    if "test" not in scripts:
        return 0
    say("The screen's own tests")
    code = "import screen; screen.npm('run', '--silent', 'test')"
    return run(PYTHON, "-c", code, PYTHONPATH=str(ROOT / "tools"))


main()
