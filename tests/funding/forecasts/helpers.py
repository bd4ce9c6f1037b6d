"""Counts, schemes of the repository, and forecasts of tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.funding.forecasts.inputs import ForeseenCount, Inputs
from services.funding.forecasts.needs.asked import Asked
from services.funding.forecasts.needs.rules import Line, foresee_need
from services.funding.policies import Scheme, SchemeParameters, Schemes, read_schemes
from services.funding.pools.policies import read_pool_policies
from shared.field.policies import Policy, PolicyBook
from shared.settings import REPOSITORY_POLICIES
from tests.funding.conftest import Funding
from tests.funding.helpers import ACCOUNTS

YEAR = 2027
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
SHIPPED = read_schemes(REPOSITORY_POLICIES)
POOLS = read_pool_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)


def asked(year: int = YEAR) -> Asked:
    """A forecast as of 30 November 2026; every scheme without a source is paid from its channel."""

    def source(scheme: Scheme, _: str) -> str:
        return scheme.parameters.source or scheme.parameters.channel

    return Asked(year, date(2026, 11, 30), NOW, source, lambda division: POOLS.in_force(division, date(year, 12, 31)))


def count(division: str = "330106", kind: str = "BRANCH", **numbers: Any) -> ForeseenCount:
    """Ten branches in Xihu District that were not rated."""
    return ForeseenCount.model_validate({"division": division, "kind": kind, "party_organizations": 10, **numbers})


def foresee(schemes: Schemes = SHIPPED, **inputs: Any) -> list[Line]:
    """The need of 2027."""
    return foresee_need(Inputs.model_validate(inputs), schemes, asked())


def needs(lines: Sequence[Line]) -> dict[tuple[str, str | None], tuple[int, int]]:
    """Need and held part by rule and kind."""
    return {(one.reason.rule, one.kind): (one.need_fen, one.held_fen) for one in lines}


def with_active(code: str, **parameters: Any) -> Schemes:
    """The shipped schemes with the figures that one of them lacks."""
    found = []
    for one in SHIPPED.policies:
        whole = one.parameters
        if whole.scheme == code:
            whole = SchemeParameters.model_validate(whole.model_dump() | {"active": True} | parameters)
        found.append(Policy(one.id, one.region, one.effective_from, one.effective_to, one.source, whole))
    return PolicyBook(found)


def star_award() -> Schemes:
    """Tongjiang's award by stars (D11) alone, in Sichuan."""
    amount = {"rule": "by_star", "by_star_fen": {"3": 200_000, "4": 300_000, "5": 500_000}}
    parameters = SchemeParameters.model_validate(
        {
            "scheme": "star-award",
            "rule": "R-star-award",
            "purpose": "star-award",
            "amount": amount,
            "accounts": ACCOUNTS,
        }
    )
    return PolicyBook([Policy("star-award", "51", date(2022, 1, 1), None, "a test", parameters)])


async def post(funding: Funding, status: int = 201, **body: Any) -> dict[str, Any]:
    """A forecast of Hangzhou's 2027."""
    content = {"division": "3301", "year": YEAR, **body}
    answered = await funding.http.post("/v1/forecasts", json=content)
    assert answered.status_code == status, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def part(funding: Funding, forecast: dict[str, Any], name: str, **query: Any) -> list[dict[str, Any]]:
    """A part of a forecast: its lines, funds or inputs."""
    items: list[dict[str, Any]] = (await funding.get(f"/v1/forecasts/{forecast['id']}/{name}", **query))["items"]
    return items


def pointers(problem: dict[str, Any]) -> list[str]:
    return [one["pointer"] for one in problem["errors"]]
