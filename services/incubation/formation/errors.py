"""Problems of deciding a case."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class JointCaseNeedsPlan(Problem):
    """One organization with fewer than three full members cannot have a joint branch by itself."""

    slug, status = "joint-case-needs-plan", 409
    title = Text(zh="须通过联合组建方案批准", en="A joint plan is needed")
    detail = Text(
        zh="该组织应联合组建，请批准联合组建方案中的建议。",
        en="This organization is to be joined with others: approve the proposal of a joint plan.",
    )


class OrganizationEnded(Problem):
    """The organization was deregistered."""

    slug, status = "organization-ended", 409
    title = Text(zh="该组织已注销", en="The organization has ended")
    detail = Text(zh="该组织已注销，不能组建党组织。", en="The organization was deregistered.")
