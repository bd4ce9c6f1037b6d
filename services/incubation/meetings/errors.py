"""What bars a step of a meeting."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class MeetingNotHeld(Problem):
    """Nothing was resolved where nothing was held."""

    slug, status = "meeting-not-held", 409
    title = Text(zh="会议尚未召开", en="The meeting was not held")
    detail = Text(zh="该会议{state}，没有议定事项。", en="This meeting is {state}: nothing was resolved there.")
