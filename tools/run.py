"""`bin/run`: from a fresh clone to a served company."""

from __future__ import annotations

import os
import sys

from environment import PYTHON, ROOT, prepare, run


def main() -> None:
    prepare("run", "build")
    if run(PYTHON, ROOT / "tools" / "screen.py"):
        sys.exit("The screen could not be built; the reason is above.")
    # The server takes this process's place, so Ctrl-C and signals reach it alone.
    os.execv(PYTHON, [str(PYTHON), "-m", "queti", "serve", *sys.argv[1:]])


main()
