"""Problems of taking a grant along its chain of steps."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class RecipientDissolved(Problem):
    """A grant of a Party organization that was dissolved is paid only with a recorded reason."""

    slug, status = "recipient-dissolved", 409
    title = Text(zh="受补助党组织已撤销", en="Recipient dissolved")
    detail = Text(
        zh="该党组织已于{dissolved_on}撤销。如仍须拨付，请填写理由，理由将存入审计记录。",
        en="This Party organization was dissolved on {dissolved_on}. Give a reason to pay all the same.",
    )


class OrganizationsCounted(Problem):
    """Other grants of the year stand for all organizations of this one."""

    slug, status = "organizations-counted", 409
    title = Text(zh="所覆盖的组织已计入其他补助", en="Organizations counted already")
    detail = Text(
        zh="该补助所对应的组织当年均已计入其他补助，一个组织一年只计一次。",
        en="Other grants of the year stand for all organizations of this one; an organization counts once a year.",
    )


class SummaryDiffers(Problem):
    """The grants that are named are not as many, or not as much, as the caller says: nothing was done."""

    slug, status = "summary-differs", 409
    title = Text(zh="汇总不一致", en="The summary differs")
    detail = Text(
        zh="所列补助共{found_count}笔、{found_fen}分，与所填的{count}笔、{total_fen}分不一致，未作任何处理。",
        en="The grants named are {found_count} of {found_fen} fen, not {count} of {total_fen} fen; nothing was done.",
    )
