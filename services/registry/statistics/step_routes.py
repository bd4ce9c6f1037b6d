"""POST the steps of a statistical report: computed again, explained, signed, locked, returned."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.registry.statistics import actions
from services.registry.statistics.answers import StatisticsOut, statistics_out
from services.registry.statistics.errors import StatisticsUnfit
from services.registry.statistics.schemas import Explanations, ReportReturn
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, answer, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/statistics", tags=["statistics"], route_class=GuardedRoute)
_STEP = problems(NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput)


async def answer_step(
    once: OnceOnly,
    tx: Transaction,
    request: Request,
    caller: Caller,
    run: Callable[[datetime], Awaitable[Record]],
    status: int = 200,
) -> Response:
    """The report as a step left it."""

    async def work() -> Response:
        row = await run(utc_now())
        shown = statistics_out(row, caller, reached=tx.access.reaches(row["division"]))
        response = answer(shown, status, version=row["version"])
        if status == 201:  # noqa: PLR2004 - created
            response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/statistics/{row['id']}"
        return response

    return await once(work)


@router.post(
    "/{report_id}/computation",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    response_model=StatisticsOut,
    responses=_STEP,
)
async def compute_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, report_id: UUID, if_match: IfMatch, body: Note
) -> Response:
    """Compute a report again that is not signed, from the same cut-off day and by the same definitions."""
    return await answer_step(
        once, tx, request, caller, lambda now: actions.compute(tx, report_id, body, now, if_match=if_match)
    )


@router.post(
    "/{report_id}/explanation",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    response_model=StatisticsOut,
    responses=_STEP,
)
async def explain_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, report_id: UUID, if_match: IfMatch, body: Explanations
) -> Response:
    """Say why totals differ from the last locked report by more than the bound."""
    return await answer_step(
        once, tx, request, caller, lambda now: actions.explain(tx, report_id, body.words, now, if_match=if_match)
    )


@router.post(
    "/{report_id}/signature",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    response_model=StatisticsOut,
    responses=problems(StatisticsUnfit, beside=_STEP),
)
async def sign_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, report_id: UUID, if_match: IfMatch, body: Note
) -> Response:
    """Sign a report: 409 while a rule is broken, or a change over the bound lacks a word."""
    return await answer_step(
        once, tx, request, caller, lambda now: actions.sign(tx, report_id, body, now, if_match=if_match)
    )


@router.post(
    "/{report_id}/locking",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    response_model=StatisticsOut,
    responses=problems(SameHand, beside=_STEP),
)
async def lock_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, report_id: UUID, if_match: IfMatch, body: Note
) -> Response:
    """Lock a signed report, by another actor than who signed it."""
    return await answer_step(
        once, tx, request, caller, lambda now: actions.lock(tx, report_id, body, now, if_match=if_match)
    )


@router.post(
    "/{report_id}/return",
    dependencies=[requires(Permission.STATISTICS_WRITE)],
    response_model=StatisticsOut,
    responses=_STEP,
)
async def return_statistics(
    tx: Tx, caller: Caller, once: OnceOnly, request: Request, report_id: UUID, if_match: IfMatch, body: ReportReturn
) -> Response:
    """Return a signed or locked report for correction, with a reason."""
    return await answer_step(
        once, tx, request, caller, lambda now: actions.send_back(tx, report_id, body.reason, now, if_match=if_match)
    )
