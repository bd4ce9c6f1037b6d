"""PUT and GET what a Party organization belongs to (S8, S21), and who rates it (H18)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.affiliations import queries
from services.registry.affiliations.rules import rating_body
from services.registry.affiliations.schemas import (
    AffiliationBody,
    AffiliationOnOut,
    AffiliationOut,
    affiliation_on_out,
    affiliation_out,
)
from services.registry.affiliations.timelines import affiliation_on
from services.registry.bodies import queries as body_queries
from services.registry.managements.queries import management_on
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.affiliation import assigning
from services.registry.party_organizations.affiliation.errors import SuccessorNeeded
from services.registry.party_organizations.affiliation.giving import with_bodies
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(
    prefix="/party-organizations/{party_organization_id}", tags=["party organizations"], route_class=GuardedRoute
)

On = Annotated[Day | None, Query(description="the day that is asked for; default: today in China")]


@router.put(
    "/affiliation",
    dependencies=[requires(Permission.AFFILIATIONS_WRITE)],
    response_model=AffiliationOnOut,
    responses=problems(NotFound, OutsideScope, SuccessorNeeded, PreconditionFailed, InvalidInput),
)
async def put_affiliation(
    tx: Tx, request: Request, party_organization_id: UUID, if_match: IfMatch, body: AffiliationBody
) -> Response:
    """Let a Party organization belong to a body from a day on, to the next change there is.

    What held on that day ends on it: there is no gap (S8) and no overlap. A day before later changes corrects the past.
    """
    policies = request.app.state.policies.affiliations
    party = await assigning.assign(tx, party_organization_id, body, policies, utc_now(), if_match=if_match)
    return answer(await affiliation_of_day(tx, request, party, body.from_), version=party["version"])


@router.get(
    "/affiliation",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=AffiliationOnOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_affiliation(tx: Tx, request: Request, party_organization_id: UUID, on: On = None) -> Response:
    """What a Party organization belongs to on a day, and which body rates it on that day (H18), with reasons."""
    party = await _find(tx, party_organization_id)
    return answer(await affiliation_of_day(tx, request, party, on or china_day(utc_now())), version=party["version"])


@router.get(
    "/affiliations",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[AffiliationOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_affiliations(tx: Tx, party_organization_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What a Party organization belonged to and belongs to, in the order of recording."""
    await _find(tx, party_organization_id)
    rows = await queries.list_of(tx, party_organization_id, after=decode_id_cursor(cursor), limit=limit)
    async with tx.system_scope():
        bodies = await body_queries.by_code(tx, {row["body"] for row in rows})
    today = china_day(utc_now())
    return page(rows, limit, lambda row: affiliation_out(row, bodies[row["body"]], today))


async def _find(tx: Transaction, party_organization_id: UUID) -> Record:
    party = await party_queries.get(tx, party_organization_id)
    if party is None:
        raise NotFound(what="Party organization")
    return party


async def affiliation_of_day(tx: Transaction, request: Request, party: Record, on: date) -> AffiliationOnOut:
    """Affiliation and rater of a day. Which bodies these are is no secret of theirs: they may lie elsewhere."""
    async with tx.system_scope():
        timeline = (await queries.timelines(tx, [party["id"]]))[party["id"]]
        named = await with_bodies(tx, {}, [timeline])
        affiliation = affiliation_on(timeline, on)
        places = {party["division"]} | ({named[affiliation.body].division} if affiliation is not None else set())
        bodies = {**named, **await body_queries.around(tx, places)}
        managed = await management_on(tx, party["id"], on)
    rater, why = rating_body(affiliation, bodies, request.app.state.policies.affiliations, on, utc_now())
    return affiliation_on_out(affiliation, rater, why, bodies, on, party["version"], managed)
