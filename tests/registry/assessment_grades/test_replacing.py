"""A grade takes the place of the one before for good: what ends it brings nothing back (domain 4.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.registry.assessment_grades.grade import AssessmentGrade, grade_in_force, lasting_on, state_among
from tests.registry.standing.helpers import give, registered, standing

GRADE = AssessmentGrade(
    id=uuid4(),
    organization_id=uuid4(),
    division="330106",
    grade="5A",
    announced_on=date(2024, 3, 1),
    valid_from=date(2024, 3, 1),
    valid_until=date(2029, 2, 28),
    origin="assessment",
    follows=None,
    ended_on=None,
    ended_by=None,
    measures="",
    policy="",
    reasons=[],
    note=None,
    recorded_by="",
    recorded_at=datetime(2024, 3, 2, tzinfo=UTC),
)
LATER = replace(
    GRADE,
    id=uuid4(),
    grade="3A",
    announced_on=date(2026, 6, 15),
    valid_from=date(2027, 1, 1),
    valid_until=date(2031, 12, 31),
)


@pytest.mark.parametrize(
    ("ended", "day", "grade"),
    [
        ({}, date(2026, 12, 31), "5A"),
        ({}, date(2027, 1, 1), "3A"),
        ({"ended_by": "revocation", "ended_on": date(2027, 3, 1)}, date(2027, 2, 28), "3A"),
        ({"ended_by": "revocation", "ended_on": date(2027, 3, 1)}, date(2027, 3, 1), None),
        ({"ended_by": "revocation", "ended_on": date(2027, 1, 1)}, date(2027, 1, 1), None),
        ({"ended_by": "revocation", "ended_on": date(2026, 9, 1)}, date(2027, 1, 1), "5A"),
        ({"ended_by": "correction", "ended_on": date(2027, 1, 1)}, date(2027, 3, 1), "5A"),
    ],
)
def test_h24_grade__one_that_began_replaces_the_one_before_for_good(
    ended: dict[str, Any], day: date, grade: str | None
) -> None:
    """Revoked before its first day it never took its place; one that was recorded wrongly neither."""
    later = replace(LATER, **ended)
    for known in ([GRADE, later], [later, GRADE]):
        found = grade_in_force(known, day)
        assert (found.grade if found else None) == grade
        assert [one.grade for one in lasting_on(known, day) if one.state_on(day) == "in_force"] == [grade] * bool(grade)
        assert [one.grade for one in known if state_among(one, known, day) == "in_force"] == [grade] * bool(grade)


async def test_h24_revoked__leaves_the_organization_without_a_grade(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    first = (await give(client, 1, "5A", "2022-02-01")).json()
    second = (await give(client, 1, "3A", "2024-02-01")).json()
    assert (await standing(client, 1))["grade"]["value"] == "3A"
    listed = (await client.get("/v1/assessment-grades")).json()["items"]
    assert [(one["grade"], one["state"]) for one in listed] == [("5A", "replaced"), ("3A", "in_force")]
    alone = (await client.get(f"/v1/assessment-grades/{first['id']}")).json()
    assert alone["state"] == "replaced", "as the standing has it: only one of an organization is in force"
    raised = await client.post(
        f"/v1/assessment-grades/{first['id']}/verification",
        json={"outcome": "adjusted", "grade": "4A", "decided_on": "2026-04-01", "note": "核查"},
    )
    assert raised.status_code == 409, "the later one has taken its place: there is nothing to verify"
    revoked = {"outcome": "revoked", "decided_on": "2026-04-01", "note": "核查"}
    done = await client.post(f"/v1/assessment-grades/{second['id']}/verification", json=revoked)
    assert done.status_code in (200, 201), done.text
    assert (await standing(client, 1))["grade"]["value"] is None
