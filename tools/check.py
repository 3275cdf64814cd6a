"""`bin/check`: all that can be known about the code without running the tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from environment import PYTHON, ROOT, VENV, prepare, run, say

BIN = VENV / "bin"
REGISTRIES = re.compile(rb"https?://[\w.-]*(pypi|npmjs|npmmirror|registry|pythonhosted)[\w.-]*", re.IGNORECASE)
PYTHON_CODE = ("src", "tests", "scenarios", "bench", "tools", "conftest.py", "hatch_build.py")


def main() -> None:
    prepare("run", "build", "test")
    failed = [name for name, act in steps() if not timed(name, act)]
    run(PYTHON, ROOT / "tools" / "sizes.py")
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    sys.exit(bool(failed))


def steps() -> list[tuple[str, list[str | Path]]]:
    code = [path for path in PYTHON_CODE if (ROOT / path).exists()]
    scripts = json.loads((ROOT / "web" / "package.json").read_text())["scripts"]
    return [
        ("format", [BIN / "ruff", "format", "--quiet", "--check", *code]),
        ("lint", [BIN / "ruff", "check", "--quiet", *code]),
        ("types", [BIN / "pyright"]),
        ("imports", [BIN / "lint-imports", "--no-cache"]),
        ("words", [PYTHON, ROOT / "tools" / "words.py"]),
        ("addresses", [PYTHON, ROOT / "tools" / "check.py", "addresses"]),
        ("screen", [PYTHON, ROOT / "tools" / "screen.py"]),
        *((f"screen {name}", npm(name)) for name in ("check", "messages", "size") if name in scripts),
    ]


def npm(script: str) -> list[str | Path]:
    return [PYTHON, "-c", f"import screen; screen.npm('run', '--silent', {script!r})"]


def timed(name: str, command: list[str | Path]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)")
    if done.returncode:
        say(done.stdout + done.stderr)
    return done.returncode == 0


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'tools'}:{ROOT / 'src'}", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def registry_addresses() -> list[str]:
    """Files of the repository that name a package registry."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    return [str(file) for file in files if file.is_file() and REGISTRIES.search(file.read_bytes())]


if sys.argv[1:] == ["addresses"]:
    found = registry_addresses()
    sys.exit("\n".join(["These files name a package registry:", *found]) if found else 0)
main()
