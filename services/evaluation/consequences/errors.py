"""Sentences on what is sent of a consequence."""

from shared.problems.language import Text

TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
BEFORE_RATING = Text(
    zh="日期不能早于评定结果最终确定日 {final_on}。", en="The day is not before the rating was final, on {final_on}."
)
BEFORE_LAST = Text(zh="日期不能早于上一步的日期 {last}。", en="The day is not before that of the step before, {last}.")
PAST = Text(zh="完成期限不能早于今天。", en="The day by which the plan is carried out is not in the past.")
