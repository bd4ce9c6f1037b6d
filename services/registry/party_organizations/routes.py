"""GET Party organizations and coverage."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.registry.affiliations import queries as affiliation_queries
from services.registry.affiliations.schemas import AffiliatedOut, affiliated_out
from services.registry.affiliations.timelines import affiliation_on
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.party_organizations import covering, queries, terms
from services.registry.party_organizations.affiliation.giving import with_bodies
from services.registry.party_organizations.affiliation.routes import affiliation_of_day
from services.registry.party_organizations.coverage import counting
from services.registry.party_organizations.coverage.figures import coverage_figures
from services.registry.party_organizations.schemas import (
    CoverageOut,
    CoverOut,
    PartyOrganizationDetailOut,
    PartyOrganizationOut,
    coverage_out,
    party_organization_out,
)
from shared.contracts.base import Form, PartyOrganizationKind, PartyState
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.figures.policies import least_shown
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.superiors.policies import BodyCode
from shared.web.fields import DivisionFilter, DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import refusal_of, requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

_COVERS, _COVERS_IN_LIST = 500, 50
"""How many covered organizations an answer lists of one Party organization."""

_PROVINCE = 2
"""Digits of a province's prefix."""

router = APIRouter(tags=["party organizations"], route_class=GuardedRoute)


@router.get(
    "/party-organizations",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[PartyOrganizationOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_party_organizations(
    tx: Tx,
    request: Request,
    division: DivisionFilter = None,
    organization: Annotated[str | None, Query(max_length=64, description="id or code of what it covers now")] = None,
    kind: PartyOrganizationKind | None = None,
    form: Form | None = None,
    body: Annotated[BodyCode | None, Query(description="the code of the body that it belongs to")] = None,
    affiliated: Annotated[bool | None, Query(description="whether it belongs to any body")] = None,
    state: PartyState | None = None,
    term: Annotated[terms.TermFilter | None, Query(description="how the term of those that elect stands")] = None,
    ends_within_months: Annotated[
        int | None, Query(ge=0, le=120, description="whose term ends within these months, or is over")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Party organizations seated in a division, with what each covers.

    Without `division` those are among them which are seated elsewhere and cover an organization of the caller's.
    """
    today, policies = china_day(utc_now()), request.app.state.policies.leaderships
    conditions = [terms.in_state(state)] if state is not None else []
    conditions += [terms.in_term(term, policies, today)] if term is not None else []
    if organization is not None:
        covered = await get_by_uscc_or_id(tx, organization)
        if covered is None:
            raise NotFound(what="organization")
        conditions.append(covering.covers_now(covered.id))
    conditions += [terms.ends_within(ends_within_months, today)] if ends_within_months is not None else []
    rows = await queries.list_party_organizations(
        tx,
        division=division,
        kind=kind,
        form=form,
        body=body,
        affiliated=affiliated,
        conditions=conditions,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    covers = await covering.current_coverages(tx, [row["id"] for row in rows[:limit]], limit=_COVERS_IN_LIST + 1)
    belong = await _affiliations_of(tx, rows[:limit])

    def show(row: Record) -> PartyOrganizationOut:
        term_now = terms.term_out(row, policies, today)
        return party_organization_out(row, covers[row["id"]], _COVERS_IN_LIST, belong.get(row["id"]), term_now)

    return page(rows, limit, show)


@router.get(
    "/party-organizations/{party_organization_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=PartyOrganizationDetailOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_party_organization(tx: Tx, request: Request, party_organization_id: UUID) -> Response:
    """One Party organization, with what it covers, what it belongs to, and which body rates it today (H18)."""
    row = await queries.get(tx, party_organization_id)
    if row is None:
        raise NotFound(what="Party organization")
    covers = await covering.current_coverages(tx, [party_organization_id], limit=_COVERS + 1)
    today = await affiliation_of_day(tx, request, row, china_day(utc_now()))
    term = terms.term_out(row, request.app.state.policies.leaderships, today.on)
    shown = party_organization_out(row, covers[party_organization_id], _COVERS, today.affiliation, term)
    return answer(PartyOrganizationDetailOut(**dict(shown), rating_body=today.rating_body), version=row["version"])


@router.get(
    "/party-organizations/{party_organization_id}/covers",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[CoverOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_covers(tx: Tx, party_organization_id: UUID, cursor: Cursor = None, limit: Limit = _COVERS) -> Response:
    """What a Party organization covers now, a page at a time."""
    if await queries.get(tx, party_organization_id) is None:
        raise NotFound(what="Party organization")
    covers = await covering.current_coverages(
        tx, [party_organization_id], limit=limit + 1, after=decode_id_cursor(cursor)
    )
    return page(covers[party_organization_id], limit, CoverOut.model_validate, key="organization_id")


@router.get(
    "/coverage",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=CoverageOut,
    responses=problems(InvalidInput),
)
async def get_coverage(tx: Tx, request: Request, caller: Caller, division: DivisionNamed) -> Response:
    """How far a division is covered, in counts.

    Whoever sees figures alone (a leader) is not shown small ones, nor those from which they would follow.
    """
    if refusal_of(caller, Permission.REGISTRY_READ) is None:
        organizations, party_organizations = await counting.count_coverage(tx, division)
        return answer(coverage_out(division, organizations, party_organizations))
    province = division[:_PROVINCE]
    least = least_shown(request.app.state.policies.statistics, province, china_day(utc_now()))
    counts = await counting.count_coverage_by_division(tx, province)
    figures = await asyncio.to_thread(coverage_figures, division, *counts, least)
    return answer(CoverageOut(division=division, show_from=least, **figures))


async def _affiliations_of(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, AffiliatedOut]:
    """What each of these belongs to today. Which body that is may be seen by whoever sees the Party organization."""
    today = china_day(utc_now())
    timelines = await affiliation_queries.timelines(tx, [row["id"] for row in rows])
    async with tx.system_scope():
        bodies = await with_bodies(tx, {}, timelines.values())
    found = {one: affiliated_out(affiliation_on(timeline, today), bodies, today) for one, timeline in timelines.items()}
    return {one: affiliation for one, affiliation in found.items() if affiliation is not None}
