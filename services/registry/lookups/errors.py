"""What can be wrong with a question about the past."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NotRegisteredThen(Problem):
    """The organization was registered after the day that is asked for."""

    slug, status = "not-registered-then", 404
    title = Text(zh="当时尚未登记", en="Not registered then")
    detail = Text(
        zh="该社会组织于 {registered_on} 登记，{as_of} 时尚不存在。",
        en="The organization was registered on {registered_on}: it did not exist on {as_of}.",
    )


class HistoryNotKept(Problem):
    """The organization was changed before its history was kept: what it was on that day is not known."""

    slug, status = "history-not-kept", 404
    title = Text(zh="没有当时的记录", en="History not kept")
    detail = Text(
        zh="{as_of} 时的登记信息没有留存：本系统自后来的版本起才保存历史。",
        en="What was registered as of {as_of} was not kept: its history begins with a later version.",
    )
