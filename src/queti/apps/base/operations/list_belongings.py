"""What a hand-over would hand over."""

from __future__ import annotations

from typing import Any

from queti.apps.base.belongings import belongings
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.work import Work


@operation(
    on="base.user",
    label=words("What is theirs", "名下记录"),
    inputs={"person": link("base.user", label=words("Person", "用户"), required=True)},
    reads_only=True,
    result="rows",
)
def list_belongings(work: Work, calls: list[Call]) -> list[Any]:
    """`[{object, field, label, count}]` of what stands in the person's name and can be changed."""
    return [belongings(work, call.person) for call in calls]
