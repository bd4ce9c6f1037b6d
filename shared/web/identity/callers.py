"""The caller of a request: who it is, what its role allows, and what it reaches."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from shared.db.access import Access
from shared.problems.access import Forbidden, Unauthenticated
from shared.problems.problems import Unavailable
from shared.web.identity.permissions import Permission, authority_of, permissions_of
from shared.web.identity.tokens import Actor, KeysAway, TokenRefused, TokenVerifier

log = structlog.get_logger(__name__)


bearer = HTTPBearer(auto_error=False, description="OIDC access token with roles and divisions")


def _token_of(request: Request) -> str | None:
    """What the Authorization header bears (RFC 6750)."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    return token if scheme.lower() == "bearer" else None


async def authenticate(request: Request) -> Actor:
    """The actor of the bearer token. Raises Unauthenticated (401), Unavailable (503) without any keys."""
    token = _token_of(request)
    if not token:
        raise _refused('Bearer realm="shuangfu"')
    verifier: TokenVerifier = request.app.state.verifier
    try:
        actor = await verifier.verify(token)
    except TokenRefused as error:
        log.info("token_refused", reason=str(error))
        raise _refused('Bearer realm="shuangfu", error="invalid_token"') from error
    except KeysAway as error:
        raise Unavailable from error
    state, route = request.state, request.scope.get("route")
    state.actor = actor
    state.access = Access(
        actor.subject,
        actor.scope,
        authority=authority_of(actor.roles),
        door=f"{request.method} {request.url.path if route is None else route.path}",
        request_id=getattr(state, "request_id", None),
    )
    return actor


def _refused(challenge: str) -> Unauthenticated:
    problem = Unauthenticated()
    problem.headers = {"WWW-Authenticate": challenge}
    return problem


def check_permission(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden (403)."""
    if permission not in permissions_of(actor.roles):
        raise Forbidden(permission=str(permission))


async def caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    """The actor: `GuardedRoute` authenticated it before the body was read, and once a request is enough.

    `bearer` is there for the API's document.
    """
    admitted: Actor | None = getattr(request.state, "actor", None)
    return admitted or await authenticate(request)


def requires(permission: Permission) -> Dependency:
    """The dependency of a route that asks for a permission. Its name stays readable for the matrix of tests."""

    async def check(actor: Annotated[Actor, Depends(caller)]) -> None:
        check_permission(actor, permission)

    check.permission = permission  # type: ignore[attr-defined]
    return Depends(check)  # type: ignore[no-any-return]
