"""Whoever stands in a list is given nothing of a period in which it was not there, or not yet founded."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.coverage.rules import PartyOrganization, Span, kept_out
from tests.funding.conftest import Funding, party_news
from tests.funding.helpers import H31, listed, load, run
from tests.funding.runs.test_other_schemes import SHANGHAI, example, founded

MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("founded_on", "dissolved_on", "by"),
    [
        (date(2026, 3, 31), None, None),
        (date(2026, 4, 1), None, "established_on"),
        (date(2020, 1, 1), date(2026, 3, 2), None),
        (date(2020, 1, 1), date(2026, 3, 1), "dissolved_on"),
        (None, None, None),
    ],
)
def test_d11_kept_out__of_a_period_in_which_it_was_there_on_no_day(
    founded_on: date | None, dissolved_on: date | None, by: str | None
) -> None:
    party = PartyOrganization(uuid4(), "310101", 1, established_on=founded_on, dissolved_on=dissolved_on)
    found = kept_out(party, *MARCH)
    assert (None if found is None else found[0]) == by
    assert kept_out(party, None, MARCH[1]) == (found if by == "established_on" else None)


def test_d11_kept_out__where_the_founding_was_not_stated_by_whom_it_covered_first() -> None:
    april = date(2026, 4, 1)
    spans = (Span(uuid4(), date(2026, 5, 1)), Span(uuid4(), april))
    assert kept_out(PartyOrganization(uuid4(), "310101", 1, spans=spans), *MARCH) == (
        "established_on",
        date(2026, 4, 1),
    )


async def _run(funding: Funding, code: str, **body: Any) -> list[tuple[str, str]]:
    return [(one["outcome"], one["reasons"][-1]["outcome"]) for one in (await run(funding, code, **body))["lines"]]


async def test_d11_no_allowance_of_months_before_the_founding_and_after_the_dissolution(funding: Funding) -> None:
    scheme = example("secretary-allowance")
    load(funding, scheme)
    code = scheme.parameters.scheme
    branch = await founded(funding)  # on 9 March
    await listed(funding, code, branch, category="full_time", not_civil_servant=True)  # from 2020 on
    assert await _run(funding, code, month="2026-02", **SHANGHAI) == [("none", "not_there")]
    assert await _run(funding, code, month="2026-03", **SHANGHAI) == [("raised", "due")]
    await _dissolve(funding, branch, date(2026, 6, 1))
    assert await _run(funding, code, month="2026-05", **SHANGHAI) == [("held", "recipient_dissolved")]
    assert await _run(funding, code, month="2026-06", **SHANGHAI) == [("none", "not_there")]
    assert {one["period"] for one in await funding.grants()} == {"2026-03", "2026-05"}


async def test_h31_no_year_before_the_founding(funding: Funding) -> None:
    committee = uuid4()
    await funding.deliver(party_news(committee, uuid4(), kind="COMMITTEE", division="330106"))  # founded in 2026
    await listed(funding, H31, committee, amount_fen=8_000_000)
    assert await _run(funding, H31, year=2025, division="3301") == [("none", "not_there")]
    assert await _run(funding, H31, year=2026, division="3301") == [("raised", "due")]


async def test_d11_a_project_is_accepted_of_one_that_was_founded_and_after_it_people_decide(funding: Funding) -> None:
    scheme = example("project-award")
    load(funding, scheme)
    code = scheme.parameters.scheme
    branch = await founded(funding)
    for day in ("2026-03-08", "2026-03-09", "2026-08-01"):
        await listed(funding, code, branch, amount_fen=100, effective_from=day)
    await _dissolve(funding, branch, date(2026, 6, 1))
    found = await _run(funding, code, year=2026, **SHANGHAI)
    assert sorted(found) == [("held", "recipient_dissolved"), ("held", "recipient_dissolved"), ("none", "not_there")]


async def _dissolve(funding: Funding, branch: UUID, on: date) -> None:
    await funding.deliver(party_news(branch, sequence=2, on=on, division="310101"))
