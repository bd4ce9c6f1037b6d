"""Problems of public notices and objections."""

from shared.problems.language import Text
from shared.problems.problems import Problem

NOT_WHILE_REVIEWED = Text(
    zh="公示起始日须在复核日（{reviewed_on}）至今日（{today}）之间。",
    en="A notice begins between the day of the review ({reviewed_on}) and today ({today}).",
)
NOT_DURING_NOTICE = Text(
    zh="异议须在公示期内（{started_on}至{until}）收到。",
    en="An objection is received during the notice, from {started_on} to {until}.",
)


class NoticeNotRequired(Problem):
    """The scheme of the grant requires no public notice."""

    slug, status = "notice-not-required", 409
    title = Text(zh="无需公示", en="No notice required")
    detail = Text(
        zh="“{name}”的补助所依据的方案不要求公示。", en="The scheme of the grant of '{name}' requires no public notice."
    )


class NoticePublished(Problem):
    """What was reviewed is published already."""

    slug, status = "notice-published", 409
    title = Text(zh="已经公示", en="Published before")
    detail = Text(
        zh="“{name}”的补助自 {started_on} 起已公示。", en="The grant of '{name}' is published since {started_on}."
    )


class NoticeMissing(Problem):
    """The grant is to be published first."""

    slug, status = "notice-missing", 409
    title = Text(zh="尚未公示", en="Not published yet")
    detail = Text(
        zh="“{name}”的补助复核后尚未公示，公示 {working_days} 个工作日后方可批准。",
        en="The grant of '{name}' was not published since its review: it is approved after a notice of {working_days} "
        "working days.",
    )


class NoticeRunning(Problem):
    """The term of the notice is not over."""

    slug, status = "grant-notice-running", 409
    title = Text(zh="公示期未满", en="Notice not over")
    detail = Text(
        zh="“{name}”的补助公示至 {ends_on}，期满后方可批准。",
        en="The notice of the grant of '{name}' ends on {ends_on}: it is approved after that day.",
    )


class ObjectionOpen(Problem):
    """An objection suspends the approval until it is answered."""

    slug, status = "objection-open", 409
    title = Text(zh="异议尚未答复", en="Objection not answered")
    detail = Text(
        zh="“{name}”的补助有 {open} 件异议尚未答复，答复前不能批准。",
        en="{open} objection(s) to the grant of '{name}' are not answered: it is not approved before that.",
    )


class NotInNotice(Problem):
    """There is no notice to object to."""

    slug, status = "not-in-notice", 409
    title = Text(zh="不在公示中", en="Not published")
    detail = Text(
        zh="该补助（{state}）没有公示，不能登记异议。", en="This grant ({state}) is not published: nobody objects."
    )


class ObjectionAnswered(Problem):
    """It was answered once."""

    slug, status = "objection-answered", 409
    title = Text(zh="异议已答复", en="Objection answered before")
    detail = Text(zh="第 {number} 件异议已经答复。", en="Objection {number} was answered before.")
