"""The check of what a report offers: the operation takes what the report's rows or inputs hold."""

from __future__ import annotations

from collections.abc import Mapping

from queti.kernel.definitions import FieldDef
from queti.kernel.model import Model
from queti.kernel.names import did_you_mean
from queti.kernel.operations import Operation
from queti.kernel.publishing.findings import Findings


def check_offers(model: Model, report: Operation, findings: Findings) -> None:
    """Add to `findings` what is wrong with the report's offers; those of an absent app stay away."""
    for name, takes in report.offers.items():
        if name not in model.operations:
            if name.partition(".")[0] in model.apps:
                _unknown(findings, report, f"offers.{name}", name, model.operations)
            continue
        for taken, source in takes.items():
            _check_taken(findings, report, model.operations[name], taken, source)


def _check_taken(findings: Findings, report: Operation, offered: Operation, taken: str, source: str) -> None:
    place = f"offers.{offered.name}.{taken}"
    sources = [held[source] for held in (report.columns, report.inputs) if source in held]
    if taken not in offered.inputs:
        _unknown(findings, report, place, taken, offered.inputs)
    elif not sources:
        _unknown(findings, report, place, source, {**report.columns, **report.inputs})
    elif any(_kind(each) != _kind(offered.inputs[taken]) for each in sources):
        findings.error(
            "operation",
            report.name,
            place,
            f"“{source}” is not what “{taken}” takes.",
            f"“{source}”与“{taken}”的类型不符。",
            {"en": "Choose a column or input of the same type.", "zh": "请选择同类型的列或参数。"},
        )


def _kind(field: FieldDef) -> tuple[str, str | None]:
    return field.type, field.to


def _unknown(findings: Findings, report: Operation, place: str, wanted: str, known: Mapping[str, object]) -> None:
    findings.error(
        "operation",
        report.name,
        place,
        f"There is no “{wanted}”.",
        f"没有“{wanted}”。",
        did_you_mean(wanted, known),
    )
