"""The register of codes that were issued with wrong check digits: POST, GET and DELETE."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.registry.code_exceptions import actions, queries
from services.registry.code_exceptions.errors import AlreadyExcepted
from services.registry.code_exceptions.schemas import CodeExceptionBody, CodeExceptionOut
from shared.db.base import utc_now
from shared.field.uscc import breaks_check_digits
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_cursor, page, problems

router = APIRouter(prefix="/code-exceptions", tags=["code exceptions"], route_class=GuardedRoute)

Code = Annotated[str, Path(description="unified social credit code", max_length=64)]


@router.post(
    "",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    status_code=201,
    response_model=CodeExceptionOut,
    responses={200: {"model": CodeExceptionOut}, **problems(OutsideScope, NotFound, AlreadyExcepted, InvalidInput)},
)
async def create_code_exception(tx: Tx, once: OnceOnly, request: Request, body: CodeExceptionBody) -> Response:
    """Enter a code that its authority issued with wrong check digits: 201 new, 200 the same again.

    From then on it is taken at every way in, and marked in answers (`code_excepted`).
    """

    async def run() -> Response:
        allow_sample_codes = request.app.state.settings.allow_sample_codes
        row, new = await actions.enter(tx, body, utc_now(), allow_sample_codes=allow_sample_codes)
        return answer(CodeExceptionOut.model_validate(row), 201 if new else 200)

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[CodeExceptionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_code_exceptions(
    tx: Tx, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The register's entries of the caller's divisions, by code. An entry counts in every division."""
    key = decode_cursor(cursor, 1)
    if key is not None and not breaks_check_digits(key[0]):
        raise BadCursor
    rows = await queries.list_exceptions(tx, division=division, after=key[0] if key else None, limit=limit)
    return page(rows, limit, CodeExceptionOut.model_validate, key="uscc")


@router.get(
    "/{uscc}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=CodeExceptionOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_code_exception(tx: Tx, uscc: Code) -> Response:
    """One entry."""
    return answer(CodeExceptionOut.model_validate(await actions.find(tx, uscc)))


@router.delete(
    "/{uscc}",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    status_code=204,
    response_class=Response,
    responses=problems(NotFound, InvalidInput),
)
async def delete_code_exception(tx: Tx, uscc: Code) -> Response:
    """Take an entry back. Organizations that are registered under the code keep it; it is not taken again."""
    await actions.take_back(tx, uscc)
    return Response(status_code=204)
