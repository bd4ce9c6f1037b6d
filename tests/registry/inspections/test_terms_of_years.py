"""S6: who had ended owes nothing; days and first years are those of the measures."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from services.registry.civil_years.month_days import MonthDay, day_in
from services.registry.civil_years.policies import InspectionPolicy
from shared.field.policies import PolicyBook
from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import code, put, rows
from tests.registry.inspections.test_inspections import QUALIFIED, record, register


@pytest.mark.parametrize(
    ("ended", "year", "owed"),
    [
        ("2025-06-01", 2025, False),
        ("2026-05-31", 2025, False),
        ("2026-06-01", 2025, True),
        ("2023-01-01", 2024, None),
        ("2024-01-01", 2024, False),
    ],
)
async def test_s6_inspection__is_not_owed_by_who_had_ended_before_it_was_due(
    client: httpx.AsyncClient, ended: str, year: int, owed: bool | None
) -> None:
    uscc = await register(client, 1, as_of="2015-04-01T00:00:00Z")
    gone = await put(client, uscc, registered_on="2015-03-01", status="deregistered", as_of=f"{ended}T10:00:00+08:00")
    assert gone.status_code == 200, gone.text
    again = await put(client, uscc, registered_on="2015-03-01", status="deregistered", as_of="2026-07-01T00:00:00Z")
    assert again.json()["as_of"] == "2026-07-01T00:00:00Z", "the authority states the end again: it stays where it was"
    missed = await record(client, uscc, year, outcome="not_filed")
    assert missed.status_code == (201 if owed else 409), missed.text
    filed = await record(client, uscc, year)
    if owed is None:
        assert filed.status_code == 409, "it had ended before the year began"
        return
    assert filed.json()["owed"] is owed
    assert filed.json()["reasons"][0]["facts"]["deregistered_by"] == ended


async def test_s6_inspection__is_owed_by_the_first_day_that_is_known_of_the_end(client: httpx.AsyncClient) -> None:
    """A correction of something else leaves the end; one as of an earlier day moves it; registered again has none."""
    uscc = await register(client, 1, as_of="2015-04-01T00:00:00Z")
    of = {"registered_on": "2015-03-01"}
    assert (await put(client, uscc, **of, status="deregistered", as_of="2026-06-15T00:00:00Z")).status_code == 200
    correct = f"/v1/organizations/{uscc}/corrections"
    for as_of, ended in (("2026-07-01", "2026-06-15"), ("2026-02-01", "2026-02-01"), ("2026-08-01", "2026-02-01")):
        body = {"fields": {"carrier": f"示例大厦{as_of}"}, "as_of": f"{as_of}T00:00:00Z", "reason": "原报有误"}
        assert (await client.post(correct, json=body)).status_code == 200
        facts = (await record(client, uscc, 2025, **QUALIFIED, note=as_of)).json()["reasons"][0]["facts"]
        assert facts["deregistered_by"] == ended
    assert (await record(client, uscc, 2025, outcome="not_filed")).status_code == 409
    assert (await put(client, uscc, **of, as_of="2026-08-02T00:00:00Z")).status_code == 200
    assert (await record(client, uscc, 2025, outcome="not_filed")).status_code == 200
    assert (await put(client, uscc, **of, status="deregistered", as_of="2026-08-03T00:00:00Z")).status_code == 200
    missed = await record(client, uscc, 2025, outcome="not_filed", note="再报")
    assert missed.json()["reasons"][0]["facts"]["deregistered_by"] == "2026-08-03"


async def test_s6_inspection__takes_the_day_of_a_row_from_before_it_was_stored(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    uscc = await register(client, 1, as_of="2015-04-01T00:00:00Z")
    ended = {"registered_on": "2015-03-01", "status": "deregistered"}
    assert (await put(client, uscc, **ended, as_of="2026-02-01T00:00:00Z")).status_code == 200
    await rows(app, "UPDATE organizations SET ended_on = NULL RETURNING 1")
    assert (await record(client, uscc, 2025, outcome="not_filed")).status_code == 409
    assert (await put(client, uscc, **ended, as_of="2026-07-01T00:00:00Z")).status_code == 200
    assert (await record(client, uscc, 2025, outcome="not_filed")).status_code == 409


@pytest.mark.parametrize("year", [2023, 2024])
async def test_s6_outstanding__a_last_of_february_is_one_every_year(
    app: FastAPI, client: httpx.AsyncClient, year: int
) -> None:
    """Measures may name the 29th: of a year without one it is the 28th."""
    policies = app.state.standing_policies
    changed = []
    for one in policies.inspections.policies:
        kinds = one.parameters.model_dump()["kinds"]
        terms = {"set_up_by": "02-29", "competent_unit_due": "02-29", "authority_due": "02-29"}
        given = one.parameters.model_dump() | {"kinds": {kind: {**of, **terms} for kind, of in kinds.items()}}
        changed.append(replace(one, parameters=InspectionPolicy.model_validate(given)))
    app.state.standing_policies = replace(policies, inspections=PolicyBook(changed))
    uscc = await register(client, 1)
    [owed] = (await client.get("/v1/inspections/outstanding", params={"year": year})).json()["items"]
    assert (owed["uscc"], owed["authority_due"]) == (uscc, "2024-02-29" if year == 2023 else "2025-02-28")
    assert (await record(client, uscc, year, **QUALIFIED)).status_code == 201


@pytest.mark.parametrize("written", ["02-30", "04-31", "13-01", "00-10", "1-1", "12-32", ""])
def test_s6_policy__a_day_that_no_year_has_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[Any](MonthDay).validate_python(written)


def test_s6_policy__days_of_a_year() -> None:
    assert TypeAdapter[Any](MonthDay).validate_python("02-29") == "02-29"
    assert [day_in(2024, "02-29"), day_in(2025, "02-29")] == [date(2024, 2, 29), date(2025, 2, 28)]
    assert day_in(2025, "12-31") == date(2025, 12, 31)


async def test_s6_first_year__is_that_of_the_earliest_measures(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert app.state.standing_policies.first_year == 1999, "measures from 2000 on inspect the year before"
    uscc = await register(client, 1)
    assert pointers(await record(client, uscc, 1998)) == ["/path/year"]
    policies = app.state.standing_policies
    later = [replace(one, effective_from=date(2020, 7, 1)) for one in policies.inspections.policies]
    app.state.standing_policies = replace(policies, inspections=PolicyBook(later))
    assert pointers(await record(client, uscc, 2019)) == ["/path/year"]
    listed = await client.get("/v1/inspections/outstanding", params={"year": 2019})
    assert pointers(listed) == ["/query/year"]
    assert code(1) == uscc
