"""Problems of entries in schemes' lists."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class SchemeWithoutList(Problem):
    """The scheme reads no list."""

    slug, status = "scheme-without-list", 409
    title = Text(zh="该方案不设名单", en="The scheme has no list")
    detail = Text(
        zh="补助方案“{scheme}”的金额不按名单确定。",
        en="The amounts of the scheme '{scheme}' do not come from a list.",
    )


class SchemeNotActive(Problem):
    """A figure of the scheme is still to be given."""

    slug, status = "scheme-not-active", 409
    title = Text(zh="补助方案未启用", en="Scheme not active")
    detail = Text(
        zh="补助方案“{scheme}”未启用；尚未给出的参数：{missing}。",
        en="The scheme '{scheme}' is not active; parameters that are still to be given: {missing}.",
    )


class ListFull(Problem):
    """The list has as many entries on that day as it may have."""

    slug, status = "list-full", 409
    title = Text(zh="名单已满", en="The list is full")
    detail = Text(
        zh="该名单至多 {at_most} 个，{day}已满。",
        en="The list has at most {at_most} entries, and as many on {day}.",
    )


class ListedAlready(Problem):
    """The recipient stands in the list for some of these days."""

    slug, status = "listed-already", 409
    title = Text(zh="已在名单中", en="Listed already")
    detail = Text(
        zh="该党组织自{effective_from}起已在此名单中，期间重叠。",
        en="The Party organization has been in this list since {effective_from}: the periods overlap.",
    )


class DeclarationMissing(Problem):
    """Nobody declared that the allowance goes to no civil servant."""

    slug, status = "declaration-missing", 409
    title = Text(zh="缺少声明", en="Declaration missing")
    detail = Text(
        zh="本项补贴不发给公务员，须先声明领取人不是公务员。",
        en="Civil servants draw no such allowance: the declaration that it goes to none is missing.",
    )


class EntryOver(Problem):
    """The last day lies before the first, or is missing."""

    slug, status = "entry-over", 409
    title = Text(zh="结束日期有误", en="Last day not possible")
    detail = Text(
        zh="请填写结束日期，且不得早于生效日期{effective_from}。",
        en="Give the last day; it is not before the first, {effective_from}.",
    )


PERIOD_TURNED = Text(zh="结束日期不能早于生效日期。", en="The last day is not before the first.")
AMOUNT_NEEDED = Text(zh="请填写金额（分）。", en="Give the amount in fen.")
NO_AMOUNT = Text(zh="金额由方案按类别确定，不能填写。", en="The scheme has the amount by category: give none.")
NO_CATEGORY = Text(zh="该方案不分类别。", en="The scheme has no categories.")
CATEGORY_NOT_PAID = Text(zh="该方案的类别为：{known}。", en="The categories of the scheme are: {known}.")
OUTSIDE_BOUNDS = Text(zh="金额须在 {least} 分至 {most} 分之间。", en="The amount is from {least} to {most} fen.")
NEVER_LONGER = Text(
    zh="结束日期不能晚于原定的{effective_to}；如需延长，请另行登记。",
    en="The last day is not after the one that was confirmed, {effective_to}: enter another entry to go on.",
)
