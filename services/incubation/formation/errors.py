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


class NotTheBodyAbove(Problem):
    """The caller acts neither for the body above nor for its division."""

    slug, status = "not-the-body-above", 403
    title = Text(zh="须由上级党组织办理", en="For the superior body to decide")
    detail = Text(
        zh="该事项由上级党组织“{name}”（{body}）办理，您不代表该机构。",
        en="This is for the superior body '{name}' ({body}) to decide, and you do not act for it.",
    )
