"""GET reports of grants, commitments, payments, balances and execution, added up by level."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.funding.ledger.charts import Charts
from services.funding.reports import queries
from services.funding.reports.rules import UNBUDGETED, UNBUDGETED_NAME, By, Kind
from services.funding.reports.schemas import FundingReportRowOut, row_out
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.divisions import get_on
from shared.problems.access import check_whole
from shared.problems.language import Language
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, decode_cursor, page, problems

router = APIRouter(prefix="/reports", tags=["reports"], route_class=GuardedRoute)

_DIGITS = 6
_CODE = re.compile(r"[A-Za-z0-9][\w.-]{0,59}", re.ASCII)
_KEYS: Mapping[By, re.Pattern[str]] = {
    "division": re.compile(r"\d{2,12}"),
    "recipient": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "year": re.compile(r"\d{4}"),
    "scheme": _CODE,
    "source": _CODE,
    "channel": _CODE,
}
"""What a page ends with; the total has an empty key."""


@router.get(
    "/{kind}",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[FundingReportRowOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def get_funding_report(
    tx: Tx,
    request: Request,
    language: Lang,
    kind: Kind,
    by: Annotated[By, Query(description="what is added up")] = "division",
    year: Annotated[int | None, Query(ge=1949, le=9999)] = None,
    division: DivisionFilter = None,
    recipient: UUID | None = None,
    scheme: Annotated[str | None, Query(max_length=60)] = None,
    source: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What was granted, committed, paid or is owed of grants: the total, then each division (district, city and
    province where the caller sees all of it), recipient, year, scheme, source or channel. The source is that of the
    appropriation that the grant is charged to; what is charged to none, or not approved yet, stands under `unbudgeted`.
    The rate of execution is what was paid of commitments. Not for who sees some units alone."""
    check_whole(request.state.access)
    rows = await queries.add_up(
        tx,
        kind,
        by,
        division=division,
        recipient=recipient,
        year=year,
        scheme=scheme,
        source=source,
        after=_read(by, cursor),
        limit=limit,
    )
    named = _names(by, request.app.state.charts, division, language)
    return page(rows, limit, lambda row: row_out(kind, by, row, named), key="key")


def _read(by: By, cursor: str | None) -> str | None:
    key = decode_cursor(cursor, 1)
    if key is None:
        return None
    if key[0] and not _KEYS[by].fullmatch(key[0]):
        raise BadCursor
    return key[0]


def _names(by: By, charts: Charts, division: str | None, language: Language) -> Callable[[str], str | None]:
    """What a division, or a source or channel by the chart, is called."""
    today = china_day(utc_now())
    chart = charts.in_force(division or "", today)

    def name(key: str) -> str | None:
        if by == "source" and key == UNBUDGETED:
            return UNBUDGETED_NAME.zh if language == "zh" else UNBUDGETED_NAME.en
        if (
            by in ("source", "channel")
            and chart is not None
            and (found := chart.parameters.sources.get(key)) is not None
        ):
            return found.zh if language == "zh" else found.en
        if by == "division" and key and (place := get_on(key.ljust(_DIGITS, "0"), today)) is not None:
            return place.name_zh if language == "zh" else place.name_en
        return None

    return name
