"""`bin/dev`: the server beside Vite, which reloads the screen while you edit it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from environment import PYTHON, ROOT, prepare, run, say


def main() -> None:
    prepare("run", "build", "test")
    if run(PYTHON, ROOT / "tools" / "screen.py"):
        sys.exit("The screen could not be built; the reason is above.")
    port = os.environ.get("QUETI_PORT", "8700")
    code = "import screen; screen.become_npm('run', '--silent', 'dev')"
    environment = os.environ | {"QUETI_SERVER": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT / "tools")}
    # In a session of its own: Ctrl-C goes to the server, and this script ends Vite after it.
    vite = subprocess.Popen([PYTHON, "-c", code], env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    say("The screen that reloads is at the address that Vite prints.")
    try:
        sys.exit(run(PYTHON, "-m", "queti", "serve", *sys.argv[1:]))
    finally:
        os.killpg(vite.pid, signal.SIGTERM)
        vite.wait()


main()
