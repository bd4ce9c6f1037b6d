"""Schemes of tests, news of organizations' members, and entries of lists."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.funding.policies import Scheme, SchemeParameters
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.registry import OrganizationChanged, OrganizationDeregistered, OrganizationRegistered
from shared.field.policies import Policy, PolicyBook
from tests.funding.conftest import Funding

ACCOUNTS = {"expense": "5001", "payable": "2307", "appropriation": "4001"}
ACCOUNT = {"holder": "西湖区蓝天社工服务中心", "bank_code": "102331000015", "account_number": "3301 0000 0000 0001"}
AGAIN = {"bank_code": "102331000015", "account_number": "3301000000000001"}
H31 = "hz-2013-key-committees"
MEMBERS = "sh-2015-members"


def scheme_of(funding: Funding, code: str) -> Scheme:
    """A scheme of the repository by its code."""
    return next(one for one in funding.app.state.schemes.policies if one.parameters.scheme == code)


def make_scheme(region: str = "3301", begins: date = date(2013, 1, 1), **parameters: Any) -> Scheme:
    """A scheme of a test's own."""
    whole = SchemeParameters.model_validate({"accounts": ACCOUNTS, **parameters})
    return Policy(whole.scheme + region, region, begins, None, "a test", whole)


def load(funding: Funding, *schemes: Scheme) -> None:
    """Add schemes to those that are in force."""
    funding.app.state.schemes = PolicyBook([*funding.app.state.schemes.policies, *schemes])


def activated(funding: Funding, code: str, **parameters: Any) -> Scheme:
    """A scheme of the repository, with what it lacked, active."""
    found = scheme_of(funding, code)
    content = found.parameters.model_dump() | {"active": True} | parameters
    return replace(found, id=code + "-active", parameters=SchemeParameters.model_validate(content))


def organization_news(
    organization: UUID,
    full: int = 0,
    probationary: int = 0,
    *,
    sequence: int = 1,
    as_of: date = date(2025, 6, 1),
    division: str = "310101",
    ended: bool = False,
) -> Received[Any]:
    """The registry's news of an organization: its counts as of a day, or that it ended."""
    at = datetime(as_of.year, as_of.month, as_of.day, 4, tzinfo=UTC)
    data: Any
    if ended:
        data = OrganizationDeregistered(id=organization, uscc="51310100PDY000019X", division=division, as_of=at)
    else:
        kind = OrganizationRegistered if sequence == 1 else OrganizationChanged
        data = kind.model_validate(
            {
                "id": organization,
                "uscc": "51310100PDY000019X",
                "name": "示例协会",
                "kind": "social_group",
                "division": division,
                "registered_on": date(2020, 1, 1),
                "full_time_staff": 9,
                "full_members_full_time": full,
                "full_members": full,
                "probationary_members": probationary,
                "source": "test",
                "as_of": at,
            }
        )
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/registry",
        subject=str(organization),
        sequence=sequence,
        time=at,
        key=str(organization),
        division=division,
        correlation_id="the-chain",
    )
    return Received(envelope, data)


async def run(funding: Funding, code: str, status: int = 200, **body: Any) -> Any:
    """Run a scheme."""
    response = await funding.http.post(f"/v1/schemes/{code}/runs", json=body)
    assert response.status_code == status, response.text
    return response.json()


async def enter(funding: Funding, scheme: str, recipient: UUID, **body: Any) -> httpx.Response:
    """Enter a recipient in a list."""
    content = {"scheme": scheme, "recipient_id": str(recipient), "effective_from": "2020-01-01", **body}
    return await funding.http.post("/v1/scheme-entries", json=content)


async def listed(funding: Funding, scheme: str, recipient: UUID, **body: Any) -> dict[str, Any]:
    """An entry that was confirmed."""
    entered = await enter(funding, scheme, recipient, **body)
    assert entered.status_code == 201, entered.text
    confirmed = await funding.http.post(f"/v1/scheme-entries/{entered.json()['id']}/confirmation")
    assert confirmed.status_code == 200, confirmed.text
    found: dict[str, Any] = confirmed.json()
    return found
