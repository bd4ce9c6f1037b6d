"""A city with a district, its lawyers' committee, and tokens that act for them."""

from typing import Any
from uuid import UUID

import httpx

from shared.bus.handlers import Received
from shared.contracts.bodies import Affiliated
from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import recorded
from tests.incubation.conftest import AS_OF, Incubation, Organization, established

CITY, DISTRICT, LAWYERS, NEIGHBOUR = "HZ-CITY", "HZ-XIHU", "HZ-LAWYERS", "HZ-GONGSHU"
WHOLE_CITY = {"division": "330100", "level": "city"}
REFUSED = "urn:shuangfu:problem:not-the-body-above"


def body(code: str, **changes: Any) -> Received[Any]:
    return recorded(code, **{"kind": "work_committee", "department": None, **changes})


def all_bodies() -> list[Received[Any]]:
    return [
        body(CITY, **WHOLE_CITY),
        body(DISTRICT, parent=CITY),
        body(NEIGHBOUR, parent=CITY, division="330105"),
        body(LAWYERS, **WHOLE_CITY, kind="industry_committee", department="justice", parent=CITY),
    ]


async def opened(incubation: Incubation, one: Organization, members: int = 3, **changes: Any) -> dict[str, Any]:
    """The case of an organization, where these bodies are recorded."""
    await incubation.deliver(*all_bodies(), one.state(members, **changes))
    return await incubation.case(one)


def belonging(party: UUID, code: str, form: str, *organizations: Organization, **changes: Any) -> Received[Any]:
    """The registry's news of a Party organization that belongs to a body."""
    event = established(form, *organizations, party=party, **changes)
    affiliated = Affiliated(body=code, name=code, kind="other", since=AS_OF.date())
    return Received(event.envelope, event.data.model_copy(update={"affiliation": affiliated}))


class Officers:
    """District officers with the divisions and bodies that a test gives them."""

    def __init__(self, incubation: Incubation, token_for: TokenFor) -> None:
        self._incubation, self._token_for = incubation, token_for

    def _headers(self, division: str, bodies: tuple[str, ...]) -> dict[str, str]:
        token = self._token_for("district_officer", (division,), "officer", bodies=bodies)
        return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def post(self, path: str, sent: Any = None, *, division: str = "330106", bodies: Any = ()) -> httpx.Response:
        return await self._incubation.http.post(f"/v1{path}", json=sent, headers=self._headers(division, tuple(bodies)))

    async def get(self, path: str, *, division: str = "330106", bodies: Any = ()) -> Any:
        found = await self._incubation.http.get(f"/v1{path}", headers=self._headers(division, tuple(bodies)))
        assert found.status_code == 200, found.text
        return found.json()

    async def approve(self, case: dict[str, Any], *, division: str = "330106", bodies: Any = ()) -> httpx.Response:
        return await self.post(f"/formation-cases/{case['id']}/approval", division=division, bodies=bodies)
