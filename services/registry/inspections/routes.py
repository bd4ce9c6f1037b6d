"""Annual inspections: PUT one or many, GET, the lists of what is recorded and of what is owed."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.batches.results import Batches, BatchResponse, Results
from services.registry.batches.streams import Sender, answer_batch
from services.registry.civil_years.month_days import day_in
from services.registry.civil_years.policies import InspectionPolicy, Outcome, StandingPolicies
from services.registry.inspections import queries
from services.registry.inspections.actions import record
from services.registry.inspections.batch import Inspections
from services.registry.inspections.errors import NotInspected
from services.registry.inspections.rules import find_year_errors
from services.registry.inspections.schemas import (
    InspectionBody,
    InspectionLine,
    InspectionOut,
    InspectionResult,
    OutstandingOut,
    inspection_out,
)
from services.registry.organizations.organization import Kind
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.settings import Settings
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.describing.answers import ndjson
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/inspections", tags=["inspections"], route_class=GuardedRoute)
batch = APIRouter(tags=["inspections"], route_class=GuardedRoute)

Code = Annotated[str, Path(description="unified social credit code", max_length=64)]
Year = Annotated[int, Path(description="the inspected year", ge=1949, le=9999)]
YearFilter = Annotated[int, Query(ge=1949, le=9999, description="the inspected year")]


@router.put(
    "/{uscc}/{year}",
    dependencies=[requires(Permission.INSPECTIONS_WRITE)],
    response_model=InspectionOut,
    responses={201: {"model": InspectionOut}, **problems(NotFound, NotInspected, PreconditionFailed, InvalidInput)},
)
async def put_inspection(
    tx: Tx, request: Request, uscc: Code, year: Year, if_match: IfMatch, body: InspectionBody
) -> Response:
    """Record how the annual inspection of a year ended: 201 new, 200 changed or the same again (S6).

    By the measures in force when its reports are due; charities file reports instead.
    """
    policies: StandingPolicies = request.app.state.standing_policies
    entry = InspectionLine.model_construct(uscc=uscc, year=year, **dict(body))
    [result] = await record(tx, [entry], policies, utc_now(), if_match=if_match, year_pointer="/path/year")
    if result.problem is not None:
        raise result.problem
    assert result.inspection is not None
    stored = await queries.get(tx, result.inspection.organization_id, year)
    assert stored is not None
    return answer(inspection_out(stored), 201 if result.new else 200, version=result.inspection.version)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[InspectionOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_inspections(
    tx: Tx,
    division: DivisionFilter = None,
    year: YearFilter | None = None,
    outcome: Outcome | None = None,
    organization: Annotated[str | None, Query(max_length=64, description="id or code")] = None,
    established: Annotated[bool | None, Query(description="whether there is a Party organization")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What is recorded, a page at a time."""
    found = None if organization is None else await get_by_uscc_or_id(tx, organization)
    if organization is not None and found is None:
        raise NotFound(what="organization")
    rows = await queries.list_inspections(
        tx,
        division=division,
        year=year,
        outcome=outcome,
        organization=None if found is None else found.id,
        established=established,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, inspection_out)


@router.get(
    "/outstanding",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[OutstandingOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_outstanding_inspections(
    tx: Tx,
    request: Request,
    year: YearFilter | None = None,
    division: DivisionFilter = None,
    kind: Kind | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Who owes the inspection (or report) of a year (default: the last), and has none recorded."""
    today = china_day(utc_now())
    year = today.year - 1 if year is None else year
    policies: StandingPolicies = request.app.state.standing_policies
    if errors := find_year_errors(year, policies.first_year, today, "/query/year"):
        raise InvalidInput(errors)
    measures = policies.measures_by_region(year)
    rows = await queries.list_outstanding(
        tx, measures, year=year, division=division, kind=kind, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, lambda row: _outstanding(row, measures, year, today))


def _outstanding(row: Record, measures: list[Policy[InspectionPolicy]], year: int, today: date) -> OutstandingOut:
    policy = measures[row["number"]]
    terms = policy.parameters.kinds[row["kind"]]
    due = {name: day_in(year + 1, getattr(terms, name)) for name in ("competent_unit_due", "authority_due")}
    more: dict[str, Any] = {
        "year": year,
        "form": terms.form,
        "measures": terms.measures,
        "policy": policy.id,
        "overdue": due["authority_due"] < today,
    }
    return OutstandingOut.model_validate({**row, **due, **more})


@router.get(
    "/{uscc}/{year}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=InspectionOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_inspection(tx: Tx, uscc: Code, year: Year) -> Response:
    """The inspection of a year."""
    organization = await get_by_uscc_or_id(tx, uscc)
    stored = None if organization is None else await queries.get(tx, organization.id, year)
    if stored is None:
        raise NotFound(what="inspection")
    return answer(inspection_out(stored), version=stored["version"])


@batch.put(
    "/inspections:batch",
    dependencies=[requires(Permission.INSPECTIONS_WRITE)],
    response_class=StreamingResponse,
    responses={
        200: {"content": ndjson(InspectionResult, "a result per line, in order"), "description": "the results"},
        **problems(InvalidInput),
    },
    openapi_extra={"requestBody": {"required": True, "content": ndjson(InspectionLine, "an inspection per line")}},
)
async def put_inspections(request: Request, language: Lang) -> BatchResponse:
    """Record many: NDJSON in (each line an inspection with its `uscc` and `year`), NDJSON out, a result per line.

    Lines are saved in chunks while they come; a line that is refused does not hold up the others.
    """
    settings: Settings = request.app.state.settings
    batches: Batches = request.app.state.batches
    results = Results(settings.batch_patience_seconds, batches)
    records = Inspections(request.app.state.standing_policies)
    sender = Sender(request.state.access, request.state.actor.expires_at, language, records)
    return BatchResponse(
        lambda: answer_batch(request.stream(), request.app.state.database, sender, results), results, batches
    )
