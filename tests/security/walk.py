"""Every route of every service, read from the apps themselves."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from shared.web.identity.permissions import Permission
from shuangfu.interfaces import app_of, stored_path
from shuangfu.services import SERVICES

PUBLIC = frozenset(
    {"/", "/docs", "/docs/redoc.standalone.js"}
    | {"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/v1/asyncapi.json"}
)
"""What needs no token: probes, metrics and descriptions. Anything else asks for a permission."""
UNDESCRIBED = frozenset({"/", "/docs", "/docs/redoc.standalone.js", "/v1/openapi.json"})
"""What the description leaves out: itself, and the pages that show it."""


@dataclass(frozen=True, slots=True)
class Door:
    """A route of a service."""

    service: str
    method: str
    path: str
    permissions: tuple[Permission, ...]

    @property
    def name(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def public(self) -> bool:
        return self.path in PUBLIC


def doors_of(service: str, app: FastAPI) -> Iterator[Door]:
    """Each method of each route, however deep it is included. Raises AssertionError for a kind not known here."""
    for route, prefix, inherited in _routes(app.routes, "", ()):
        assert isinstance(route, Route | APIRoute), f"{service}: what is {route!r}?"
        dependencies = (*inherited, *getattr(route, "dependencies", ()))
        permissions = tuple(d.dependency.permission for d in dependencies if hasattr(d.dependency, "permission"))
        for method in sorted(route.methods or ()):
            yield Door(service, method, prefix + route.path, permissions)


def _routes(
    routes: Sequence[Any], prefix: str, inherited: tuple[Any, ...]
) -> Iterator[tuple[Any, str, tuple[Any, ...]]]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route, prefix, inherited
            continue
        context = route.include_context
        further = (*inherited, *context.dependencies, *included.dependencies)
        yield from _routes(included.routes, prefix + context.prefix, further)


APPS = {service: app_of(service) for service in SERVICES}
DOORS = tuple(door for service, app in APPS.items() for door in doors_of(service, app))
GUARDED = tuple(door for door in DOORS if not door.public)


@cache
def _stored(service: str) -> dict[str, Any]:
    """A service's stored OpenAPI document, which `tests/shared/web/test_describing.py` compares with what is served.

    Every worker chooses by it which routes it tests: to generate the four documents takes seconds.
    """
    found: dict[str, Any] = json.loads(stored_path(service).read_text(encoding="utf-8"))
    return found


def described(door: Door) -> dict[str, Any]:
    """The route's operation in the OpenAPI document; of a route that is not stored yet, in what is served."""
    operations = _stored(door.service)["paths"].get(door.path, {})
    found: dict[str, Any] = operations.get(door.method.lower()) or _served(door)
    return found


def _served(door: Door) -> dict[str, Any]:
    found: dict[str, Any] = APPS[door.service].openapi()["paths"][door.path][door.method.lower()]
    return found


__all__ = ["APPS", "DOORS", "GUARDED", "PUBLIC", "UNDESCRIBED", "Door", "Mount", "described", "doors_of"]
