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


class PaidTooMuch(Refusal):
    """{amount} is more than the {open} that we owe {party} in this currency."""

    zh = "付款 {amount} 超过应付 {party} 该币种的余额 {open}。"
    kind = "conflict"
    field = "amount"


class SettlementsDiffer(Refusal):
    """The settlements add up to {settled}, the payment is {amount}."""

    zh = "核销金额合计 {settled} 与收款金额 {amount} 不一致。"
    field = "settle"


class ReceivableOfAnother(Refusal):
    """{receivable} isn't an open item of this business partner in this currency."""

    zh = "{receivable} 不是该往来单位该币种的应收应付单。"
    field = "settle"


class AmountNotPositive(Refusal):
    """The amount must be more than zero."""

    zh = "金额必须大于零。"
    field = "amount"


class UnknownAccount(Refusal):
    """No account is used for {use}; give that use to one."""

    zh = "没有科目的系统用途为 {use}，请先为科目指定用途。"
    kind = "not_found"
    field = "lines"


class PostedToUnknownAccount(Refusal):
    """Row {row} of the rule “{rule}” posts to account {account}, which the chart of accounts doesn't have.
    Make that account, or change the row."""

    zh = "规则“{rule}”第 {row} 行的科目 {account} 不在科目表中，请先建立该科目或修改该行。"
    kind = "not_found"


class NothingEarned(Refusal):
    """Every receivable that was paid by the end of {period} has its commission, or there is none; pay or choose a later
    period first."""

    zh = "截至 {period} 期末，没有已结清而未计提提成的应收单；请先登记收款，或选择之后的期间。"
    kind = "conflict"


class NoSuchDimension(Refusal):
    """The rule “{rule}” answers “{outcome}”, which journal lines don't have. Add a field of that name to the journal
    line, or remove the outcome."""

    zh = "规则“{rule}”的结果“{outcome}”不是分录的字段。请在分录中增加同名字段，或删除该结果。"
    kind = "conflict"


class NoSuchValue(Refusal):
    """Row {row} of the rule “{rule}” answers “{value}” for {field}, and nothing is called so.
    Make it, or change the row."""

    zh = "规则“{rule}”第 {row} 行的{field}“{value}”不存在，请先建立或修改该行。"
    kind = "not_found"


class PostsNowhere(Refusal):
    """No row of the rule “{rule}” says where this document is posted. Add a row for it to the rule."""

    zh = "规则“{rule}”没有任何一行适用于此单据，无法记账，请在规则中补充。"
    kind = "conflict"


class ExchangeRateMissing(Refusal):
    """{currency} has no exchange rate to the company's currency; set it first."""

    zh = "币种 {currency} 没有对本位币的汇率，请先设置。"
    field = "currency"


class PeriodsNeedAnOrder(Refusal):
    """The first period must not lie behind the last one."""

    zh = "起始期间不能晚于结束期间。"
    field = "last"


class AccountIsHeader(Refusal):
    """{account} has sub-accounts; post to one of those."""

    zh = "科目 {account} 有下级科目，请记入末级科目。"
    field = "lines"


class ReversalIsFinal(Refusal):
    """Entry {number} is itself a reversal and can't be reversed; post the right entry anew."""

    zh = "凭证 {number} 本身是红冲凭证，不能再红冲，请重新录入正确的凭证。"
    kind = "conflict"


class ReversedTooEarly(Refusal):
    """Entry {number} is of {posted_on}; a reversal is of that day or later."""

    zh = "凭证 {number} 的日期为 {posted_on}，红冲日期不能早于该日期。"
    field = "posted_on"


class NothingToCarry(Refusal):
    """Nothing stands on the profit and loss accounts at the end of {period}."""

    zh = "{period} 期末损益类科目没有余额，无需结转。"
    kind = "conflict"
    field = "period"


class PeriodClosedAlready(Refusal):
    """The period {period} has been closed already, by {by}."""

    zh = "会计期间 {period} 已由 {by} 结账。"
    kind = "conflict"
    field = "period"


class EarlierPeriodOpen(Refusal):
    """{earlier} lies before {period} and has entries; close it first."""

    zh = "{period} 之前的会计期间 {earlier} 有凭证且尚未结账，请先结账。"
    kind = "conflict"
    field = "period"


class EntriesWaitForPosting(Refusal):
    """{count} entries of {period} aren't posted yet, among them {number}; post or remove them first."""

    zh = "会计期间 {period} 还有 {count} 张凭证未记账（如 {number}），请先记账或删除。"
    kind = "conflict"
    field = "period"


class WriterChecks(Refusal):
    """{number} was written by {who}; another person must check it."""

    zh = "{number} 由 {who} 制单，须由他人审核。"
    kind = "conflict"


class EntryNotChecked(Refusal):
    """{number} hasn't been checked yet."""

    zh = "{number} 尚未审核。"
    kind = "conflict"
    offers = ("finance.check_entry",)


class EntryCheckedAlready(Refusal):
    """{number} has been checked already."""

    zh = "{number} 已审核。"
    kind = "conflict"


class EntryPostedAlready(Refusal):
    """{number} has been posted already."""

    zh = "{number} 已记账。"
    kind = "conflict"


class EntryNeedsCheck(Refusal):
    """Manual entries are checked by a second person here; write it under “Entries to check”."""

    zh = "本公司手工凭证须经审核，请在“待审核凭证”中录入。"
    kind = "conflict"


class SayWhichWay(Refusal):
    """{party} both owes us and is owed; say whether the money came in or went out."""

    zh = "{party} 既有应收也有应付，请注明收款还是付款。"
    field = "direction"


class NothingToHandOver(Refusal):
    """No entry until {until} is left to be handed over."""

    zh = "截至 {until} 没有待移交的凭证。"
    kind = "conflict"


class LayoutForAnotherChart(Refusal):
    """There is no layout {layout} for this chart of accounts."""

    zh = "当前科目表没有 {layout} 报表格式。"
    field = "layout"


class OpeningDiffers(Refusal):
    """Nothing was taken in, the parts differ from their accounts: {differences}."""

    zh = "期初数据未入账，明细与科目余额不符：{differences}。"
    kind = "conflict"
    offers = ("finance.check_opening",)


class BooksHaveBegun(Refusal):
    """Entry {number} of {posted_on} is posted already: an opening comes before the first posting."""

    zh = "已有正式凭证 {number}（{posted_on}），期初建账须在第一笔正式凭证之前启用或撤回。"
    kind = "conflict"


class BooksOpenAlready(Refusal):
    """The books are open since {opened_on} by {number}; take that back to open them anew."""

    zh = "账套已由 {number} 于 {opened_on} 启用，如需重新启用请先撤回。"
    kind = "conflict"
    offers = ("finance.take_back_opening",)


class OpeningLiesAhead(Refusal):
    """{opened_on} lies ahead; the books are opened with the balances of a day that is over."""

    zh = "{opened_on} 尚未到来，期初日期不能晚于今天。"
    field = "opened_on"


class OpeningTakenBack(Refusal):
    """{number} has been taken back already."""

    zh = "{number} 已撤回。"
    kind = "conflict"


class NothingToOpen(Refusal):
    """There are no opening balances yet; import those of the accounts first."""

    zh = "尚无科目期初余额，请先导入科目余额。"
