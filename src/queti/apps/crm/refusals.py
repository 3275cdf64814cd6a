"""What sales refuses, in both languages."""

from queti.kernel.errors import Refusal


class LeadAlreadyConverted(Refusal):
    """{lead} has been converted already."""

    zh = "线索“{lead}”已转化。"
    kind = "conflict"


class LeadIsLost(Refusal):
    """{lead} is marked as lost; take it up again first."""

    zh = "线索“{lead}”已无效，请先恢复跟进。"
    kind = "conflict"


class QuoteWithoutLines(Refusal):
    """{quote} has no lines yet."""

    zh = "{quote} 还没有明细。"
    field = "lines"


class QuoteNotDraft(Refusal):
    """{quote} is no draft any more."""

    zh = "{quote} 已不是草稿。"
    kind = "conflict"


class QuoteNotSent(Refusal):
    """{quote} hasn't been sent to the customer yet."""

    zh = "{quote} 尚未发送给客户。"
    kind = "conflict"
    offers = ("crm.send_quote",)


class QuoteDeclined(Refusal):
    """{quote} was declined."""

    zh = "{quote} 已被拒绝。"
    kind = "conflict"
    offers = ("crm.revise_quote",)


class QuoteExpired(Refusal):
    """{quote} was valid until {valid_until}; agree on a new date first."""

    zh = "{quote} 有效期至 {valid_until}，请先修订报价并与客户重新约定有效期。"
    kind = "conflict"
    field = "valid_until"
    offers = ("crm.revise_quote",)


class QuoteAlreadyAccepted(Refusal):
    """{quote} was accepted and is an agreement now."""

    zh = "{quote} 已被接受，不能修改。"
    kind = "conflict"


class DealStillOpen(Refusal):
    """{deal} is still open."""

    zh = "商机“{deal}”尚未结束。"
    kind = "conflict"


class DealAlreadyClosed(Refusal):
    """{deal} is closed already."""

    zh = "商机“{deal}”已结束。"
    kind = "conflict"


class LeadHasOwner(Refusal):
    """{lead} has an owner already."""

    zh = "线索 {lead} 已有负责人。"
    kind = "conflict"


class NobodyToAssign(Refusal):
    """{lead} can be given to nobody: nobody sells in department “{department}”; mend the rule or the people."""

    zh = "线索 {lead} 无人可分配：部门“{department}”没有在岗销售，请调整规则或人员。"
    kind = "conflict"
