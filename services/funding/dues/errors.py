"""Problems of the register of dues."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class DuesStated(Problem):
    """There is a statement of the quarter: a correction names it."""

    slug, status = "dues-stated", 409
    title = Text(zh="该季度党费已登记", en="The quarter is stated already")
    detail = Text(
        zh="该党组织{year}年第{quarter}季度的党费已登记；如须更正，请指明所更正的登记。",
        en="Dues of quarter {quarter} of {year} are stated already; a correction names that statement in 'corrects'.",
    )


class DuesRefunded(Problem):
    """The year's dues were refunded on what was certified."""

    slug, status = "dues-refunded", 409
    title = Text(zh="该年度党费已返还", en="The year's dues were refunded")
    detail = Text(
        zh="该党组织{year}年的党费已按核定数返还，不能再更正。",
        en="Dues of {year} were refunded as they were certified: they are corrected no more.",
    )


class DuesNotCertified(Problem):
    """Nothing of the year is certified, or something is not."""

    slug, status = "dues-not-certified", 409
    title = Text(zh="党费尚未核定", en="Dues not certified")
    detail = Text(
        zh="该党组织{year}年的党费共登记{stated}个季度，已核定{certified}个，全部核定后方可申请返还。",
        en="Of {year}, {stated} quarters are stated and {certified} certified: all are certified before a refund.",
    )


class NoRefundScheme(Problem):
    """No scheme of the division refunds dues in that year."""

    slug, status = "no-refund-scheme", 409
    title = Text(zh="没有党费返还方案", en="No scheme refunds dues")
    detail = Text(
        zh="该党组织所在地{year}年没有党费返还方案。",
        en="No scheme refunds dues of {year} where the Party organization is.",
    )


class ClaimLate(Problem):
    """The last day of claiming has passed."""

    slug, status = "claim-late", 409
    title = Text(zh="申请已过期", en="The claim is late")
    detail = Text(
        zh="{year}年党费返还的申请截止日为{until}。",
        en="Refunds of dues of {year} were claimed until {until}.",
    )


class NothingRemitted(Problem):
    """There is nothing to refund, or another scheme gave for it."""

    slug, status = "nothing-remitted", 409
    title = Text(zh="没有可返还的党费", en="Nothing to refund")
    detail = Text(zh="{year}年没有可返还的上缴党费。", en="Of {year} there are no remitted dues to refund.")


SUM = Text(zh="收缴数须等于上缴数与留存数之和。", en="What was collected is what was remitted and what is retained.")
NOT_THIS_QUARTER = Text(
    zh="所更正的登记不属于该党组织的这一季度。", en="The statement corrected is of another quarter."
)
TO_COME = Text(zh="该季度尚未开始。", en="This quarter has not begun.")
NO_DUES = Text(
    zh="临时党支部和功能型党组织不收缴党费，由党员组织关系所在的党组织登记。",
    en="Temporary and functional Party organizations collect no dues: those with the members' affiliation state them.",
)
