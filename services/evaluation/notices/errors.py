"""Problems of a public notice and of objections to what it published."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoNotice(Problem):
    """The cycle's policy has no public notice."""

    slug, status = "no-notice", 409
    title = Text(zh="不设公示", en="No public notice here")
    detail = Text(
        zh="本年度评定的规则未设公示，会议决定后可直接完成评定。",
        en="The policy of this cycle has no public notice: what a session decided is completed directly.",
    )


class NothingToPublish(Problem):
    """Nothing in the cycle was decided and is not published yet."""

    slug, status = "nothing-to-publish", 409
    title = Text(zh="没有待公示的结果", en="Nothing to publish")
    detail = Text(
        zh="您的管辖范围内没有已决定、尚未公示的评定。",
        en="Within your divisions nothing of this cycle was decided and is not published yet.",
    )


class NoticeOver(Problem):
    """Objections are raised while the notice runs."""

    slug, status = "notice-over", 409
    title = Text(zh="公示已期满", en="The notice has run out")
    detail = Text(
        zh="公示期已于 {until} 届满，不再受理异议。",
        en="The public notice ran out at the end of {until}: objections were raised until then.",
    )


BEFORE_SESSION = Text(zh="公示日期不能早于会议日期 {held_on}。", en="The day is not before the session of {held_on}.")
TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
RUN_OUT = Text(
    zh="按此日期，公示期（至 {until}）已满；请填写实际公示日期。",
    en="The notice would have run out already, on {until}: give the day on which it was really published.",
)
BEFORE_NOTICE = Text(zh="日期不能早于公示日期。", en="The day is not before the notice.")
