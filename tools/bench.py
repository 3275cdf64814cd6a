"""`bin/bench`: CPU, statements and memory of the main jobs beside hand-written SQL. Arguments go to it."""

from __future__ import annotations

import sys

from environment import PYTHON, ROOT, prepare, run

prepare("run", "build", "test")
if run(PYTHON, ROOT / "tools" / "screen.py"):
    sys.exit("The screen could not be built; the reason is above.")
sys.exit(run(PYTHON, "-m", "bench", *sys.argv[1:]))
