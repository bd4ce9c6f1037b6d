"""Invented applications for registration, and the steps of their review."""

from typing import Any

import httpx

SURVEY = {
    "surveyed_on": "2026-03-02",
    "full_time_staff": 6,
    "full_members_full_time": 2,
    "full_members": 3,
    "probationary_members": 0,
}
COMMITMENT = {"signed_on": "2026-03-01", "reference": "承诺书 2026-7"}
HOSTING = {"description": "翠苑街道综合党委"}
INSTRUCTOR = {"post": "街道党建指导员", "reference": "翠党建〔2026〕3号"}
PARTS = {"survey": SURVEY, "commitment": COMMITMENT, "hosting": HOSTING, "instructor": INSTRUCTOR}
PATH = "/v1/registration-reviews"


def application(**changes: Any) -> dict[str, Any]:
    """An application without any part."""
    return {
        "name": "西湖区蓝天社工服务中心",
        "kind": "social_service_institution",
        "division": "330106",
        "street": "翠苑街道",
        "applied_on": "2026-03-02",
        **changes,
    }


async def apply(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Apply; it must be taken."""
    response = await client.post(PATH, json=application(**changes))
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def step(client: httpx.AsyncClient, review: dict[str, Any], name: str, **body: Any) -> httpx.Response:
    """Take a step of a review; an approval is of the day of the application where none is given."""
    if name == "approval":
        body.setdefault("approved_on", review.get("applied_on", "2026-03-02"))
    return await client.post(f"{PATH}/{review['id']}/{name}", json=body)
