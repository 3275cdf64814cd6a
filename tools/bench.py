"""`bin/bench`: CPU, statements and memory of the main jobs beside hand-written SQL. Arguments go to `bench`."""

from __future__ import annotations

import os
import sys

from environment import PYTHON, ROOT, prepare


def main() -> None:
    prepare("run", "build")
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    os.execv(PYTHON, [str(PYTHON), "-m", "bench", *sys.argv[1:]])


main()
