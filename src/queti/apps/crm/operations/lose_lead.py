from __future__ import annotations

from queti.apps.crm.refusals import LeadAlreadyConverted
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.lead",
    label=words("Mark as lost", "标记无效"),
    when='state = "new" or state = "working"',
    inputs={"lead": link("crm.lead", label=words("Lead", "线索"), required=True, many=True)},
    tells=("crm.lead_lost",),
)
def lose_lead(work: Work, calls: list[Call]) -> list[Record]:
    leads = work.fetch("crm.lead", [call.lead for call in calls], lock=True)
    for lead in leads:
        if lead.state == "converted":
            raise LeadAlreadyConverted(lead=lead.name)
    lost = work.change("crm.lead", [(lead, {"state": "lost"}) for lead in leads])
    work.tell("crm.lead_lost", lost)
    return lost
