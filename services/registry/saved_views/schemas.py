"""Bodies and answers of saved views."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.registry.saved_views.rules import MOST_QUERY, NO_PAGE, fault_of, is_page
from shared.field.names import normalize_name
from shared.problems.inputs import Body
from shared.problems.personal_numbers import check_no_personal_number


def _check_page(page: str) -> str:
    if not is_page(page):
        raise PydanticCustomError("view_page", "No page.", {"zh": NO_PAGE.zh, "en": NO_PAGE.en})
    return page


def _check_query(query: str) -> str:
    bare = query.removeprefix("?")
    fault = fault_of(bare)
    if fault is not None:
        sentence, facts = fault
        said = {"zh": sentence.render("zh", **dict(facts)), "en": sentence.render("en", **dict(facts))}
        raise PydanticCustomError("view_query", "No query.", said)
    return bare


PageId = Annotated[str, Field(max_length=60), AfterValidator(_check_page)]
"""A page, as the console calls it."""
ViewName = Annotated[
    str, Field(min_length=1, max_length=40), AfterValidator(normalize_name), AfterValidator(check_no_personal_number)
]


class SavedViewBody(Body):
    """The query of a view: what follows `?` in the page's address."""

    query: Annotated[str, Field(max_length=MOST_QUERY), AfterValidator(_check_query)]


class SavedViewOut(BaseModel):
    """A view that the caller saved."""

    page: str
    name: str
    query: str
    version: int
    saved_at: AwareDatetime
