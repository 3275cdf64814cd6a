"""The project's own environment: `.venv` with hash-pinned packages, made and kept up to date.

Only the standard library is used here: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def prepare(*groups: str) -> None:
    """Have the packages of these requirement groups (`run`, `build`, `test`), and Queti itself."""
    if not PYTHON.exists():
        make_environment()
    for group in groups:
        file = ROOT / "requirements" / f"{group}.txt"
        once_per_state(group, [file], lambda file=file: install_pinned(file))
    once_per_state("queti", [ROOT / "pyproject.toml", ROOT / "requirements" / "run.in"], link_queti)


def make_environment() -> None:
    say(f"Making an environment for Python {sys.version_info.major}.{sys.version_info.minor} …")
    try:
        venv.create(VENV, with_pip=True, symlinks=True, clear=True)
    except (subprocess.CalledProcessError, ImportError):
        shutil.rmtree(VENV, ignore_errors=True)
        apt_install([f"python3.{sys.version_info.minor}-venv"], "Python's venv module")
        venv.create(VENV, with_pip=True, symlinks=True, clear=True)


def install_pinned(file: Path) -> None:
    wanted = sum("==" in line for line in file.read_text().splitlines())
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command = [*pip, "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        seen = 0
        for line in process.stdout:
            if line.startswith(("Collecting", "Requirement already")):
                seen += 1
                progress(f"Packages to {file.stem}: {seen} of {wanted}")
            elif line.startswith("Installing"):
                progress(f"Packages to {file.stem}: installing …")
    end_progress()
    if process.returncode:
        sys.exit(f"The packages of requirements/{file.name} could not be installed; pip's words are above.")


def link_queti() -> None:
    """`import queti` finds `src`, and `.venv/bin/queti` is the command; nothing is built for it."""
    site_packages = next((VENV / "lib").glob("python3*/site-packages"))
    (site_packages / "queti-source.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "queti"
    command.write_text(f"#!{PYTHON}\nfrom queti.cli import main\n\nmain()\n")
    command.chmod(0o755)


def once_per_state(name: str, files: Iterable[Path], act: Callable[[], None]) -> None:
    """Do `act` unless it was done with files of exactly this content."""
    state = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = VENV / f"{name}.state"
    if not stamp.exists() or stamp.read_text() != state:
        act()
        stamp.write_text(state)


def apt_knows(package: str) -> bool:
    """Whether apt could install it here, by its latest lists."""
    if not may_install():
        return False
    subprocess.run(["apt-get", "-qq", "update"], check=False)
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return shown.returncode == 0


def may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_install(packages: list[str], what: str) -> None:
    """Debian's own packages, where we may; otherwise say what to do."""
    if not may_install():
        sys.exit(f"{what} is missing. Install it, for example: sudo apt-get install {' '.join(packages)}")
    say(f"Installing {what} ({', '.join(packages)}) with apt …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    update = subprocess.run(["apt-get", "-qq", "update"], env=environment, check=False)
    install = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
    installed = subprocess.run(install, env=environment, stdout=subprocess.DEVNULL, check=False)
    if update.returncode or installed.returncode:
        sys.exit(f"apt could not install {what} ({', '.join(packages)}); its words are above.")


def run(*command: str | Path, folder: Path = ROOT, **environment: str) -> int:
    """Run to the end; answers the exit code. Ctrl-C reaches the command as well, which ends in its own time."""
    with subprocess.Popen(command, cwd=folder, env=os.environ | environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def say(text: str) -> None:
    print(text, flush=True)


def progress(text: str) -> None:
    """One line that overwrites itself on a terminal; elsewhere nothing, `end_progress` says the last."""
    progress.last = text
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="", flush=True)


def end_progress() -> None:
    text = getattr(progress, "last", "")
    if text:
        print(f"\r\x1b[K{text}" if sys.stdout.isatty() else text, flush=True)
    progress.last = ""


if __name__ == "__main__":
    prepare(*sys.argv[1:])
