"""The classes of routes: they refuse parameters they do not know; a guarded one authenticates the caller before.

It declares the problems that this may answer with.

FastAPI parses the body before it solves the dependencies that authenticate the caller: without this class it would
parse a mebibyte of JSON for anybody, and answer 422 for its content instead of 401 for the missing token.
"""

from collections.abc import Callable, Coroutine
from inspect import signature
from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.problems.access import Forbidden, OutsideUnits, Unauthenticated, UnknownUnits
from shared.problems.inputs import Body
from shared.problems.keys import MAX_KEYS, check_keys
from shared.problems.problems import InvalidInput
from shared.problems.validation import check_json_body
from shared.web.describing.answers import FILE_SCHEMA, header
from shared.web.exports.exporting import EXPORTED, KINDS, TooManyRows, export
from shared.web.identity.callers import authenticate, check_permission
from shared.web.identity.known_seats import KnownSeats
from shared.web.identity.permissions import Permission
from shared.web.once import ONCE_PROBLEMS, OnceOnly, OnceWithKey
from shared.web.parameters import check_form, check_query, parameters_of
from shared.web.routes import CHANGES_CURSOR, Page, Responses, merge_responses, problems
from shared.web.wire.bodies import check_encoding

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
PERMISSIONS = "x-permissions"
"""What an operation of the OpenAPI document requires of its caller's roles."""
_CURSOR_HEADER = {CHANGES_CURSOR: header("on the first page: the cursor of the change feed at which the list stands")}


def permissions_of(route: APIRoute) -> list[Permission]:
    """The permissions that a route requires; none where it takes any valid token (`requires_token`).

    Raises TypeError if it asks for neither.
    """
    found = [
        permission
        for depends in route.dependencies
        if (permission := getattr(depends.dependency, "permission", None)) is not None
    ]
    if not found and not any(getattr(depends.dependency, "anyone", False) for depends in route.dependencies):
        raise TypeError(f"{route.path} requires no permission")
    return found


def most_keys(route: APIRoute) -> int:
    """How many fields a route's JSON body may have: its model says so, alone or as `Model | None`."""
    annotation = None if route.body_field is None else route.body_field.field_info.annotation
    models = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and issubclass(one, Body)]
    return max((one.MAX_KEYS for one in models), default=MAX_KEYS)


async def admit(request: Request, permissions: list[Permission]) -> None:
    """Authenticate the caller, check its permissions, and that there is what its token is narrowed to.

    Raises Unauthenticated (401), Forbidden, OutsideUnits, UnknownUnits (403), Unavailable (503) while the issuer's keys
    cannot be fetched.
    """
    actor = await authenticate(request)
    for permission in permissions:
        check_permission(actor, permission)
    # Where it is for any valid token, such as `/me`, no unit is asked for.
    seats: KnownSeats | None = getattr(request.app.state, "seats", None)
    if seats is not None and permissions:
        await seats.check(request.app.state.database, request.state.access, actor)


class StrictRoute(APIRoute):
    """Refuses (422) a query parameter or a form field that its endpoint does not take, and one that comes twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        known, fields = parameters_of(self)
        further = super().get_route_handler()

        async def handle(request: Request) -> Response:
            check_query(request, known)
            if fields:
                await check_form(request, fields)
            return await further(request)

        return handle


class GuardedRoute(StrictRoute):
    """Checks token and permissions before a byte of the body is read. Every route with a permission is of this class.

    It declares the problems of these checks, 401 and 403, and for endpoints with `OnceOnly` those of an
    Idempotency-Key. Raises TypeError for a route without a permission.
    """

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, responses: Responses | None = None, **options: Any
    ) -> None:
        declared = merge_responses(problems(Unauthenticated, Forbidden, OutsideUnits, UnknownUnits), responses or {})
        if _takes_key(endpoint):
            declared = problems(InvalidInput, *ONCE_PROBLEMS, beside=declared)
        self._lists = _is_page(options.get("response_model"))
        if self._lists:
            declared = {**declared, 200: {"headers": _CURSOR_HEADER, **declared.get(200, {})}}
        self.item = _item_of(endpoint, options.get("response_model"))
        """What a list lists, None for another route."""
        if self.item is not None:
            options["dependencies"] = [*options.get("dependencies", ()), EXPORTED]
            files = {media_type.partition(";")[0]: {"schema": FILE_SCHEMA} for _, media_type in KINDS.values()}
            declared = problems(InvalidInput, TooManyRows, beside=declared)
            declared[200] = {**declared.get(200, {}), "content": files}
        super().__init__(path, endpoint, responses=declared, **options)
        required = [str(one) for one in permissions_of(self)]
        if required:
            # The document says it too: a front end shows no step that its user may not take.
            self.openapi_extra = {**(self.openapi_extra or {}), PERMISSIONS: required}
        self.pages = "cursor" in parameters_of(self)[0]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        permissions = permissions_of(self)
        further = super().get_route_handler()
        known, _ = parameters_of(self)
        item, lists, takes_json = self.item, self._lists, self.body_field is not None
        takes_body = takes_json or "requestBody" in (self.openapi_extra or {})
        most = most_keys(self)

        async def handle(request: Request) -> Response:
            await admit(request, permissions)
            if takes_body:
                check_encoding(request)
            kind = request.query_params.get("format", "json")
            if item is not None and kind in KINDS:
                check_query(request, known)
                return await export(request, kind, item, further)
            request.state.lists = lists
            if takes_json and not request.headers.get("content-type", "").startswith(_FORMS):
                content = await request.body()
                check_keys(content, limit=most)
                check_json_body(content)
            response = await further(request)
            if (here := getattr(request.state, "changes_cursor", None)) is not None:
                response.headers[CHANGES_CURSOR] = here
            return response

        return handle


def _is_page(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Page)


def _item_of(endpoint: Callable[..., Any], model: Any) -> type[BaseModel] | None:
    """The items of an endpoint that answers a page; None for one that reads a `format` itself."""
    if not _is_page(model) or "format" in signature(endpoint).parameters:
        return None
    item: type[BaseModel]
    [item] = get_args(model.model_fields["items"].annotation)
    return item


def _takes_key(endpoint: Callable[..., Any]) -> bool:
    parameters = signature(endpoint, eval_str=True).parameters
    return any(one.annotation in (OnceOnly, OnceWithKey) for one in parameters.values())


def check_guarded(router: APIRouter) -> None:
    """Raises TypeError for a router with a route of another class, which would read bodies before authentication."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{getattr(route, 'path', route)} is no GuardedRoute: give its router this route_class")
