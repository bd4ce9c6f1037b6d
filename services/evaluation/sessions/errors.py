"""Problems of a session, and the differences between what it says and what there is."""

from shared.problems.language import Text
from shared.problems.problems import MAX_ERRORS, FieldError, Problem


class NoSession(Problem):
    """The cycle's evaluations are completed one by one."""

    slug, status = "no-session", 409
    title = Text(zh="不经评定会议", en="No session decides here")
    detail = Text(
        zh="本年度评定的规则未设评定会议，请逐个完成评定。",
        en="The policy of this cycle has no session: its evaluations are completed one by one.",
    )


class SessionDiffers(Problem):
    """The list and what there is are not the same: nothing was decided."""

    slug, status = "session-differs", 409
    title = Text(zh="会议决定与实际不符", en="The session's list differs")
    detail = Text(
        zh="会议决定与实际有 {differences} 处不符（可决定 {counted} 个），未作任何决定。",
        en="The session's list differs from what there is in {differences} place(s) ({counted} can be decided): "
        "nothing was decided.",
    )

    def __init__(self, errors: list[FieldError], *, counted: int) -> None:
        super().__init__(errors[:MAX_ERRORS], differences=len(errors), counted=counted)


class QuorumMissing(Problem):
    """Too few members were present for a decision."""

    slug, status = "quorum-missing", 409
    title = Text(zh="到会人数不足", en="No quorum")
    detail = Text(
        zh="应到 {due} 人，实到 {present} 人，不足规定的比例（万分之 {quorum_bp}）。",
        en="{present} of {due} members were present; the policy asks for {quorum_bp} basis points of them.",
    )


WRONG_COUNT = Text(zh="清单共 {counted} 个，与所报的 {count} 个不符。", en="The list has {counted}, not {count}.")
WRONG_COUNT_WAITING = Text(
    zh="清单共 {counted} 个，与所报的 {count} 个不符；清单范围内尚不能决定的：{waiting}。",
    en="The list has {counted}, not {count}; of its scope these are not ready: {waiting}.",
)
TWICE = Text(zh="同一评定在清单中重复。", en="This evaluation stands in the list twice.")
NOT_OPEN = Text(
    zh="本年度评定中没有这一待决定的评定。", en="No such evaluation of this cycle waits for a decision here."
)
NOT_SCORED = Text(
    zh="“{name}”的评定还有 {missing} 项指标没有得分。", en="'{name}' lacks the scores of {missing} indicator(s)."
)
CLOSED = Text(zh="年度评定已结束，只决定重新启动的评定。", en="The cycle is closed: only what was reopened is decided.")
INTERESTED = Text(
    zh="“{name}”的评分人已申报利害关系，须由他人重新评分。",
    en="Whoever scored '{name}' declared an interest; somebody else must score it again.",
)
LEFT_OUT = Text(
    zh="“{name}”（{id}）与清单中的评定同批评定，已可决定，不能遗漏。",
    en="'{name}' ({id}) is rated together with these and is ready: it cannot be left out.",
)
OTHER_STAR = Text(zh="按规则为 {found} 星，不是 {star} 星。", en="By the rule it has {found} star(s), not {star}.")
NOTHING = Text(zh="没有可决定的评定。", en="Nothing is ready to be decided.")
RECUSED_UNKNOWN = Text(zh="清单中没有这一评定。", en="The list does not have this evaluation.")
RECUSAL_UNSAID = Text(
    zh="有人申报与“{name}”（{id}）有利害关系，须写明回避人数（可为 0）。",
    en="Somebody declared an interest in '{name}' ({id}): say how many members stayed away (0 if none was one).",
)
TOO_FEW_LEFT = Text(zh="回避后可表决的人数不足。", en="Too few members are left to decide this one.")
ONE_OF_BOTH = Text(zh="“decisions”与“by_list”须填且只填其一。", en="Give either decisions or by_list, and not both.")
MORE_THAN_DUE = Text(zh="实到人数不能多于应到人数。", en="No more members are present than are due.")
TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
BEFORE_THE_YEAR = Text(zh="日期不能早于所评的 {year} 年。", en="The day is not before the year that is rated, {year}.")
BEFORE_THE_OPENING = Text(
    zh="日期不能早于本年度评定开放之日（{opened_on}）。", en="The day is not before the cycle was opened, {opened_on}."
)
BEFORE_WHAT_IT_DECIDED = Text(
    zh="会议不能早于所决定的内容：“{name}”（{id}）的评分、加分、否决、核查结果或退回、重新启动最后记于 {day}。",
    en="A session cannot decide what was not there yet: the scores, bonuses, vetoes, findings or reopening of '{name}' "
    "({id}) are of {day}.",
)
OWN_INTEREST = Text(zh="您与“{name}”有利害关系。", en="You declared an interest in '{name}'.")
