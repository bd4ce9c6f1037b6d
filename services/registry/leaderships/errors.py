"""Problems of leaderships."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class LeadershipPending(Problem):
    """A leadership of this Party organization was reported and waits for its approval."""

    slug, status = "leadership-pending", 409
    title = Text(zh="尚有待批准的班子", en="A leadership is pending")
    detail = Text(
        zh="第 {number} 次上报的班子尚待批准；须先批准或退回。",
        en="Leadership {number} was reported and is not approved yet; it is approved or returned first.",
    )


class PartyOrganizationEnded(Problem):
    """The Party organization was dissolved."""

    slug, status = "party-organization-dissolved", 409
    title = Text(zh="党组织已撤销", en="The Party organization was dissolved")
    detail = Text(
        zh="该党组织已于 {dissolved_on} 撤销。", en="This Party organization was dissolved on {dissolved_on}."
    )


class TermFollowed(Problem):
    """The term is not the present one: the next leadership was approved."""

    slug, status = "term-followed", 409
    title = Text(zh="任期已结束", en="Another term has begun")
    detail = Text(
        zh="其后的班子已获批准，只有现任班子可以延期换届。",
        en="The next leadership was approved since: only the present term can be extended.",
    )
