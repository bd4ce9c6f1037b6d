"""GET, PUT and DELETE of the caller's own saved views, for every page of the console and whatever role.

A name with a line break or a slash in it makes an address that there is not: 404.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from services.registry.saved_views import queries
from services.registry.saved_views.errors import TooManyViews
from services.registry.saved_views.rules import MOST_VIEWS
from services.registry.saved_views.schemas import PageId, SavedViewBody, SavedViewOut, ViewName
from shared.db.base import utc_now
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires_token
from shared.web.routes import IfMatch, Page, Tx, answer, problems

router = APIRouter(prefix="/saved-views", tags=["saved views"], route_class=GuardedRoute)
Of = Annotated[PageId, Path(description="the page: as the console calls it")]
Name = Annotated[ViewName, Path(description="what the caller calls it")]


@router.get("", dependencies=[requires_token()], response_model=Page[SavedViewOut], responses=problems(InvalidInput))
async def list_saved_views(
    tx: Tx, page: Annotated[PageId | None, Query(description="only views of this page")] = None
) -> Response:
    """The caller's own views, by page and name."""
    rows = await queries.list_own(tx, page=page)
    return answer(Page(items=[SavedViewOut.model_validate(row) for row in rows], next_cursor=None))


@router.put(
    "/{page}/{name}",
    dependencies=[requires_token()],
    response_model=SavedViewOut,
    responses=problems(NotFound, TooManyViews, PreconditionFailed, InvalidInput),
)
async def put_saved_view(tx: Tx, page: Of, name: Name, body: SavedViewBody, if_match: IfMatch = None) -> Response:
    """Save a view under a name, in place of the one that had it. It is the caller's alone."""
    count = await queries.lock_own(tx)
    current = await queries.get_version(tx, page, name)
    check_version(if_match, current)
    if current is None and count >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    version = (current or 0) + 1
    row = await queries.put(tx, page, name, body.query, version=version, now=utc_now())
    return answer(SavedViewOut.model_validate(row), version=version)


@router.delete(
    "/{page}/{name}",
    dependencies=[requires_token()],
    status_code=204,
    response_class=Response,
    responses=problems(NotFound, InvalidInput),
)
async def delete_saved_view(tx: Tx, page: Of, name: Name) -> Response:
    """Delete a view of the caller's own; one that is not there is no matter."""
    await queries.delete(tx, page, name)
    return Response(status_code=204)
