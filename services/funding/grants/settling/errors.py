"""Problems of what follows a payment."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NothingRequired(Problem):
    """The grant needs nothing after its payment, or was not paid."""

    slug, status = "nothing-required", 409
    title = Text(zh="无需办理", en="Nothing required")
    detail = Text(
        zh="该补助（{state}）拨付后没有须办理的使用报告或决算。",
        en="No use report or settlement is required of this grant ({state}) after its payment.",
    )


class UseNotReported(Problem):
    """The scheme requires a report of the use, and there is none yet."""

    slug, status = "use-not-reported", 409
    title = Text(zh="尚未报告使用情况", en="Use not reported")
    detail = Text(
        zh="该补助的使用情况尚未报告，不能决算。", en="The use of this grant was not reported: it is not settled yet."
    )


class NoBalanceDue(Problem):
    """Nothing of the grant is to be returned, or all of it came back."""

    slug, status = "no-balance-due", 409
    title = Text(zh="没有应退款项", en="Nothing to return")
    detail = Text(zh="该补助没有尚未退回的款项。", en="Nothing of this grant is still to be returned.")


class ReturnRecorded(Problem):
    """A return under this reference was recorded for the grant."""

    slug, status = "return-recorded", 409
    title = Text(zh="退款已登记", en="Return recorded before")
    detail = Text(
        zh="该补助凭“{reference}”的退款已登记，未再记账。",
        en="A return under '{reference}' was recorded for this grant; nothing was posted again.",
    )


class PaidFromDues(Problem):
    """What is paid from dues is exactly what was remitted or distributed."""

    slug, status = "paid-from-dues", 409
    title = Text(zh="党费支出不能调整", en="Paid from dues")
    detail = Text(
        zh="该补助由党费列支，数额以上缴数或者分配数为准，不能调整。",
        en="This grant is paid from dues: it is exactly what was remitted or distributed, and is not amended.",
    )


class AmendedBeside(Problem):
    """An amendment granted more beside the grant, which stands: the two together are its amount."""

    slug, status = "amended-beside", 409
    title = Text(zh="另有增加部分", en="Amended beside")
    detail = Text(
        zh="该补助的增加部分是另一笔补助“{beside}”，请先调整或冲销该笔补助。",
        en="What was added to this grant is the grant '{beside}': amend or reverse that one first.",
    )


MORE_THAN_KEPT = Text(
    zh="凭证合计 {total} 分，超过已拨付且无须退回的 {kept} 分。",
    en="The vouchers add up to {total} fen, more than the {kept} fen that were paid and are not to be returned.",
)
VOUCHER_AGAIN = Text(zh="凭证“{reference}”已报告过。", en="The voucher '{reference}' was reported before.")
NOT_BEFORE = Text(
    zh="{since}以前尚未拨付，款项不可能退回。", en="Nothing was paid before {since}: nothing can have come back."
)
NOT_YET = Text(zh="日期不能晚于今天。", en="The day cannot lie ahead.")
MORE_THAN_REPORTED = Text(
    zh="使用数不能超过 {most} 分：已报告的凭证合计或者已拨付的金额。",
    en="What was used is at most {most} fen: what the vouchers reported add up to, or what was paid.",
)
NO_SUCH_GRADE = Text(zh="绩效等级须为下列之一：{grades}。", en="The grade is one of: {grades}.")
MORE_THAN_DUE = Text(zh="尚应退回 {due} 分，不能多退。", en="{due} fen are still to be returned, and no more.")
SAME_AMOUNT = Text(zh="金额没有变化。", en="This is the amount that it has.")
OUTSIDE_BOUNDS = Text(
    zh="连同另行补足的共 {total} 分，不在方案“{scheme}”规定的 {least} 至 {most} 分之间；不应补助的，请撤销。",
    en="With what is granted beside it this makes {total} fen, which is not within the {least} to {most} fen of the "
    "scheme '{scheme}'. A grant that is not due is reversed.",
)
BELOW_REPORTED = Text(
    zh="已报告使用 {reported} 分，金额不能更低。", en="The use of {reported} fen was reported: it cannot be less."
)
