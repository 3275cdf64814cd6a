"""`bin/bench [JOB …] [--small] [--json FILE]`: measure all jobs, or those that are named."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from bench.jobs import ON_A_COMPANY, ON_THEIR_OWN
from bench.report import Figure, machine, table
from bench.running import a_bench
from bench.scale import FULL, SMALL, Scale


def main() -> None:
    # Told to stop, it still ends its server and removes its files.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(130))
    asked = _asked()
    began = time.monotonic()
    scale = SMALL if asked.small else FULL
    if asked.large:
        scale = replace(scale, large=asked.large)
    figures = list(measure(asked.jobs or [*ON_A_COMPANY, *ON_THEIR_OWN], scale))
    print(f"\n{table(figures)}\n\n{time.monotonic() - began:.0f} s, {machine()}")
    if asked.json:
        shown = {"machine": machine(), "figures": [figure.shown() for figure in figures]}
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(shown)))


def measure(jobs: Sequence[str], scale: Scale) -> Iterator[Figure]:
    """The figures of these jobs, each said as soon as it is known."""
    on_a_company = [name for name in ON_A_COMPANY if name in jobs]
    if on_a_company:
        with a_bench(scale, say) as bench:
            for name in on_a_company:
                yield from _said(name, ON_A_COMPANY[name](bench))
    for name, act in ON_THEIR_OWN.items():
        if name in jobs:
            yield from _said(name, act(scale))


def _said(name: str, figures: Iterable[Figure]) -> Iterator[Figure]:
    say(f"{name} …")
    for figure in figures:
        say(f"  {figure.job}: {figure.value:.2f} {figure.unit}  {figure.note}")
        yield figure


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("jobs", nargs="*", choices=[*ON_A_COMPANY, *ON_THEIR_OWN, []], metavar="JOB")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that all jobs run")
    parser.add_argument("--large", type=int, metavar="ROWS", help="rows of the jobs of a million")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
