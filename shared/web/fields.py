"""Query parameters that several services take."""

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import AfterValidator

from shared.field.names import check_search
from shared.problems.access import check_overlap, check_whole
from shared.problems.inputs import DivisionPrefix

_ABOUT = "division code or prefix: 33, 3301, 330106"


def _division(
    request: Request, division: Annotated[DivisionPrefix | None, Query(description=_ABOUT)] = None
) -> str | None:
    if division is not None:
        check_overlap(request.state.access, division)
    return division


def _one_division(request: Request, division: Annotated[DivisionPrefix, Query(description=_ABOUT)]) -> str:
    check_overlap(request.state.access, division)
    check_whole(request.state.access)
    return division


DivisionFilter = Annotated[str | None, Depends(_division)]
"""`?division=`: 403 `outside-scope` where nothing inside it is the caller's, 422 where there is no such division."""
DivisionNamed = Annotated[str, Depends(_one_division)]
"""The same, required, of what is asked of a division as a whole: 403 `outside-units` where units narrow the caller."""
Search = Annotated[str, AfterValidator(check_search)]
"""`?q=`: at least one word (`check_search`)."""
