"""Problems of running a scheme."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class SchemeNotRun(Problem):
    """Nothing of the scheme can be decided by a run."""

    slug, status = "scheme-not-run", 409
    title = Text(zh="补助方案不能统一核定", en="Scheme not run")
    detail = Text(
        zh="补助方案“{scheme}”不能统一核定：其补助由党费返还申请或奖励资金分配逐笔产生。",
        en="The scheme '{scheme}' is not run: each of its grants is raised by a claim of a dues refund, or by the "
        "distribution of an award pool.",
    )


YEAR_NEEDED = Text(zh="请填写年度。", en="Give the year.")
MONTH_NEEDED = Text(zh="该方案按月发放，请填写月份。", en="The scheme is paid by the month: give the month.")
NO_MONTH = Text(
    zh="该方案不按月发放，请填写年度，不填月份。", en="The scheme is not paid by the month: give the year alone."
)
TO_COME = Text(zh="该期间尚未开始。", en="This period has not begun.")
NOT_CONCERNED = Text(
    zh="本次核定不涉及该党组织，请核对方案、期间和行政区划。",
    en="This run does not concern the Party organization: check scheme, period and division.",
)
