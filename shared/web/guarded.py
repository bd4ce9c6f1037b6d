"""The class of every route: its caller is admitted first, and what that may answer with is declared.

FastAPI reads and parses a body before it solves the dependencies that ask who sent it: a stranger would have a
mebibyte of JSON parsed, and be told what is wrong with it (422) instead of that a token is missing (401).
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
    """What a route asks for. Raises TypeError where that is nothing."""
    found = [
        permission
        for depends in route.dependencies
        if (permission := getattr(depends.dependency, "permission", None)) is not None
    ]
    if not found:
        raise TypeError(f"{route.path} asks for no permission")
    return found


async def admit(request: Request, permissions: list[Permission]) -> None:
    """Raises Unauthenticated (401), Forbidden (403), Unavailable (503) without the issuer's keys."""
    actor = await authenticate(request)
    for permission in permissions:
        check_permission(actor, permission)


class GuardedRoute(APIRoute):
    """Token and permissions are asked for before a byte of the body is read. Every route is of this class.

    It declares what each of them may answer with: 401, 403, and with `OnceOnly` the problems of an Idempotency-Key.
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
    """Raises TypeError for a router with a route of another class: it would read the bodies of strangers."""
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            raise TypeError(f"{getattr(route, 'path', route)} is no GuardedRoute: give its router this route_class")
