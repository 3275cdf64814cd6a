"""The bench's jobs run; how fast is for `bin/bench` to say, never for a test."""

from __future__ import annotations

import pytest

from bench.__main__ import measure
from bench.jobs import ON_A_COMPANY
from bench.report import Figure, Target, table
from bench.scale import SMALL


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    return list(measure([*ON_A_COMPANY], SMALL))


def test_every_job_has_its_figures(figures: list[Figure]) -> None:
    jobs = " ".join(figure.job for figure in figures)
    for part in ("create", "loop", "confirm", "run-time object", "memory", "import", "list"):
        assert part in jobs
    assert all(figure.value >= 0 for figure in figures)
    assert all(figure.cpu is None or figure.cpu.total > 0 for figure in figures)


def test_nothing_went_wrong_when_many_came_at_once(figures: list[Figure]) -> None:
    counted = {figure.job: figure.value for figure in figures if figure.unit in ("errors", "answers", "confirmed")}
    assert sorted(counted.values()) == [0, 0, SMALL.contended]


def test_a_figure_is_met_when_all_that_is_asked_is_reached() -> None:
    assert Figure("a", 2.0, target=Target(most=2.5)).met is True
    assert Figure("a", 2.0, statements=11, target=Target(most=2.5, statements=10)).met is False
    assert Figure("a", 2.0).met is None
    assert "MISSED" in table([Figure("a", 1.0, target=Target(least=2))])
