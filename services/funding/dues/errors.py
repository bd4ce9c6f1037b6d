"""Problems of the register of dues, and of claims for their refund."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class QuarterRecorded(Problem):
    """The quarter was recorded with other figures: a correction has a reason."""

    slug, status = "quarter-recorded", 409
    title = Text(zh="该季度已登记", en="Quarter recorded")
    detail = Text(
        zh="{year}年第{quarter}季度已登记，数额与此不同。如系更正，请填写理由。",
        en="Quarter {quarter} of {year} was recorded with other figures. Give a reason to correct it.",
    )


class DuesHeldElsewhere(Problem):
    """Another division keeps the year's register of this holder."""

    slug, status = "dues-held-elsewhere", 409
    title = Text(zh="党费台账在其他行政区划", en="Dues held elsewhere")
    detail = Text(
        zh="该单位{year}年的党费台账由其他行政区划登记，且没有其迁入“{division}”的记录。",
        en="Another division keeps this holder's dues of {year}, and it is not known to have moved to '{division}'.",
    )


class DuesIncomplete(Problem):
    """The year cannot be certified as it stands."""

    slug, status = "dues-incomplete", 409
    title = Text(zh="党费台账不完整", en="Dues incomplete")
    detail = Text(
        zh="{year}年第{quarters}季度尚未登记，或登记后累计留存为负数，不能核定。",
        en="The year {year} cannot be certified: quarters {quarters} are not recorded, or leave less than nothing.",
    )


class DuesInUse(Problem):
    """A refund claim or an award pool stands on the certified year."""

    slug, status = "dues-in-use", 409
    title = Text(zh="党费台账已被使用", en="Dues in use")
    detail = Text(
        zh="“{used_by}”以该年度核定数为依据，不能重新打开；尚未分配的奖励资金可以先行结束。",
        en="'{used_by}' stands on what was certified, which stays; a pool that gave nothing may be closed first.",
    )


class NoRefund(Problem):
    """No scheme refunds the year's dues, or the holder is none that is refunded."""

    slug, status = "no-refund", 409
    title = Text(zh="不返还党费", en="No refund")
    detail = Text(
        zh="“{division}”没有{year}年的党费返还方案，或该台账不属于社会组织及其党组织。",
        en="No scheme refunds dues of {year} in '{division}', or the register is not that of an organization or its "
        "Party organization.",
    )


class NotCertified(Problem):
    """The year's dues are not certified."""

    slug, status = "dues-not-certified", 409
    title = Text(zh="党费台账未核定", en="Dues not certified")
    detail = Text(zh="{year}年的党费台账尚未核定。", en="The dues of {year} are not certified.")


class ClaimLate(Problem):
    """The last day of claiming has passed."""

    slug, status = "claim-late", 409
    title = Text(zh="申请已过期", en="The claim is late")
    detail = Text(
        zh="{year}年党费返还的申请截止日为{until}。",
        en="Refunds of dues of {year} were claimed until {until}.",
    )


class NothingRemitted(Problem):
    """There is nothing to refund."""

    slug, status = "nothing-remitted", 409
    title = Text(zh="没有可返还的党费", en="Nothing to refund")
    detail = Text(
        zh="{year}年没有按期上缴的党费可以返还。",
        en="Of {year} there are no dues to refund that were remitted in time.",
    )


class RefundNotRaised(Problem):
    """The scheme raises no grant for the claim; `rule` and `outcome` say why."""

    slug, status = "refund-not-raised", 409
    title = Text(zh="不产生返还补助", en="No grant for the claim")
    detail = Text(
        zh="{year}年的党费返还未能产生补助（{rule}：{outcome}）。",
        en="The refund of dues of {year} raises no grant ({rule}: {outcome}).",
    )


class ClaimedBefore(Problem):
    """A year's dues are claimed once."""

    slug, status = "refund-claimed", 409
    title = Text(zh="已申请返还", en="Claimed before")
    detail = Text(
        zh="该年度党费已申请返还（{claim}）。", en="The refund of this year's dues was claimed before: {claim}."
    )


class NoReceiver(Problem):
    """Nobody is known to whom the refund goes."""

    slug, status = "no-receiver", 409
    title = Text(zh="没有接收党组织", en="No receiver")
    detail = Text(
        zh="没有现存的党组织覆盖该单位，请填写其党员所挂靠的党组织（“host_id”），该党组织须存在且未撤销，并在方案适用地区及您的管辖范围内。",
        en="No Party organization that exists covers this holder: name the one that hosts its members (host_id), which "
        "must exist and not be dissolved, within the scheme's region and your divisions.",
    )


NOT_WHOLE = Text(
    zh="收缴数须等于上缴数与留存数之和，现相差 {difference} 分。",
    en="What was collected is what was remitted and what was retained: these differ by {difference} fen.",
)
NOT_SHOWN = Text(
    zh="上缴的银行流水合计 {shown} 分，与上缴数 {remitted} 分不符。",
    en="The bank lines of remittances add up to {shown} fen, not to the {remitted} fen that were remitted.",
)
NOT_EXACT = Text(
    zh="返还数须与当年按期上缴数完全一致：{expected} 分。",
    en="The claim is for exactly what was remitted in the year and in time: {expected} fen.",
)
PAPER_TO_COME = Text(zh="凭证或者流水的日期不能晚于今天。", en="The day of a paper cannot lie ahead.")
PAPER_TWICE = Text(zh="凭证或者流水“{reference}”重复填写。", en="The paper '{reference}' stands twice in this quarter.")
PAPER_RECORDED = Text(
    zh="凭证或者流水“{reference}”已在{year}年第{quarter}季度登记，不能重复计入。编号相同而并非同一笔的，请核对日期和金额。",
    en="The paper '{reference}' stands in quarter {quarter} of {year} already, and counts once. Where it is another "
    "one with the same number, check its day and its amount.",
)
NOT_OVER = Text(zh="该季度尚未结束。", en="This quarter has not ended.")
NO_VOUCHER = Text(zh="收缴党费须有凭证。", en="What was collected has a voucher.")
NO_DUES = Text(
    zh="临时党支部和功能型党组织不收缴党费，由党员组织关系所在的党组织登记。",
    en="Temporary and functional Party organizations collect no dues: those with the members' affiliation record them.",
)
