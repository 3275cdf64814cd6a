"""What the links in a report's rows are called, as far as its reader sees their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.operations import Operation
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.showing import LABELS

if TYPE_CHECKING:
    from queti.kernel.work import Work

Row = dict[str, Any]


def label_rows(work: Work, rights: Rights | None, report: Operation, answer: Any) -> None:
    """Give each row `_labels` of its link columns: one question for each object that they lead to."""
    links = {name: column.to for name, column in report.columns.items() if column.type == "link" and column.to}
    rows = list(_rows(answer)) if links else []
    labels = {to: _labels(work, rights, to, rows, links) for to in sorted(set(links.values()))} if rows else {}
    for row in rows:
        told = {name: labels[to].get(row.get(name)) for name, to in links.items()}
        row[LABELS] = {name: label for name, label in told.items() if label is not None}


def _labels(
    work: Work, rights: Rights | None, to: str, rows: list[Row], links: Mapping[str, str]
) -> Mapping[int | None, str]:
    names = [name for name, target in links.items() if target == to]
    ids = {row[name] for row in rows for name in names if row.get(name) is not None}
    return cast("Mapping[int | None, str]", labels_of(work, rights, work.model.object(to), ids))


def _rows(answer: Any) -> Iterator[Row]:
    """The rows of one report, or of the reports of several calls."""
    for one in cast("list[Any]", answer if isinstance(answer, list) else [answer]):
        if isinstance(one, dict):
            yield from cast("dict[str, list[Row]]", one).get("rows", ())
