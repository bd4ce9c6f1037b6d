"""Problems of approving a proposal."""

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
