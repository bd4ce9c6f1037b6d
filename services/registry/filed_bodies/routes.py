"""PUT bodies that streets file and that need no code, one or many as NDJSON; GET them (S15)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.batches.results import Batches, BatchResponse, Results
from services.registry.batches.streams import Sender, answer_batch
from services.registry.filed_bodies import queries
from services.registry.filed_bodies.actions import file_one, refusal_of
from services.registry.filed_bodies.batch import Filings
from services.registry.filed_bodies.errors import ContradictingFiling, SeveralFiledBodies, StaleFiling
from services.registry.filed_bodies.filed_body import FiledBody, FiledKind
from services.registry.filed_bodies.reading import check_filing
from services.registry.filed_bodies.rules import Effect, explain_area, stored_number
from services.registry.filed_bodies.schemas import (
    FiledBodyDetailOut,
    FiledBodyOut,
    FiledOut,
    Filing,
    FilingBody,
    FilingResult,
    filed_body_out,
    filed_out,
    listed_body_out,
)
from services.registry.organizations.terms import Terms
from services.registry.settings import Settings
from shared.db.base import utc_now
from shared.field.errors import FieldError as BrokenValue
from shared.field.places import street_name
from shared.problems.access import OutsideScope
from shared.problems.field_sentences import field_error
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.describing.answers import ndjson
from shared.web.fields import DivisionFilter, Search
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import (
    PRECONDITIONS,
    Cursor,
    Lang,
    Limit,
    Page,
    Tx,
    answer,
    decode_id_cursor,
    page,
    problems,
    read_preconditions,
)

router = APIRouter(tags=["filed bodies"], route_class=GuardedRoute)

Number = Annotated[str, Path(description="the number it is filed under", max_length=64)]
StreetFilter = Annotated[str | None, Query(description="the street that filed it", max_length=200)]


@router.put(
    "/filed-bodies/{number}",
    dependencies=[requires(Permission.FILED_BODIES_WRITE), PRECONDITIONS],
    response_model=FiledOut,
    responses={
        201: {"model": FiledOut},
        **problems(NotFound, OutsideScope, StaleFiling, ContradictingFiling, PreconditionFailed, InvalidInput),
    },
)
async def put_filed_body(tx: Tx, request: Request, language: Lang, number: Number, body: FilingBody) -> Response:
    """File or update one body: 201 new, 200 changed or same, 409 older than what is stored or contradicting it.

    Its number is one body's in its street, or in its division where the region's policy says so.
    """
    terms = Terms(request.app.state.policies, utc_now(), allow_sample_codes=False)
    checked = check_filing(Filing.model_construct(number=number, **dict(body)), terms)
    checked.check_reach(tx.access)
    result = await file_one(tx, checked.item, read_preconditions(request), terms)
    refusal = refusal_of(checked.item, result)
    if refusal is not None:
        raise refusal
    warnings = [warned.document(language) for warned in checked.warnings]
    status = 201 if result.effect is Effect.NEW else 200
    return answer(filed_out(result.body, warnings), status, version=result.body.version)


@router.put(
    "/filed-bodies:batch",
    dependencies=[requires(Permission.FILED_BODIES_WRITE)],
    response_class=StreamingResponse,
    responses={
        200: {"content": ndjson(FilingResult, "a result per line, in order"), "description": "the results"},
        **problems(InvalidInput),
    },
    openapi_extra={"requestBody": {"required": True, "content": ndjson(Filing, "a filing per line")}},
)
async def put_filed_bodies(request: Request, language: Lang) -> BatchResponse:
    """File many: NDJSON in (each line a filing with its `number`), NDJSON out, a result per line.

    Lines are saved in chunks while they come; a line that is refused does not hold up the others. While too many
    batches run, or too many results wait for their readers, the answer is 503 with Retry-After.
    """
    settings: Settings = request.app.state.settings
    batches: Batches = request.app.state.batches
    results = Results(settings.batch_patience_seconds, batches)
    records = Filings(request.app.state.policies)
    sender = Sender(request.state.access, request.state.actor.expires_at, language, records)
    return BatchResponse(
        lambda: answer_batch(request.stream(), request.app.state.database, sender, results), results, batches
    )


@router.get(
    "/filed-bodies",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[FiledBodyOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_filed_bodies(
    tx: Tx,
    division: DivisionFilter = None,
    street: StreetFilter = None,
    kind: FiledKind | None = None,
    number: Annotated[str | None, Query(description="the number it is filed under", max_length=64)] = None,
    covered: Annotated[bool | None, Query(description="those that an area covers, or that none does")] = None,
    on: Annotated[Day | None, Query(description="those that were filed on that day")] = None,
    q: Annotated[Search | None, Query(description="part of the name", max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Bodies that streets of the caller's divisions filed; without `on` those that ended as well."""
    asked: date | None = on
    rows = await queries.list_filed_bodies(
        tx,
        division=division,
        street=_stored_street(street, division),
        kind=kind,
        number=None if number is None else stored_number(number),
        covered=covered,
        on=asked,
        q=q,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: listed_body_out(FiledBody.of(row), row["area"], row["since"]))


@router.get(
    "/filed-bodies/{number}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=FiledBodyDetailOut,
    responses=problems(NotFound, SeveralFiledBodies, InvalidInput),
)
async def get_filed_body(
    tx: Tx, number: Number, division: DivisionFilter = None, street: StreetFilter = None
) -> Response:
    """One filed body, by its number or its id; where several streets have the number, `division` and `street` too.

    With the area that covers it, as incubation stated last.
    """
    stored_street = _stored_street(street, division)
    found = await queries.find(tx, stored_number(number), division=division, street=stored_street)
    if not found:
        raise NotFound(what="filed-body")
    if len(found) > 1:
        count = await queries.count(tx, stored_number(number), division=division, street=stored_street)
        raise SeveralFiledBodies(count=count, number=stored_number(number))
    [body] = found
    placed = await queries.area_of(tx, body.id) or {"area": None, "since": None, "stated_at": None}
    reason = explain_area(body.content, placed["area"], placed["since"], placed["stated_at"], now=utc_now())
    return answer(filed_body_out(body, placed["area"], placed["since"], [reason]), version=body.version)


def _stored_street(street: str | None, division: str | None) -> str | None:
    try:
        return None if street is None else street_name(street, division or "")
    except BrokenValue as broken:
        raise InvalidInput([field_error("/street", broken)]) from broken
