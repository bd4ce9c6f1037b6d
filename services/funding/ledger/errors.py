"""Problems of posting to the ledger."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class PeriodShut(Problem):
    """The month that a posting is dated in is closed or locked."""

    slug, status = "ledger-period-shut", 409
    title = Text(zh="会计期间已结账", en="Ledger period shut")
    detail = Text(
        zh="“{division}”的会计期间 {period} 已结账或锁定，不能再记入；更正须记入未结账的期间。",
        en="The period {period} of '{division}' is closed or locked: nothing is posted into it; a correction goes to a "
        "period that is open.",
    )


class PeriodNotOver(Problem):
    """Only a month that has ended can be closed."""

    slug, status = "ledger-period-not-over", 409
    title = Text(zh="会计期间尚未结束", en="Ledger period not over")
    detail = Text(
        zh="会计期间 {period} 尚未结束，不能结账。", en="The period {period} has not ended: it cannot be closed."
    )


class NotInChart(Problem):
    """The chart of accounts of the division and day does not have an account or a source."""

    slug, status = "not-in-chart", 409
    title = Text(zh="会计科目表中没有", en="Not in the chart of accounts")
    detail = Text(
        zh="“{division}”在{on}执行的会计科目表中没有“{code}”。",
        en="The chart of accounts of '{division}' on {on} does not have '{code}'.",
    )


class PostedOtherwise(Problem):
    """The same thing was posted before with another content."""

    slug, status = "posted-otherwise", 409
    title = Text(zh="同一事项已另行记账", en="Posted before with another content")
    detail = Text(
        zh="同一事项已记入凭证“{transaction}”，内容与此不同。如有误，请先冲销该凭证，再以新的凭证号记入。",
        en="This was posted before as the transaction '{transaction}', with another content. If that is wrong, "
        "reverse it, and post what is right under a reference of its own.",
    )


class PostingReversed(Problem):
    """The same thing was posted before and taken back: its number stays in the books."""

    slug, status = "posting-reversed", 409
    title = Text(zh="同号凭证已冲销", en="Posted before and reversed")
    detail = Text(
        zh="同一事项已记入凭证“{transaction}”，该凭证已冲销，凭证号不能再次使用。请以新的凭证号记入。",
        en="This was posted before as the transaction '{transaction}', which was reversed; its reference is not used "
        "again. Post what is right under a reference of its own.",
    )


class AlreadyReversed(Problem):
    """One of the transactions was reversed before, or is itself a reversal: nothing was reversed."""

    slug, status = "already-reversed", 409
    title = Text(zh="凭证已冲销", en="Reversed before")
    detail = Text(
        zh="凭证“{transaction}”已冲销，或其本身就是冲销凭证；本次没有冲销任何凭证。",
        en="The transaction '{transaction}' was reversed before, or is a reversal itself; nothing was reversed.",
    )


class PostedForGrant(Problem):
    """What a grant's step posted is not reversed apart from the grant: nothing was reversed."""

    slug, status = "posted-for-grant", 409
    title = Text(zh="凭证属于补助", en="Posted for a grant")
    detail = Text(
        zh="凭证“{transaction}”由补助的办理步骤记入，须随该补助一并处理，不能单独冲销；本次没有冲销任何凭证。",
        en="The transaction '{transaction}' was posted by a step of a grant, and is not reversed apart from it; "
        "nothing was reversed.",
    )


class ReversalDiffers(Problem):
    """Count or total of what was asked for is not what there is: nothing happened."""

    slug, status = "reversal-differs", 409
    title = Text(zh="合计不符", en="Summary differs")
    detail = Text(
        zh="所列凭证实为 {count} 笔、合计 {total_fen} 分，与请求不符；本次没有冲销任何凭证。",
        en="These are {count} transaction(s) of {total_fen} fen in all, which is not what the request says; "
        "nothing was reversed.",
    )


UNBALANCED = Text(
    zh="借贷不平：借方减贷方为 {difference} 分。",
    en="Debits and credits differ: debits less credits are {difference} fen.",
)
ONE_SIDE = Text(zh="借方与贷方须恰有一方大于零。", en="Exactly one of debit and credit is above zero.")
IN_FUTURE = Text(zh="记账日期不能晚于今天。", en="It cannot be booked on a day to come.")
