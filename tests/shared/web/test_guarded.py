"""The class of every route: what it declares, and what it refuses when the app is created."""

from typing import Annotated, Any, get_args

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.problems.access import Forbidden, OutsideScope, Unauthenticated
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound
from shared.web import once
from shared.web.guarded import GuardedRoute, check_guarded, most_keys, permissions_of
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import Once, OnceOnly
from shared.web.routes import Responses, merge_responses, problems
from tests.security.walk import APPS, _routes

MAY = [requires(Permission.REGISTRY_READ)]


async def plain() -> Response:
    raise AssertionError("only its declaration is looked at")


async def with_key(once: OnceOnly) -> Response:
    raise AssertionError("only its declaration is looked at")


def declared(responses: Responses | None = None, endpoint: Any = plain, **options: Any) -> dict[int | str, str]:
    """The problems that a route with these declarations names, by status."""
    router = APIRouter(route_class=GuardedRoute, **options)
    router.add_api_route("/x", endpoint, dependencies=MAY, responses=responses)
    [route] = router.routes
    assert isinstance(route, GuardedRoute)
    return {status: response["description"] for status, response in route.responses.items()}


def test_declares__401_and_403_of_every_route() -> None:
    assert declared() == {401: "unauthenticated", 403: "forbidden, outside-units, unknown-units"}
    assert declared(problems(NotFound)) == {
        401: "unauthenticated",
        403: "forbidden, outside-units, unknown-units",
        404: "not-found",
    }


def test_declares__more_than_one_problem_of_a_status() -> None:
    found = declared(problems(OutsideScope, InvalidInput, BadCursor))
    assert found[403] == "forbidden, outside-units, unknown-units, outside-scope"
    assert (found[401], found[422]) == ("unauthenticated", "invalid-input, bad-cursor")


def test_declares__the_same_problem_once() -> None:
    assert (
        declared(problems(Unauthenticated, Forbidden, OutsideScope))[403]
        == "forbidden, outside-units, unknown-units, outside-scope"
    )


def test_declares__what_an_idempotency_key_brings() -> None:
    found = declared(problems(IllegalTransition), with_key)
    assert found[422] == "invalid-input, idempotency-key-reused"
    assert found[409] == "illegal-transition, idempotency-key-in-flight"


def test_declares__the_same_for_a_key_spelled_out() -> None:
    async def spelled_out(once: Annotated[Once, Depends(once._once)]) -> Response:
        raise AssertionError("only its declaration is looked at")

    async def by_name(once: "OnceOnly") -> Response:
        raise AssertionError("only its declaration is looked at")

    assert declared(None, spelled_out) == declared(None, by_name) == declared(None, with_key)


def test_declares__beside_what_its_router_and_its_app_declare() -> None:
    app = FastAPI()
    router = APIRouter(route_class=GuardedRoute, responses=problems(NotFound))
    router.add_api_route("/x", plain, dependencies=MAY, responses={200: {"content": {"text/csv": {}}}})
    app.include_router(router, responses=problems(InvalidInput))
    responses = app.openapi()["paths"]["/x"]["get"]["responses"]
    assert {status: one["description"] for status, one in responses.items()} == {
        "200": "Successful Response",
        "401": "unauthenticated",
        "403": "forbidden, outside-units, unknown-units",
        "404": "not-found",
        "422": "invalid-input",
    }
    assert set(responses["200"]["content"]) == {"application/json", "text/csv"}


def test_route__without_a_permission_is_refused() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(TypeError, match="/x requires no permission"):
        router.add_api_route("/x", plain)


def test_route__asks_for_each_of_its_permissions() -> None:
    router = APIRouter(route_class=GuardedRoute)
    router.add_api_route("/x", plain, dependencies=[*MAY, requires(Permission.CHANGES_READ), Depends(plain)])
    [route] = router.routes
    assert isinstance(route, APIRoute)
    assert permissions_of(route) == [Permission.REGISTRY_READ, Permission.CHANGES_READ]


def test_router__with_a_route_of_another_class_is_refused() -> None:
    guarded, open_to_all = APIRouter(route_class=GuardedRoute), APIRouter()
    for router in (guarded, open_to_all):
        router.add_api_route("/x", plain, dependencies=MAY)
    check_guarded(guarded)
    with pytest.raises(TypeError, match="/x is no GuardedRoute"):
        check_guarded(open_to_all)


def test_merge__keeps_what_either_says_besides() -> None:
    first: Responses = {403: {"description": "a, b", "model": int}, 404: {"description": "c"}}
    second: Responses = {403: {"description": "b, d", "headers": {"X": {}}}, 200: {"content": {}}}
    assert merge_responses(first, second) == {
        403: {"description": "a, b, d", "model": int, "headers": {"X": {}}},
        404: {"description": "c"},
        200: {"content": {}},
    }
    assert first[403] == {"description": "a, b", "model": int}
    assert second[403] == {"description": "b, d", "headers": {"X": {}}}


def test_problems__leaves_what_it_was_given_as_it_is() -> None:
    before = problems(InvalidInput)
    after = problems(BadCursor, InvalidInput, beside=before)
    assert (before[422]["description"], after[422]["description"]) == ("invalid-input", "invalid-input, bad-cursor")


def least_keys(model: type[BaseModel], length: str = "max_length") -> int:
    """How many fields a body with its longest lists has at least: no optional ones, and the shortest lists in items."""
    total = 0
    for field in model.model_fields.values():
        if field.is_required():
            count = next((getattr(one, length) for one in field.metadata if hasattr(one, length)), 0)
            items = [one for one in get_args(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
            total += 1 + sum(count * least_keys(item, "min_length") for item in items)
    return total


@pytest.mark.parametrize("service", APPS)
def test_body__a_list_of_its_full_length_has_no_more_fields_than_are_allowed(service: str) -> None:
    """What a route promises to take at once it takes: a body has at most 1,000 fields unless its model says more."""
    checked = 0
    for route, _, _ in _routes(APPS[service].routes, "", ()):
        if isinstance(route, GuardedRoute) and route.body_field is not None:
            model = route.body_field.field_info.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):
                assert least_keys(model) <= most_keys(route), route.path
                checked += 1
    assert checked > 5
