"""What bars a step of a station."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class StationInUse(Problem):
    """Units are managed there on days on which the station would not exist."""

    slug, status = "station-in-use", 409
    title = Text(zh="工作站仍有管理的单位", en="Units are managed at the station")
    detail = Text(
        zh="工作站“{code}”还管理着 {units} 个单位，不能如此更改存续期、所在地或党组织。请先结束或转移。",
        en="{units} unit(s) are managed at the station '{code}': end that or move them before its days, its place "
        "or its committee change.",
    )
