"""What bars a filing, or finding one."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class StaleFiling(Problem):
    """What is stored of the body is newer than what was sent."""

    slug, status = "stale-filing", 409
    title = Text(zh="备案信息已过时", en="Stale filing")
    detail = Text(
        zh="已存有截至 {stored_as_of} 的备案信息，所报截至 {as_of}。",
        en="What is stored is as of {stored_as_of}, what was sent is as of {as_of}.",
    )


class ContradictingFiling(Problem):
    """Another content of the body is stored as of the same instant."""

    slug, status = "contradicting-filing", 409
    title = Text(zh="备案信息相互矛盾", en="Contradicting filing")
    detail = Text(
        zh="编号“{number}”已存有截至同一时刻 {as_of} 而内容不同的备案信息。如以本次为准，请以更晚的截至时间再报。",
        en="Another content of number '{number}' is stored as of the same instant {as_of}. Send it as of a later one "
        "if this one is right.",
    )


class SeveralFiledBodies(Problem):
    """More than one street has a body of the number."""

    slug, status = "several-filed-bodies", 409
    title = Text(zh="编号不唯一", en="Several bodies have the number")
    detail = Text(
        zh="有 {count} 个备案组织使用编号“{number}”，请同时给出“division”和“street”。",
        en="{count} filed bodies have the number '{number}': give division and street as well.",
    )
