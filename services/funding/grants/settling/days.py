"""On which days money can have come back. Pure."""

from datetime import date

from services.funding.grants.settling.errors import NOT_BEFORE, NOT_YET
from shared.problems.problems import FieldError


def find_wrong_day(returned_on: date, since: date, today: date) -> list[FieldError]:
    """What is wrong with a day: none to come, and none before it was paid, as far as that is known (`since`)."""
    if returned_on > today:
        return [FieldError("/returned_on", NOT_YET)]
    return [FieldError("/returned_on", NOT_BEFORE, (("since", since),))] if returned_on < since else []
