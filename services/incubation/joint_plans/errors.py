"""Problems of editing and approving proposals."""

from collections.abc import Mapping

from services.incubation.joint_plans.limits import BrokenLimit, Limit
from shared.problems.language import Text
from shared.problems.problems import Problem

ONE_EDIT = {
    "zh": "请填写“add”“remove”“split”“merge”“renew”中的一项，且只填一项。",
    "en": "Give exactly one of add, remove, split, merge and renew.",
}
ID_TWICE = {"zh": "同一组织不能列出两次。", "en": "An organization is listed more than once."}


class ProposalOutdated(Problem):
    """Since the plan was made, some of its organizations changed, were covered, or ended."""

    slug, status = "proposal-outdated", 409
    title = Text(zh="建议已过时", en="Proposal outdated")
    detail = Text(
        zh="方案作出后有组织的情况已变化：{codes}。请以“renew”按现状重新核定该项建议，或重新生成方案。",
        en="Since the plan was made these organizations changed: {codes}. Renew the proposal, which validates "
        "whoever is left of it as they are now, or make a new plan.",
    )


class PlanNotReady(Problem):
    """The plan is still being computed, or could not be."""

    slug, status = "plan-not-ready", 409
    title = Text(zh="方案尚未就绪", en="Plan not ready")
    detail = Text(
        zh="方案现为“{state}”状态，没有可办理的建议。", en="The plan is {state}: there is no proposal to decide on."
    )


_LIMITS: Mapping[Limit, Text] = {
    "too_few_units": Text(
        zh="联合党支部至少须有 {allowed} 个单位，调整后只有 {found} 个。",
        en="A joint branch has at least {allowed} units; it would have {found}.",
    ),
    "too_few_members": Text(
        zh="联合党支部至少须有 {allowed} 名计入的正式党员，调整后只有 {found} 名。",
        en="A joint branch has at least {allowed} full members that count; it would have {found}.",
    ),
    "too_many_units": Text(
        zh="联合党支部最多有 {allowed} 个单位，调整后有 {found} 个。",
        en="A joint branch has at most {allowed} units; it would have {found}.",
    ),
    "too_many_members": Text(
        zh="联合党支部最多有 {allowed} 名党员，调整后有 {found} 名。",
        en="A joint branch has at most {allowed} members; it would have {found}.",
    ),
    "too_far_apart": Text(
        zh="联合党支部各单位须在同一载体或相距不超过 {allowed} 米，以下单位不能与其他单位联合：{codes}。",
        en="The units of a joint branch are in one carrier or at most {allowed} metres apart; these are not so with "
        "others: {codes}.",
    ),
}


class LimitBroken(Problem):
    """An edited proposal would break a limit of joint branches; `limit` names it."""

    slug, status = "limit-broken", 422
    title = Text(zh="超出联合组建的限度", en="Limit of joint branches broken")
    detail = Text(zh="调整后的建议不符合规定。", en="The edited proposal breaks a limit.")

    def __init__(self, broken: BrokenLimit) -> None:
        facts = {"limit": broken.limit, "found": broken.found, "allowed": broken.allowed}
        super().__init__((), **facts, codes=", ".join(broken.codes))
        self.detail = _LIMITS[broken.limit]
