"""Whether the day of something that has happened can be right. Pure."""

from datetime import date

from shared.problems.language import Text
from shared.problems.problems import FieldError

BEFORE = Text(zh="不能早于 {earliest}。", en="It cannot lie before {earliest}.")
LATER = Text(zh="不能晚于 {latest}。", en="It cannot lie after {latest}.")
_FUTURE = Text(zh="不能晚于今天（{today}）。", en="It cannot lie after today ({today}).")


def faults_of_day(
    name: str, day: date, today: date, *, earliest: date | None = None, latest: date | None = None
) -> list[FieldError]:
    """What is wrong with the day of something that has happened."""
    if day > today:
        return [FieldError(f"/{name}", _FUTURE, (("today", today),))]
    if earliest is not None and day < earliest:
        return [FieldError(f"/{name}", BEFORE, (("earliest", earliest),))]
    if latest is not None and day > latest:
        return [FieldError(f"/{name}", LATER, (("latest", latest),))]
    return []
