"""GET evaluations: a list, filtered, by id or by total."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.evaluation.evaluations.answers import shown
from services.evaluation.evaluations.listing import queries
from services.evaluation.evaluations.listing.queries import TotalKey, key_of
from services.evaluation.evaluations.listing.writing import answer_page
from services.evaluation.evaluations.rules import State
from services.evaluation.evaluations.schemas import EvaluationOut
from services.evaluation.exact_json import ExactJsonRoute
from shared.problems.problems import BadCursor, InvalidInput
from shared.web.fields import DivisionFilter
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import (
    Cursor,
    Limit,
    Page,
    Tx,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
    problems,
)
from shared.web.steps import Caller

router = APIRouter(prefix="/evaluations", tags=["evaluations"], route_class=ExactJsonRoute)
Sort = Annotated[Literal["id", "total"], Query(description="total: the highest first, those without one last")]


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[EvaluationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_evaluations(
    tx: Tx,
    caller: Caller,
    cycle: UUID | None = None,
    party_organization: UUID | None = None,
    state: State | None = None,
    star: Annotated[int | None, Query(ge=0, le=5)] = None,
    division: DivisionFilter = None,
    sort: Sort = "id",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Evaluations, a page at a time."""
    by_total = sort == "total"
    rows = await queries.list_evaluations(
        tx,
        cycle=cycle,
        party_organization=party_organization,
        state=state,
        star=star,
        division=division,
        after=_total_cursor(cursor) if by_total else decode_id_cursor(cursor),
        limit=limit,
        by_total=by_total,
    )
    show = await shown(tx, caller, rows[:limit])
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor(*map(str, key_of(last) if by_total else (last["id"],)))
    return answer_page(Page(items=[show(row) for row in rows[:limit]], next_cursor=following))


def _total_cursor(cursor: str | None) -> TotalKey | None:
    """Raises BadCursor."""
    key = decode_cursor(cursor, 2)
    if key is None:
        return None
    try:
        found = TotalKey(Decimal(key[0]), UUID(key[1]))
    except (ArithmeticError, ValueError) as error:
        raise BadCursor from error
    if not found.total.is_finite():
        raise BadCursor
    return found
