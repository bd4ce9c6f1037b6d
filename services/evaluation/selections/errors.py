"""Problems of a selection."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class SelectionExists(Problem):
    """A Party organization is recommended once a year."""

    slug, status = "selection-exists", 409
    title = Text(zh="该年度已推荐", en="Selection exists")
    detail = Text(
        zh="该党组织 {year} 年度已推荐：{selection_id}。",
        en="The Party organization is recommended for {year}: {selection_id}.",
    )


class NotEligible(Problem):
    """Its latest completed rating is below what the tier asks for."""

    slug, status = "not-eligible", 409
    title = Text(zh="不具备推荐条件", en="Not eligible")
    detail = Text(
        zh="{tier} 档要求最近一次评定不低于 {stars_at_least} 星，实际为 {star}。",
        en="Tier {tier} asks for a latest rating of at least {stars_at_least} star(s); it is {star}.",
    )


class NoSelectionPolicy(Problem):
    """No policy of selections is in force."""

    slug, status = "no-selection-policy", 409
    title = Text(zh="没有“双强”评选政策", en="No selection policy")
    detail = Text(
        zh="{division} 在 {on} 没有现行的“双强”评选政策。",
        en="No policy of selections is in force for {division} on {on}.",
    )


class SelectionsUnderWay(Problem):
    """Seats are given once everybody who competes for them is assessed."""

    slug, status = "selections-under-way", 409
    title = Text(zh="同批评选尚未完成", en="Selections under way")
    detail = Text(
        zh="{scope} 的 {tier} 档还有 {count} 个尚未综合评定，不能表彰。",
        en="In {scope}, {count} of tier {tier} are not assessed yet: nobody is commended before.",
    )


class ManagementEnded(Problem):
    """What a commendation means for management ends once."""

    slug, status = "management-ended", 409
    title = Text(zh="管理关系已终止", en="Management ended")
    detail = Text(zh="该管理关系已自 {ended_on} 起终止。", en="This management has ended already, on {ended_on}.")


NO_PARTY = Text(zh="没有这一党组织。", en="There is no such Party organization.")
ENDED = Text(zh="该党组织已撤销。", en="The Party organization has ended.")
BEFORE_MANAGED = Text(
    zh="终止日期不能早于管理起始日期 {managed_from}。",
    en="The day is not before the management began, on {managed_from}.",
)
TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
TOO_EARLY = Text(zh="日期不能早于上一步的 {before}。", en="The day is not before {before}, that of the step before.")
TOO_FEW_VISITORS = Text(zh="实地考察须至少 {least} 人。", en="At least {least} take part in a site visit.")
MORE_THAN_DUE = Text(zh="实到人数不能多于应到人数。", en="No more members are present than are due.")
NO_QUORUM = Text(zh="到会并参加表决的人数不足。", en="Too few members decide it.")
RECUSAL_UNSAID = Text(
    zh="有人申报与该党组织有利害关系，须写明回避人数（可为 0）。",
    en="Somebody declared an interest in it: say how many members stayed away (0 if none was one).",
)
ONE_OF_BOTH = Text(zh="“channel”与“form”须填且只填其一。", en="Give either channel or form, and not both.")
YEAR_TO_COME = Text(
    zh="推荐时 {year} 年尚未开始。", en="The year {year} had not begun on the day of the recommendation."
)
MANAGED_TOO_EARLY = Text(
    zh="管理起始日期不能早于表彰日期 {commended_on}。",
    en="Nothing is managed so before the commendation, on {commended_on}.",
)
PARTNER_ITSELF = Text(zh="结对的对方不能是该党组织自己。", en="A pairing is with another Party organization.")
PARTNER_UNASKED = Text(zh="只有结对共建写明对方党组织。", en="Only a pairing names another Party organization.")
PARTNER_NEEDED = Text(zh="结对共建须写明对方党组织。", en="A pairing names the other Party organization.")
