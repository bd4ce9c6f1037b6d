"""The class of every route: it authenticates the caller first, and declares the problems that this may answer with.

FastAPI parses the body before it solves the dependencies that authenticate the caller: without this class it would
parse a mebibyte of JSON for anybody, and answer 422 for its content instead of 401 for the missing token.
"""

from collections.abc import Callable, Coroutine
from inspect import signature
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from shared.problems.access import Forbidden, Unauthenticated
from shared.problems.problems import InvalidInput
from shared.web.identity.callers import authenticate, check_permission
from shared.web.identity.permissions import Permission
from shared.web.once import ONCE_PROBLEMS, OnceOnly
from shared.web.routes import Responses, merge_responses, problems


def permissions_of(route: APIRoute) -> list[Permission]:
    """The permissions that a route requires. Raises TypeError if there is none."""
    found = [
        permission
        for depends in route.dependencies
        if (permission := getattr(depends.dependency, "permission", None)) is not None
    ]
    if not found:
        raise TypeError(f"{route.path} requires no permission")
    return found


async def admit(request: Request, permissions: list[Permission]) -> None:
    """Authenticate the caller and check its permissions.

    Raises Unauthenticated (401), Forbidden (403), Unavailable (503) while the issuer's keys cannot be fetched.
    """
    actor = await authenticate(request)
    for permission in permissions:
        check_permission(actor, permission)


class GuardedRoute(APIRoute):
    """Checks token and permissions before a byte of the body is read. Every route with a permission is of this class.

    It declares the problems of these checks, 401 and 403, and for endpoints with `OnceOnly` those of an
    Idempotency-Key. Raises TypeError for a route without a permission.
    """

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, responses: Responses | None = None, **options: Any
    ) -> None:
        declared = merge_responses(problems(Unauthenticated, Forbidden), responses or {})
        if _takes_key(endpoint):
            declared = problems(InvalidInput, *ONCE_PROBLEMS, beside=declared)
        super().__init__(path, endpoint, responses=declared, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI asks for this once."""
        permissions = permissions_of(self)
        further = super().get_route_handler()

        async def handle(request: Request) -> Response:
            await admit(request, permissions)
            return await further(request)

        return handle


def _takes_key(endpoint: Callable[..., Any]) -> bool:
    return any(one.annotation == OnceOnly for one in signature(endpoint, eval_str=True).parameters.values())


def check_guarded(router: APIRouter) -> None:
    """Raises TypeError for a router with a route of another class, which would read bodies before authentication."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{getattr(route, 'path', route)} is no GuardedRoute: give its router this route_class")
