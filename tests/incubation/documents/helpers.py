"""Invented documents of incubation."""

from typing import Any

import httpx

from tests.incubation.bodies.helpers import recorded
from tests.incubation.conftest import PLANNED, Incubation, Organization
from tests.registry.documents.helpers import file_of, pointers, slug, take, text_of

__all__ = ["file_of", "pointers", "slug", "take", "text_of"]
PATH = "/v1/documents"
TERM = {"starts_on": "2026-03-10", "ends_on": "2028-03-09"}


async def superiors(incubation: Incubation) -> None:
    """The work committees of the district and of one of its streets."""
    await incubation.deliver(
        recorded("XIHU", kind="work_committee", department=None),
        recorded("CUIYUAN", kind="street_committee", department=None, level="street", street="翠苑街道"),
    )


async def deferred(incubation: Incubation, organization: Organization, members: int = 3, **changes: Any) -> str:
    """The id of an organization's case, which was put off."""
    await incubation.deliver(organization.state(members))
    case: str = (await incubation.case(organization))["id"]
    response = await incubation.post(f"/formation-cases/{case}/deferral", {**PLANNED, **changes})
    assert response.status_code == 200, response.text
    return case


async def try_draft(incubation: Incubation, kind: str, subject: str, **given: Any) -> httpx.Response:
    return await incubation.http.post(PATH, json={"kind": kind, "subject": subject, **given})


async def draft(incubation: Incubation, kind: str, subject: str, **given: Any) -> dict[str, Any]:
    """A drafted document."""
    response = await try_draft(incubation, kind, subject, **given)
    assert response.status_code == 201, response.text
    drafted: dict[str, Any] = response.json()
    return drafted


async def issued(incubation: Incubation, kind: str, subject: str, **given: Any) -> dict[str, Any]:
    """A document, drafted, checked and issued by three."""
    document = await draft(incubation, kind, subject, **given)
    for step in ("check", "issue"):
        response = await take(incubation.http, document, step)
        assert response.status_code == 200, response.text
        document = response.json()
    return document


async def printed(incubation: Incubation, document: dict[str, Any]) -> str:
    """The text of a document's PDF, without what divides cells and lines."""
    answer = await file_of(incubation.http, document, "pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return "".join(text_of(answer.content).split())


async def visit_of(incubation: Incubation, incubatee: str) -> str:
    """The id of an incubatee's last visit."""
    entries = (await incubation.get(f"/incubatees/{incubatee}/timeline"))["entries"]
    found: str = [one["id"] for one in entries if one["event"] == "visit"][-1]
    return found
