"""Problems of budgets."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class BudgetExceeded(Problem):
    """The grants would take more than is left of an appropriation: none was approved."""

    slug, status = "budget-exceeded", 409
    title = Text(zh="超出预算指标余额", en="More than the budget")
    detail = Text(
        zh="预算指标“{appropriation}”尚余 {left_fen} 分，不足以批准 {asked_fen} 分；本次没有批准任何补助。",
        en="The appropriation '{appropriation}' has {left_fen} fen left, which is less than the {asked_fen} fen asked "
        "for; nothing was approved.",
    )


class NoAppropriation(Problem):
    """The region grants money of this source from an appropriation alone, and there is none."""

    slug, status = "no-appropriation", 409
    title = Text(zh="没有预算指标", en="No appropriation")
    detail = Text(
        zh="“{division}”{year} 年没有来源为“{source}”、用途为“{purpose}”、层级为“{level}”的预算指标，不能批准。",
        en="'{division}' has no appropriation of {year} from '{source}' for '{purpose}' at the level '{level}': the "
        "grant cannot be approved.",
    )


class AppropriationExists(Problem):
    """A year, division, level, source and purpose have one appropriation, and a code names one."""

    slug, status = "appropriation-exists", 409
    title = Text(zh="预算指标已存在", en="Appropriation exists")
    detail = Text(
        zh="已有相同编号，或相同年度、区划、层级、来源和用途的预算指标；请使用其编号提出调整。",
        en="There is an appropriation of this code, or of the same year, division, level, source and purpose; change "
        "it under its own code.",
    )


class BelowCommitted(Problem):
    """An appropriation would be less than what was committed of it."""

    slug, status = "below-committed", 409
    title = Text(zh="低于已承诺金额", en="Below what is committed")
    detail = Text(
        zh="预算指标“{appropriation}”另有上年结转 {carried_fen} 分，已承诺 {committed_fen} 分，"
        "不能调减至 {asked_fen} 分。",
        en="Of the appropriation '{appropriation}' {committed_fen} fen are committed ({carried_fen} fen were carried "
        "over): it cannot be lowered to {asked_fen} fen.",
    )


class YearNotOver(Problem):
    """An appropriation is closed once its year is over."""

    slug, status = "budget-year-not-over", 409
    title = Text(zh="预算年度尚未结束", en="Budget year not over")
    detail = Text(zh="{year} 年尚未结束，不能办理年终结账。", en="{year} is not over: it cannot be closed yet.")


class EarlierYearOpen(Problem):
    """The years of a line are closed in their order: what an earlier one carries over goes to the next, while that is
    open.
    """

    slug, status = "earlier-year-open", 409
    title = Text(zh="以前年度尚未结账", en="An earlier year is open")
    detail = Text(
        zh="同一区划、层级、来源和用途的 {year} 年预算指标“{appropriation}”尚未结账，请先办理该指标的年终结账。",
        en="The appropriation '{appropriation}' of {year} of the same division, level, source and purpose is still "
        "open: close that one first.",
    )


class NoSuccessor(Problem):
    """What is carried over needs an open appropriation of the next year of the same line."""

    slug, status = "no-successor", 409
    title = Text(zh="没有可结转的预算指标", en="No appropriation to carry over to")
    detail = Text(
        zh="有 {carried_fen} 分须结转，但 {year} 年没有相同区划、层级、来源和用途的已确认预算指标。",
        en="{carried_fen} fen are carried over, and {year} has no confirmed appropriation of the same division, level, "
        "source and purpose.",
    )


IN_FUTURE = Text(zh="批准日期不能晚于今天。", en="It cannot have been decided on a day to come.")
UNKNOWN_SOURCE = Text(zh="会计科目表中没有资金来源“{source}”。", en="The chart of accounts has no source '{source}'.")
FIXED = Text(zh="预算指标录入后，此项不能更改。", en="This stays as it was entered.")
