"""Problems of running a scheme."""

from shared.problems.language import Text

YEAR_NEEDED = Text(zh="请填写年度。", en="Give the year.")
MONTH_NEEDED = Text(zh="该方案按月发放，请填写月份。", en="The scheme is paid by the month: give the month.")
NO_MONTH = Text(
    zh="该方案不按月发放，请填写年度，不填月份。", en="The scheme is not paid by the month: give the year alone."
)
TO_COME = Text(zh="该期间尚未开始。", en="This period has not begun.")
