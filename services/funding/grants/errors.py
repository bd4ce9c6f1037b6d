"""Problems of taking a grant along its chain of steps."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class RecipientDissolved(Problem):
    """A grant of a Party organization that was dissolved is paid only with a recorded reason."""

    slug, status = "recipient-dissolved", 409
    title = Text(zh="受补助党组织已撤销", en="Recipient dissolved")
    detail = Text(
        zh="该党组织已于{dissolved_on}撤销。如仍须拨付，请填写理由，理由将存入审计记录。",
        en="This Party organization was dissolved on {dissolved_on}. Give a reason to pay all the same.",
    )


class GrantOrdered(Problem):
    """A grant that is in a payment order is paid by what the bank returns."""

    slug, status = "grant-ordered", 409
    title = Text(zh="补助已列入支付单", en="Grant ordered")
    detail = Text(
        zh="该补助已列入支付单“{order}”，以银行回单为准，不能另行拨付或再次列入。",
        en="The grant is in the payment order '{order}': what the bank returns pays it; it is neither paid nor ordered "
        "beside that.",
    )


class PaymentContradicted(Problem):
    """The bank says of an earlier order that it paid the grant after all: it is not paid a second time meanwhile."""

    slug, status = "payment-contradicted", 409
    title = Text(zh="银行回单前后不符", en="The bank contradicts itself")
    detail = Text(
        zh="支付单“{number}”的银行最近回单称该补助已付，与先前记录不符；查明并导入新的回单之前，不能再次列入或者拨付。",
        en="The bank's last return of the payment order '{number}' reports the grant as paid, against what it returned "
        "before; until a later return settles that, the grant is neither ordered nor paid again.",
    )


class PaymentUsed(Problem):
    """What was paid arrived: its use was reported, or some of it came back from the recipient."""

    slug, status = "payment-used", 409
    title = Text(zh="拨款已使用", en="The payment was used")
    detail = Text(
        zh="该补助已报告使用情况、已决算，或者已有款项由受助方退回，与银行退票矛盾，请先查明；未作任何处理。",
        en="The use of this grant was reported or settled, or some of it came back from the recipient, so the bank "
        "cannot have sent the payment back: find out first. Nothing was done.",
    )


class PayeesNotVerified(Problem):
    """A grant is ordered to an account that a second person has verified."""

    slug, status = "payees-not-verified", 409
    title = Text(zh="收款账户未核对", en="Accounts not verified")
    detail = Text(
        zh="有 {count} 个受补助党组织没有已核对的收款账户（{recipient} 等），未生成支付单。",
        en="{count} recipient(s) have no verified account ({recipient} is the first); nothing was ordered.",
    )


class OrganizationsCounted(Problem):
    """Other grants of the year stand for all organizations of this one."""

    slug, status = "organizations-counted", 409
    title = Text(zh="所覆盖的组织已计入其他补助", en="Organizations counted already")
    detail = Text(
        zh="该补助所对应的组织当年均已计入其他补助，一个组织一年只计一次。",
        en="Other grants of the year stand for all organizations of this one; an organization counts once a year.",
    )


class SummaryDiffers(Problem):
    """The grants that are named are not as many, or not as much, as the caller says: nothing was done."""

    slug, status = "summary-differs", 409
    title = Text(zh="汇总不一致", en="The summary differs")
    detail = Text(
        zh="所列补助共{found_count}笔、{found_fen}分，与所填的{count}笔、{total_fen}分不一致，未作任何处理。",
        en="The grants named are {found_count} of {found_fen} fen, not {count} of {total_fen} fen; nothing was done.",
    )
