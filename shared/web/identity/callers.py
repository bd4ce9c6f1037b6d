"""The caller of a request: authentication, permissions, and the divisions in its scope."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from shared.db.access import Access
from shared.problems.access import Forbidden, OutsideUnits, Unauthenticated
from shared.problems.problems import FieldError, Problem, Unavailable
from shared.web.identity.claims import TokenRefused
from shared.web.identity.granted import WITH_UNITS, authority_of, permissions_of
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor, KeysUnavailable, TokenVerifier

log = structlog.get_logger(__name__)


bearer = HTTPBearer(auto_error=False, description="OIDC access token with roles and divisions")


def _token_of(request: Request) -> str | None:
    """The bearer token of the Authorization header (RFC 6750)."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    return token if scheme.lower() == "bearer" else None


async def authenticate(request: Request) -> Actor:
    """The actor of the bearer token; sets `actor` and `access` of the request's state.

    Raises Unauthenticated (401), Unavailable (503) while the key of the token cannot be fetched.
    """
    token = _token_of(request)
    if not token:
        raise _refused('Bearer realm="shuangfu"')
    verifier: TokenVerifier = request.app.state.verifier
    try:
        actor = await verifier.verify(token)
    except TokenRefused as error:
        log.info("token_refused", reason=str(error))
        raise _refused('Bearer realm="shuangfu", error="invalid_token"', *error.errors) from error
    except KeysUnavailable as error:
        raise Unavailable from error
    state, route = request.state, request.scope.get("route")
    state.actor = actor
    state.access = Access(
        actor.subject,
        actor.scope,
        authority=authority_of(actor.roles, actor.bodies),
        door=f"{request.method} {request.url.path if route is None else route.path}",
        request_id=getattr(state, "request_id", None),
        units=actor.units,
    )
    return actor


def _refused(challenge: str, *errors: FieldError) -> Unauthenticated:
    problem = Unauthenticated(errors)
    problem.headers = {"WWW-Authenticate": challenge}
    return problem


def refusal_of(actor: Actor, permission: Permission) -> Problem | None:
    """Why the actor may not: none of its roles has the permission, or it does not go with its units; else None."""
    if permission not in permissions_of(actor.roles):
        return Forbidden(permission=str(permission))
    if actor.units is not None and permission not in WITH_UNITS:
        return OutsideUnits()
    return None


def check_permission(actor: Actor, permission: Permission) -> None:
    """Raises the Forbidden or OutsideUnits (403) of `refusal_of`."""
    refusal = refusal_of(actor, permission)
    if refusal is not None:
        raise refusal


async def caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    """The actor: `GuardedRoute` has authenticated it before the body was read; other routes do so here.

    `bearer` is there for the API's document. Raises as `authenticate` does.
    """
    admitted: Actor | None = getattr(request.state, "actor", None)
    return admitted or await authenticate(request)


def requires_token() -> Dependency:
    """The dependency of a route that is for every caller with a valid token, whatever its roles."""

    async def check(_: Annotated[Actor, Depends(caller)]) -> None: ...

    check.anyone = True  # type: ignore[attr-defined]
    return Depends(check)  # type: ignore[no-any-return]


def requires(permission: Permission) -> Dependency:
    """The dependency of a route that requires a permission, which stays readable as `.permission` (see `guarded`)."""

    async def check(actor: Annotated[Actor, Depends(caller)]) -> None:
        check_permission(actor, permission)

    check.permission = permission  # type: ignore[attr-defined]
    return Depends(check)  # type: ignore[no-any-return]
