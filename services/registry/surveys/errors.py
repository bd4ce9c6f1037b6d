"""What bars opening a round, entering, confirming or locking it."""

from collections.abc import Mapping

from shared.problems.language import Text
from shared.problems.problems import Problem


class SurveyExists(Problem):
    """A round of the period covers the division, or a part of it."""

    slug, status = "survey-exists", 409
    title = Text(zh="已有统计轮次", en="There is such a survey round")
    detail = Text(
        zh="{period} 在区划“{other_division}”已有统计轮次（{survey_id}），同一期间不能再设包含它或被它包含的轮次。",
        en="There is a round of {period} in '{other_division}' already ({survey_id}): none of the same period may "
        "hold it or lie in it.",
    )


class NotSurveyed(Problem):
    """The round is not for this organization."""

    slug, status = "not-surveyed", 409
    title = Text(zh="不在统计范围", en="Not in the round")
    detail = Text(
        zh="该组织不在本轮统计范围：统计“{survey_division}”内于 {reference_day} 在册的组织（该组织属“{division}”，"
        "{registered_on}成立）。",
        en="The round is for who was registered in '{survey_division}' on {reference_day}; this organization is of "
        "'{division}', was set up on {registered_on}, and may have ended before.",
    )


class JumpUnexplained(Problem):
    """A figure is over the bound, and nobody has said why."""

    slug, status = "jump-unexplained", 409
    title = Text(zh="变动较大未说明", en="A jump lacks a word")
    detail = Text(
        zh="与上一轮相比变动超过规定幅度，须先填写说明（“word”），方可确认。",
        en="A figure differs from the last round by more than the bound: it needs a word before it is confirmed.",
    )


class SurveyIncomplete(Problem):
    """Jumps lack a word, or what is missing or not confirmed lacks the word of who locks."""

    slug, status = "survey-incomplete", 409
    title = Text(zh="统计轮次尚不完整", en="The round is incomplete")
    detail = Text(
        zh="应报 {due} 家，未报 {missing} 家，待确认 {entered} 家，变动未说明 {jump} 家。变动未说明的，不能锁定；"
        "有未报或待确认的，锁定时须填写说明（“word”）。",
        en="Of {due} organizations {missing} are missing, {entered} are not confirmed, and {jump} have a jump without "
        "a word. Jumps without a word bar the locking; what is missing or not confirmed needs a word with it.",
    )

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__((), **counts)


class ReferenceDayAhead(Problem):
    """The day as of which everything is counted has not ended."""

    slug, status = "reference-day-ahead", 409
    title = Text(zh="统计基准日未到", en="The reference day lies ahead")
    detail = Text(
        zh="统计基准日 {reference_day} 尚未到来，不能锁定。",
        en="The reference day {reference_day} has not come: the round cannot be locked yet.",
    )
