"""What tests ask of incubators."""

from typing import Any

import httpx

from tests.incubation.bodies.helpers import CIVIL, COMMITTEE, committee, recorded
from tests.incubation.conftest import Incubation

CODE = "XIHU-INC"
INCUBATOR: dict[str, Any] = {
    "name": "西湖区社会组织孵化器",
    "division": "330106",
    "committee": COMMITTEE,
    "operator": {"name": "示例社会工作服务中心", "outside": True, "grade": "3A"},
    "premises": {"address": "示例路1号", "area_m2": 100},
    "capacity": 40,
    "social_workers": 3,
    "party_social_workers": 1,
}


def path(rest: str = "", code: str = CODE) -> str:
    return f"/v1/incubators/{code}{rest}"


async def put(
    incubation: Incubation, code: str = CODE, *, version: int | None = None, **changes: Any
) -> httpx.Response:
    """Record an incubator; a value of None leaves a field out."""
    content = {name: value for name, value in {**INCUBATOR, **changes}.items() if value is not None}
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await incubation.http.put(path(code=code), json=content, headers=headers)


async def bodies_known(incubation: Incubation) -> None:
    """The district's civil affairs and the incubator's general branch under it."""
    await incubation.deliver(recorded(CIVIL), committee())


async def activated(incubation: Incubation, code: str = CODE, **changes: Any) -> dict[str, Any]:
    """An incubator that works."""
    await bodies_known(incubation)
    response = await put(incubation, code, **changes)
    assert response.status_code in (200, 201), response.text
    response = await incubation.post(f"/incubators/{code}/activation", {"activated_on": "2026-01-10"})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def errors(response: httpx.Response) -> dict[str, str]:
    """The sentences of a problem by field."""
    return {one["pointer"]: one["detail"] for one in response.json()["errors"]}
