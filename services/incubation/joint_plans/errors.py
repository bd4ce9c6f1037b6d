"""Problems of editing and approving proposals."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class ProposalOutdated(Problem):
    """Since the plan was made, some of its organizations changed, were covered, or ended."""

    slug, status = "proposal-outdated", 409
    title = Text(zh="建议已过时", en="Proposal outdated")
    detail = Text(
        zh="方案作出后有组织的情况已变化：{codes}。请重新生成方案。",
        en="Since the plan was made these organizations changed: {codes}. Make a new plan.",
    )


class PlanNotReady(Problem):
    """The plan is still being computed, or could not be."""

    slug, status = "plan-not-ready", 409
    title = Text(zh="方案尚未就绪", en="Plan not ready")
    detail = Text(
        zh="方案现为“{state}”状态，没有可办理的建议。", en="The plan is {state}: there is no proposal to decide on."
    )


class LimitBroken(Problem):
    """An edited proposal would break a limit of joint branches; `limit` names it."""

    slug, status = "limit-broken", 422
    title = Text(zh="超出联合组建的限度", en="Limit of joint branches broken")
    detail = Text(
        zh="调整后的建议不符合规定（{limit}）：为{found}，规定为{allowed}。{codes}",
        en="The edited proposal breaks a limit ({limit}): it would be {found}, allowed is {allowed}. {codes}",
    )
