"""S11: whether the unit is a priority host follows the region's policy, and never blocks."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.uncoded.policies import ReviewPolicy
from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import rows
from tests.registry.registration_reviews.helpers import PARTS, PATH, application, apply, step

HOSTS = ["secretariat", "foundation_standing_office", "intermediary", "private_hospital", "private_school"]


def told(review: dict[str, Any]) -> list[tuple[str, str]]:
    """Of S11."""
    return [(one["outcome"], one["facts"]["host_unit"]) for one in review["reasons"] if one["rule"] == "S11"]


@pytest.mark.parametrize("unit", [*HOSTS, "other"])
async def test_s11_host_unit__is_in_the_reasons_of_application_and_decision(
    client: httpx.AsyncClient, unit: str
) -> None:
    outcome = "other_host" if unit == "other" else "priority_host"
    review = await apply(client, **PARTS, host_unit=unit)
    assert (review["host_unit"], review["missing"]) == (unit, [])
    assert told(review) == [(outcome, unit)]
    approved = await step(client, review, "approval")
    assert (approved.status_code, told(approved.json())) == (200, [(outcome, unit)])
    [reason] = [one for one in approved.json()["reasons"] if one["rule"] == "S11"]
    assert reason["facts"]["priority_hosts"] == HOSTS
    assert (reason["facts"]["policy"], bool(reason["text"])) == ("default-registration-review", True)


async def test_s11_host_unit__that_nobody_stated_is_no_reason_and_blocks_nothing(client: httpx.AsyncClient) -> None:
    review = await apply(client, **PARTS)
    assert (review["host_unit"], told(review)) == (None, [])
    approved = await step(client, review, "approval")
    assert (approved.status_code, told(approved.json())) == (200, [])
    # What was missing may be added until the certificate; what was decided stays.
    added = await step(client, review, "supplement", host_unit="private_school")
    assert (added.status_code, told(added.json())) == (200, [("priority_host", "private_school")])
    changed = await step(client, review, "supplement", host_unit="other")
    assert (changed.status_code, pointers(changed)) == (422, ["/host_unit"])


async def test_s11_host_unit__is_supplemented_and_taken_back(app: FastAPI, client: httpx.AsyncClient) -> None:
    review = await apply(client, **PARTS, host_unit="other")
    again = await step(client, review, "supplement", host_unit="intermediary")
    assert told(again.json()) == [("priority_host", "intermediary")], "once"
    kept = await step(client, review, "supplement", note="补正")
    assert (kept.json()["host_unit"], len(told(kept.json()))) == ("intermediary", 1)
    back = await step(client, review, "supplement", host_unit=None)
    assert (back.json()["host_unit"], told(back.json())) == (None, [])
    assert await rows(app, "SELECT host_unit FROM registration_reviews") == [{"host_unit": None}]


async def test_s11_host_unit__of_no_known_kind_is_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    refused = await client.post(PATH, json=application(host_unit="public_school"))
    assert (refused.status_code, pointers(refused)) == (422, ["/host_unit"])
    assert await rows(app, "SELECT id FROM registration_reviews") == []


async def test_s11_priority_hosts__are_the_regions(app: FastAPI, client: httpx.AsyncClient) -> None:
    policies = app.state.policies
    [default] = policies.reviews.policies
    few = default.parameters.model_copy(update={"priority_hosts": ("private_hospital",)})
    reviews = replace(policies.reviews, policies=(replace(default, parameters=few),))
    app.state.policies = replace(policies, reviews=reviews)
    found = [told(await apply(client, host_unit=unit)) for unit in ("private_hospital", "private_school")]
    assert found == [[("priority_host", "private_hospital")], [("other_host", "private_school")]]


async def test_s11_policy__without_the_parameter_has_no_priority_hosts(app: FastAPI) -> None:
    [default] = app.state.policies.reviews.policies
    old = ReviewPolicy.model_validate(default.parameters.model_dump(exclude={"priority_hosts"}))
    assert old.priority_hosts == ()
