"""What bars a step of a meeting."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class MeetingNotHeld(Problem):
    """Nothing was resolved where nothing was held."""

    slug, status = "meeting-not-held", 409
    title = Text(zh="会议尚未召开", en="The meeting was not held")
    detail = Text(zh="该会议{state}，没有议定事项。", en="This meeting is {state}: nothing was resolved there.")


class OtherLevel(Problem):
    """The meeting is of a level that the caller is not of: its role or its divisions are others."""

    slug, status = "meeting-of-another-level", 403
    title = Text(zh="不是本级例会", en="A meeting of another level")
    detail = Text(
        zh="这是行政区划“{division}”的例会（{meeting_level}），由令牌行政区划为该区划本身的{officer}办理。",
        en="This is a meeting of level '{meeting_level}' in division '{division}': it is written by a {officer} whose "
        "token has that very division, not one above or below.",
    )
