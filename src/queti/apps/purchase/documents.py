"""A supplier's paper is taken once: by its number and who sent it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from queti.kernel.errors import DuplicateKey, FieldProblem, Overtaken, Refusal, WrongInput
from queti.kernel.record import Record
from queti.kernel.work import Work

Refusing = Callable[[Record], Refusal]


def create_once(
    work: Work, object: str, rows: Sequence[dict[str, Any]], paper: str, twice: Refusing
) -> Sequence[Record]:
    """New records; `twice` says what is refused where the field `paper` of a supplier is there already."""
    _refuse_repeated(rows, paper)
    papers = sorted({row[paper] for row in rows if row[paper]})
    if papers:
        wanted = {"papers": papers, "suppliers": sorted({row["supplier"] for row in rows})}
        seen = ("number", "supplier", "supplier.name", paper)
        found = work.find(object, f"{paper} in $papers and supplier in $suppliers", wanted, seen)
        theirs = {(row["supplier"], row[paper]) for row in rows}
        for known in found:
            if (known.supplier, known[paper]) in theirs:
                raise twice(known)
    try:
        return work.create(object, rows)
    except DuplicateKey as problem:
        raise Overtaken(what={"en": "document", "zh": "单据"}) from problem


def _refuse_repeated(rows: Sequence[dict[str, Any]], paper: str) -> None:
    """One list names each paper once."""
    named: set[tuple[int, str]] = set()
    for place, row in enumerate(rows):
        key = row["supplier"], row[paper]
        if row[paper] and key in named:
            problem = FieldProblem(f"[{place}].{paper}", "repeated", "Is named more than once.", "同一单据重复出现。")
            raise WrongInput(summary=problem.en, fields=[problem])
        named.add(key)
