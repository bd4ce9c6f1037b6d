"""Problems of duty items."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NotTheDutyBody(Problem):
    """A body reports for itself: the caller acts neither for it nor for its division."""

    slug, status = "not-the-duty-body", 403
    title = Text(zh="须由该机构自行报告", en="For the body itself to report")
    detail = Text(
        zh="年度述职由“{name}”（{body}）报告，您不代表该机构。",
        en="This is for '{name}' ({body}) itself to report, and you do not act for it.",
    )


class NotTheAppraisingBody(Problem):
    """The body above appraises: the caller acts neither for it nor for its division."""

    slug, status = "not-the-appraising-body", 403
    title = Text(zh="须由上级评议", en="For the body above to appraise")
    detail = Text(
        zh="该述职由上级“{name}”（{body}）评议，您不代表该机构。",
        en="This is for the body above, '{name}' ({body}), to appraise, and you do not act for it.",
    )


class NoAppraisingBody(Problem):
    """The registry has recorded no body above, so nobody may appraise."""

    slug, status = "no-appraising-body", 409
    title = Text(zh="未登记上级机构", en="No body above")
    detail = Text(
        zh="“{name}”（{body}）没有登记上级机构，请先在登记服务中登记，再行评议。",
        en="No body above '{name}' ({body}) is recorded; record one in the registry before the appraisal.",
    )


TO_COME = Text(zh="日期不能晚于今天。", en="The day has not come yet.")
TOO_EARLY = Text(zh="{year} 年度的述职自 {opens_on} 起报告。", en="{year} is reported from {opens_on} on.")
BEFORE_REPORT = Text(
    zh="评议不早于述职（{reported_on}）。", en="It is appraised no earlier than reported ({reported_on})."
)
NO_GRADE = Text(zh="评议等次为以下之一：{grades}。", en="The grade is one of {grades}.")
