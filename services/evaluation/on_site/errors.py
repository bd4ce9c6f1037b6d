"""Problems of on-site checks."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoOnSiteChecks(Problem):
    """The cycle's policy has no on-site checks."""

    slug, status = "no-on-site-checks", 409
    title = Text(zh="不设实地核查", en="No on-site checks here")
    detail = Text(zh="本年度评定的规则未设实地核查。", en="The policy of this cycle has no on-site checks.")


class SampleDrawn(Problem):
    """A sample is drawn once: drawing again until it pleases is no drawing."""

    slug, status = "sample-drawn", 409
    title = Text(zh="核查对象已抽取", en="The sample was drawn")
    detail = Text(
        zh="该年度评定在行政区划 {division} 的核查对象已抽取（种子：{seed}），不得重抽。",
        en="The sample of this cycle in division {division} was drawn already (seed: {seed}); it is not drawn again.",
    )


class NothingToDraw(Problem):
    """Nobody of the cycle is left to be visited."""

    slug, status = "nothing-to-draw", 409
    title = Text(zh="没有可抽取的对象", en="Nobody to draw")
    detail = Text(
        zh="您的管辖范围内没有尚未决定的评定。", en="Within your divisions no evaluation of this cycle is undecided."
    )


class OnSiteFirst(Problem):
    """Who was drawn is visited before the rating is decided."""

    slug, status = "on-site-first", 409
    title = Text(zh="须先实地核查", en="The on-site check comes first")
    detail = Text(
        zh="该党组织已被抽为实地核查对象，核查结果登记后方可决定。",
        en="This Party organization was drawn for an on-site check; it is decided once the findings are recorded.",
    )


TOO_SMALL = Text(zh="核查组至少 {least} 人。", en="A team has at least {least} members.")
TWICE = Text(zh="核查组成员重复。", en="This member of the team is there twice.")
NOT_OF_THE_TEAM = Text(zh="登记人须为核查组成员。", en="Who records the check is a member of the team.")
INTERESTED = Text(zh="该成员已申报利害关系。", en="This member declared an interest.")
SELF_ASSESSED = Text(zh="该成员提交过自评，不得参加核查。", en="This member put the self-assessment.")
TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
BEFORE_OPENING = Text(
    zh="日期不能早于年度评定开放日 {opened_on}。", en="The day is not before the cycle's opening on {opened_on}."
)
NO_FINDINGS = Text(
    zh="实地核查须记录所核查的指标，至少一项。", en="A check records what was found, of one indicator at least."
)
NO_NOTE = Text(
    zh="该版指标体系没有计分方法，须写明核查情况。", en="The version has no methods for facts: note what was found."
)
