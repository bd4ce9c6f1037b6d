"""Raters declare interests in Party organizations, which they then may not rate."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from services.evaluation.interests import queries
from services.evaluation.party_organizations.queries import division_of
from shared.db.base import new_id, utc_now
from shared.problems.inputs import Body, Prose
from shared.problems.problems import InvalidInput, NotFound
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Page, Tx, answer, problems

router = APIRouter(prefix="/interests", tags=["interests"], route_class=GuardedRoute)


class InterestIn(Body):
    """In which Party organization, and of what kind (no names)."""

    party_organization_id: UUID
    reason: Annotated[Prose, Field(max_length=500)]


class InterestOut(BaseModel):
    """A declaration of the caller."""

    id: UUID
    party_organization_id: UUID
    reason: str
    declared_at: AwareDatetime


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=InterestOut,
    responses=problems(NotFound, InvalidInput),
)
async def declare_interest(tx: Tx, once: OnceOnly, body: InterestIn) -> Response:
    """Declare an interest; it stands."""

    async def run() -> Response:
        present = await division_of(tx, body.party_organization_id)
        # Of one that moved away after the decision it is declared where it is decided.
        deciding = await queries.divisions_deciding(tx, body.party_organization_id)
        division = next((one for one in (present, *deciding) if one is not None and tx.access.reaches(one)), None)
        if division is None:
            raise NotFound(what="Party organization")
        row = await queries.declare(
            tx,
            {
                "id": new_id(),
                "subject": tx.access.actor,
                "party_organization_id": body.party_organization_id,
                "division": division,
                "reason": body.reason,
                "declared_at": utc_now(),
            },
        )
        return answer(InterestOut.model_validate(row), 201)

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=Page[InterestOut],
)
async def list_interests(tx: Tx) -> Response:
    """What the caller declared."""
    rows = await queries.list_interests(tx, tx.access.actor)
    return answer(Page(items=[InterestOut.model_validate(row) for row in rows], next_cursor=None))
