"""What clients send about cases: days, notes and codes, each read in one way."""

from datetime import timedelta
from typing import Any

import pytest

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.incubation.conftest import PLANNED, Incubation, Organization


def day(later: int) -> str:
    return (china_day(utc_now()) + timedelta(days=later)).isoformat()


@pytest.mark.parametrize(
    "until",
    [
        day(-1),
        "1970-01-02",
        86400,
        "86400",
        "20990101",
        "2099-01-01T00:00:00",
        "２０９９-０１-０１",
        True,
        ["2099-01-01"],
    ],
)
async def test_t58_deferral__until_is_a_day_that_is_not_over(incubation: Incubation, until: Any) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    refused = await incubation.post(f"/formation-cases/{case['id']}/deferral", {"until": until})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/until"])
    assert await incubation.case(organization) == case


async def test_t58_deferral__until_tomorrow_is_taken(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    taken = await incubation.post(f"/formation-cases/{case['id']}/deferral", {**PLANNED, "until": day(1)})
    assert (taken.status_code, taken.json()["deferred_until"]) == (200, day(1))


@pytest.mark.parametrize(
    ("written", "stored"), [(" 班子\u200b未定 ", "班子未定"), ("无", None), ("-", None), ("N/A", None)]
)
async def test_t52_t59_note__has_one_form_and_words_for_none_are_none(
    incubation: Incubation, written: str, stored: str | None
) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    path = f"/formation-cases/{case['id']}/deferral"
    assert (await incubation.post(path, {**PLANNED, "note": written})).json()["note"] == stored
    refused = await incubation.post(path, {"note": "班子\u202e未定"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")


async def test_t56_body__one_key_twice_is_refused(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    refused = await incubation.http.post(
        f"/v1/formation-cases/{case['id']}/deferral",
        content=b'{"note": "a", "note": "b"}',
        headers={"Content-Type": "application/json"},
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")
    assert await incubation.case(organization) == case


async def test_t65_organization__is_found_however_its_code_is_written(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3), Organization(2).state(3))
    code = organization.code
    for written in (code, code.lower(), f"{code[:8]}-{code[8:]}", f" {code[:2]} {code[2:]} ", f"{code[:8]}—{code[8:]}"):
        for path in ("/formation-checks", "/formation-cases"):
            found = (await incubation.get(path, organization=written))["items"]
            assert [one["uscc"] for one in found] == [code], (path, written)
