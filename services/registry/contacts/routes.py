"""PUT, GET and DELETE an organization's contact by role; the list of roles that have one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.registry.contacts import actions
from services.registry.contacts.errors import ContactBroken, ContactsUnavailable
from services.registry.contacts.schemas import ContactBody, ContactEntry, ContactOut, ContactRole
from shared.db.base import utc_now
from shared.db.sealing import FieldKeys
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed, PreconditionRequired
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, IfMatchAlways, Page, Tx, answer, problems

router = APIRouter(prefix="/organizations/{reference}/contacts", tags=["contacts"], route_class=GuardedRoute)

Reference = Annotated[str, Path(description="id or code", max_length=64)]


def _keys(request: Request) -> FieldKeys:
    keys: FieldKeys | None = request.app.state.field_keys
    if keys is None:
        raise ContactsUnavailable
    return keys


@router.get(
    "",
    dependencies=[requires(Permission.CONTACTS_READ)],
    response_model=Page[ContactEntry],
    responses=problems(NotFound, InvalidInput),
)
async def list_contacts(tx: Tx, reference: Reference) -> Response:
    """Which roles have a contact, without the persons."""
    return answer(Page(items=await actions.list_contacts(tx, reference), next_cursor=None))


@router.put(
    "/{role}",
    dependencies=[requires(Permission.CONTACTS_WRITE)],
    response_model=ContactEntry,
    responses={
        201: {"model": ContactEntry},
        **problems(
            NotFound,
            PreconditionFailed,
            InvalidInput,
            PreconditionRequired,
            ContactsUnavailable,
        ),
    },
)
async def put_contact(
    tx: Tx, request: Request, reference: Reference, role: ContactRole, body: ContactBody, if_match: IfMatch = None
) -> Response:
    """Enter a contact (201), or replace it (200), which needs If-Match. The answer does not repeat the person."""
    entry, new = await actions.put_contact(tx, _keys(request), reference, role, body, utc_now(), if_match=if_match)
    return answer(entry, 201 if new else 200, version=entry.version)


@router.get(
    "/{role}",
    dependencies=[requires(Permission.CONTACTS_READ)],
    response_model=ContactOut,
    responses=problems(NotFound, InvalidInput, ContactBroken, ContactsUnavailable),
)
async def get_contact(tx: Tx, request: Request, reference: Reference, role: ContactRole) -> Response:
    """A contact with the person. That it was read, and by whom, is audited."""
    contact = await actions.read_contact(tx, _keys(request), reference, role)
    return answer(contact, version=contact.version)


@router.delete(
    "/{role}",
    dependencies=[requires(Permission.CONTACTS_WRITE)],
    status_code=204,
    response_class=Response,
    responses=problems(NotFound, PreconditionFailed, InvalidInput, PreconditionRequired),
)
async def delete_contact(tx: Tx, reference: Reference, role: ContactRole, if_match: IfMatchAlways = None) -> Response:
    """Forget a contact; needs If-Match."""
    await actions.delete_contact(tx, reference, role, if_match=if_match)
    return Response(status_code=204)
