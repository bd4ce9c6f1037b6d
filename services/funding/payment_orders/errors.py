"""Problems of payment orders. None of these holds an account."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class OtherChannel(Problem):
    """Fiscal money is paid by the treasury, dues from the dues account: an order is of one of them."""

    slug, status = "other-channel", 409
    title = Text(zh="拨付渠道不一致", en="Another channel")
    detail = Text(
        zh="补助“{grant}”的拨付渠道是“{found}”，不是“{channel}”；未生成支付单。",
        en="The grant '{grant}' is paid by the channel '{found}', not '{channel}'; nothing was ordered.",
    )


class OrderAnswered(Problem):
    """An order that the bank has answered is not withdrawn: the bank has its file."""

    slug, status = "order-answered", 409
    title = Text(zh="银行已有回单", en="Answered by the bank")
    detail = Text(
        zh="支付单“{order}”已有银行回单，不能撤回；未支付的明细以银行回单为准。",
        en="The bank has returned something of the payment order '{order}', so it is not withdrawn; what is open waits "
        "for the bank.",
    )


class OrderWithdrawn(Problem):
    """Of an order that was withdrawn no file is made: it could be paid all the same."""

    slug, status = "order-withdrawn", 409
    title = Text(zh="支付单已撤回", en="Payment order withdrawn")
    detail = Text(
        zh="支付单“{order}”已撤回，不再提供文件。",
        en="The payment order '{order}' was withdrawn; there is no file of it any more.",
    )


OUTSIDE_DIVISION = Text(zh="该补助不在支付单的行政区划内。", en="This grant is not in the division of the order.")
UNREADABLE = Text(
    zh="文件无法读取：应为首行是列名的 csv 或 xlsx 文件，并有参考号、处理结果和金额三列。",
    en="The file cannot be read: it is a csv or xlsx whose first row names its columns, among them the reference, the "
    "result and the amount.",
)
TOO_LARGE = Text(zh="文件超过 {limit} 字节。", en="The file is larger than {limit} bytes.")
