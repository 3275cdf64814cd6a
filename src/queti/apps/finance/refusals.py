"""What the books refuse, in both languages."""

from queti.kernel.errors import Refusal


class PeriodClosed(Refusal):
    """The period {period} is closed; post into an open one, or open it again."""

    zh = "会计期间 {period} 已结账，请记入已开启的期间，或先反结账。"
    kind = "conflict"
    field = "posted_on"
    offers = ("finance.reopen_period",)


class PeriodStillOpen(Refusal):
    """The period {period} isn't closed."""

    zh = "会计期间 {period} 尚未结账。"
    kind = "conflict"
    field = "period"


class PeriodNotOpen(Refusal):
    """The period {period} hasn't been opened; open it before posting into it."""

    zh = "会计期间 {period} 尚未开启，请先开启再记账。"
    kind = "conflict"
    field = "posted_on"
    offers = ("finance.open_periods",)


class EntryDoesNotBalance(Refusal):
    """Debit {debit} and credit {credit} differ by {difference}; an entry must balance."""

    zh = "借方 {debit} 与贷方 {credit} 相差 {difference}，凭证必须借贷平衡。"
    field = "lines"


class LineNeedsOneSide(Refusal):
    """Line {line} must have either a debit or a credit."""

    zh = "第 {line} 条分录必须且只能填写借方或贷方金额。"
    field = "lines"


class EntryAlreadyReversed(Refusal):
    """Entry {number} has been reversed already, by {by}."""

    zh = "凭证 {number} 已由 {by} 红冲。"
    kind = "conflict"


class EntryBelongsToDocument(Refusal):
    """Entry {number} was booked by {source}; correct it there."""

    zh = "凭证 {number} 由 {source} 生成，请在来源单据更正。"
    kind = "conflict"


class ReceivableAlreadyPaid(Refusal):
    """{receivable} has been paid in part or whole, so its entry can't be reversed."""

    zh = "{receivable} 已有收款，不能红冲其凭证。"
    kind = "conflict"


class SettlesTooMuch(Refusal):
    """{receivable} has only {open} open; {wanted} can't be settled."""

    zh = "{receivable} 未收金额仅 {open}，不能核销 {wanted}。"
    kind = "conflict"
    field = "settle"


class NothingToSettle(Refusal):
    """{amount} is more than the {open} that {party} owes in this currency."""

    zh = "收款 {amount} 超过 {party} 该币种的应收余额 {open}。"
    kind = "conflict"
    field = "amount"


class SettlementsDiffer(Refusal):
    """The settlements add up to {settled}, the payment is {amount}."""

    zh = "核销金额合计 {settled} 与收款金额 {amount} 不一致。"
    field = "settle"


class ReceivableOfAnother(Refusal):
    """{receivable} isn't owed by this customer in this currency."""

    zh = "{receivable} 不是该客户该币种的应收单。"
    field = "settle"


class AmountNotPositive(Refusal):
    """The amount must be more than zero."""

    zh = "金额必须大于零。"
    field = "amount"


class UnknownAccount(Refusal):
    """There is no account {code}."""

    zh = "没有科目 {code}。"
    kind = "not_found"
    field = "lines"


class ExchangeRateMissing(Refusal):
    """{currency} has no exchange rate to the company's currency; set it first."""

    zh = "币种 {currency} 没有对本位币的汇率，请先设置。"
    field = "currency"


class PeriodsNeedAnOrder(Refusal):
    """The first period must not lie behind the last one."""

    zh = "起始期间不能晚于结束期间。"
    field = "last"
