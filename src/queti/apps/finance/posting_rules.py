"""Documents put to the posting rules: which accounts their entries move, by which row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from queti.apps.finance.dimensions import Known, answered_by, said, with_records
from queti.apps.finance.posting import NOTHING, Leg, Origin, to_cents, without_zeros
from queti.apps.finance.refusals import PostsNowhere
from queti.kernel.rules.answers import Answer
from queti.kernel.work import Work

Figures = Mapping[str, Any]
"""What a posting rule is asked about a document, or about a part of one."""


def legs_of(
    work: Work, document: str, cases: Sequence[Sequence[Figures]], known: Known = MappingProxyType({})
) -> list[list[Leg]]:
    """The legs of each document's entry: what follows for its parts, added up by account, side, summary and
    dimensions. `known`: records that the documents name."""
    rule = f"finance.posting_{document}"
    names = answered_by(work, rule)
    answers = iter(work.decide(rule, [dict(part) for parts in cases for part in parts]))
    entries = [[leg for part in parts for leg in _posted(work, rule, part, next(answers), names)] for parts in cases]
    return with_records(work, [merged(legs) for legs in entries], known)


def merged(legs: Sequence[Leg]) -> list[Leg]:
    found: dict[tuple[Any, ...], Leg] = {}
    for leg in legs:
        key = leg.account, leg.debit != 0, leg.note, leg.dimensions
        found[key] = found[key].plus(leg) if key in found else leg
    return without_zeros(list(found.values()))


def _posted(work: Work, rule: str, part: Figures, answer: Answer, names: Sequence[str]) -> list[Leg]:
    legs = list(_legs(rule, answer, names))
    if not legs and any(isinstance(value, Decimal) and value for value in part.values()):
        raise PostsNowhere(rule=work.model.rules[rule].label)
    return legs


def _legs(rule: str, answer: Answer, names: Sequence[str]) -> Iterator[Leg]:
    outcomes = answer.outcome if isinstance(answer.outcome, list) else [answer.outcome]
    for label, each in zip(answer.rows, outcomes, strict=False):
        debit, credit = to_cents(each["debit"] or NOTHING), to_cents(each["credit"] or NOTHING)
        if debit or credit:
            account = each["code"] or each["use"]
            origin = Origin(rule, int(label) + 1)
            yield Leg(account, debit, credit, each["note"], dimensions=said(each, names), origin=origin)


def in_parts(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`amount` by weight, to the cent: each part is what the sum so far comes to less what was given before."""
    whole, so_far, given = sum(weights, NOTHING), NOTHING, NOTHING
    parts: list[Decimal] = []
    for weight in weights:
        so_far += weight
        upto = to_cents(amount * so_far / whole) if whole else amount
        parts.append(upto - given)
        given = upto
    return parts
