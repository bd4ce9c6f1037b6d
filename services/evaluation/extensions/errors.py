"""Problems of an application for an extension."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoExtension(Problem):
    """The cycle's policy extends no deadline, or has none for this stage."""

    slug, status = "no-extension", 409
    title = Text(zh="该环节不予延期", en="No extension here")
    detail = Text(
        zh="本年度评定的规则未对“{stage}”环节设定可延期的期限。",
        en="The policy of this cycle has no deadline of stage '{stage}' that could be extended.",
    )


class ExtensionTooLate(Problem):
    """An extension is applied for before the stage is overdue, and before it was submitted."""

    slug, status = "extension-too-late", 409
    title = Text(zh="延期申请已逾期", en="Too late for an extension")
    detail = Text(
        zh="“{stage}”环节的期限为 {due_on}，延期须在期限内、提交之前申请。",
        en="Stage '{stage}' was due on {due_on}: an extension is applied for by that day, before it is submitted.",
    )


class ExtensionExists(Problem):
    """The stage has an open application, or was extended as often as the policy lets it."""

    slug, status = "extension-exists", 409
    title = Text(zh="已申请延期", en="Applied for already")
    detail = Text(
        zh="“{stage}”环节已有待决定的申请，或者已延期 {times} 次，达到规定次数。",
        en="Stage '{stage}' has an open application, or was extended {times} time(s), as often as the policy lets it.",
    )


TOO_MANY_DAYS = Text(zh="每次最多延期 {most} 个工作日。", en="It is extended by at most {most} working days at a time.")
