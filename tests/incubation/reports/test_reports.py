"""The yearly report against a table that was computed by hand, to whom it is shown, and as files."""

import io
from typing import Any

import pytest
import python_calamine

from services.incubation.history.periods import report_year
from services.incubation.reports.figures import catalog
from services.incubation.reports.gathering import gather
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.field.divisions import counties
from shared.field.rules.book import find_rule
from tests.conftest import SYSTEM, TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.meetings.helpers import recorded
from tests.incubation.reports.helpers import CITY, GONGSHU, XIHU, by_place, registered, report
from tests.incubation.reports.world import JOINT, fill
from tests.incubation.reports.world import OWN as ALONE

OWN = "330100"
PARTIES = {"OWN": ALONE, "JOINT": JOINT}
Table = dict[str, tuple[int | None, ...]]
"""By figure: the city, the city's own where it has any, Xihu, Gongshu."""
PLACES_2025, PLACES_2026 = (CITY, OWN, XIHU, GONGSHU), (CITY, XIHU, GONGSHU)
COUNTED_2025: Table = {
    "organizations": (5, 0, 4, 1),
    "organizations_covered": (3, 0, 3, 0),
    "organizations_uncovered": (2, 0, 1, 1),
    "covered_bp": (6000, None, 7500, 0),
    "standalone_branches": (1, 0, 1, 0),
    "organizations_standalone": (1, 0, 1, 0),
    "joint_branches": (1, 0, 1, 0),
    "organizations_in_joint": (2, 0, 2, 0),
    "area_party_organizations": (0, 0, 0, 0),
    "organizations_in_areas": (0, 0, 0, 0),
    "areas": (1, 0, 1, 0),
    "area_workers": (2, 0, 2, 0),
    "filed_bodies": (2, 0, 2, 0),
    "filed_bodies_in_areas": (1, 0, 1, 0),
    "organizations_inside_areas": (0, 0, 0, 0),
    "incubators_active": (2, 0, 1, 1),
    "party_social_workers": (None, None, None, None),
    "supports_premises": (1, 0, 1, 0),
    "supports_funds": (2, 0, 2, 0),
    "support_fen": (500, 0, 500, 0),
    "supports_training": (0, 0, 0, 0),
    "incubatees_entered": (4, 0, 4, 0),
    "incubatees_graduated": (1, 0, 1, 0),
    "incubatees_exited": (1, 0, 1, 0),
    "incubatees_inside": (3, 0, 3, 0),
    "incubatees_on_both_tracks": (2, 0, 2, 0),
    "incubated": (5, 0, 5, 0),
    "incubated_standalone_branches": (1, 0, 1, 0),
    "incubated_joint_branches": (1, 0, 1, 0),
    "stations": (1, 0, 1, 0),
    "managed_units": (1, 0, 1, 0),
    "cultivation_reports": (2, 0, 2, 0),
    "staff_to_members": (5, None, 5, None),
    "members_to_staff": (2, None, 2, None),
    "activities": (4, 0, 4, 0),
    "volunteering": (1, 0, 1, 0),
    "pairings": (1, 0, 1, 0),
    "alliances": (1, 0, 1, 0),
    "partner_days": (1, 0, 1, 0),
    "partner_day_participants": (120, 0, 120, 0),
    "meetings_city": (1, 1, 0, 0),
    "meetings_district": (1, 0, 1, 0),
    "meetings_street": (1, 0, 1, 0),
    "meetings_conference": (1, 1, 0, 0),
    "meetings_counted": (3, 2, 1, 0),
    "resolutions_done": (1, 0, 0, 1),
    "resolutions_overdue": (1, 0, 0, 1),
}
COUNTED_2026: Table = {
    "organizations": (6, 5, 1),
    "organizations_uncovered": (2, 1, 1),
    "organizations_in_areas": (1, 1, 0),
    "eligible": (3, 2, 1),
    "eligible_with_own": (1, 1, 0),
    "built_bp": (3333, 5000, 0),
    "party_social_workers": (4, 2, 2),
    "areas": (1, 1, 0),
    "incubatees_entered": (0, 0, 0),
    "incubatees_exited": (1, 1, 0),
    "incubatees_inside": (2, 2, 0),
    "stations": (2, 2, 0),
    "alliances": (0, 0, 0),
    "staff_to_members": (None, None, None),
    "resolutions_done": (1, 0, 1),
    "resolutions_overdue": (1, 0, 1),
}


@pytest.fixture
async def city(incubation: Incubation) -> Incubation:
    await fill(incubation)
    return incubation


def table_of(found: dict[str, Any], names: Table, places: tuple[str, ...]) -> Table:
    rows = {one["division"]: one["values"] for one in found["divisions"]}
    return {name: tuple(rows[place][name] for place in places) for name in names}


async def test_s12_report__is_what_was_counted_by_hand(city: Incubation) -> None:
    found = await report(city, 2025)
    assert table_of(found, COUNTED_2025, PLACES_2025) == COUNTED_2025
    assert (found["as_of"], found["running"], found["show_from"]) == ("2025-12-31", False, None)


async def test_s12_report__of_the_running_year_is_as_of_today(city: Incubation) -> None:
    found = await report(city, 2026)
    assert table_of(found, COUNTED_2026, PLACES_2026) == COUNTED_2026
    assert found["running"] is True
    [figure] = [one for one in found["figures"] if one["code"] == "cases_opened"]
    assert figure["value"] == len(await city.cases())
    assert figure["since"] == "2026-01-01"


async def test_s14_federations__count_the_party_organizations_that_they_build_in_member_bodies(
    city: Incubation,
) -> None:
    """Of two Party organizations with three organizations one belongs to a federation's committee, then both do."""
    at = {"level": "city", "division": "330100"}
    await city.deliver(recorded("FED", kind="federation_committee", **at), recorded("CITY", **at))
    names = ("federation_party_organizations", "organizations_in_federations")
    assert by_place(await report(city, 2026), *names) == {}
    expected = ((("OWN", "CITY"), None), (("OWN", "FED"), (1, 1)), (("JOINT", "FED"), (2, 3)))
    for (party, code), counts in expected:
        await city.change(f"UPDATE party_facts SET affiliated_to = '{code}' WHERE id = '{PARTIES[party]}'")
        shown = {} if counts is None else {place: dict(zip(names, counts, strict=True)) for place in (CITY, XIHU)}
        assert by_place(await report(city, 2026), *names) == shown


async def test_h3_districts__without_an_incubator_of_their_own_are_listed(city: Incubation) -> None:
    found = await report(city, 2025)
    due = {one.code for one in counties(CITY, china_day(await _now(city)))}
    values = found["divisions"][0]["values"]
    assert (values["incubators_due"], values["districts_without_incubator"]) == (len(due), len(due) - 1)
    assert {one["division"] for one in found["districts_without_incubator"]} == due - {XIHU}
    assert (await report(city, 2025, XIHU))["districts_without_incubator"] == []


async def test_report__adds_up_over_the_levels(city: Incubation) -> None:
    summed = 0
    for year in (2025, 2026):
        rows = {one["division"]: one["values"] for one in (await report(city, year, "33"))["divisions"]}
        for figure in catalog().counted:
            for node in ("33", CITY):
                inside = [
                    row[figure.code] or 0 for place, row in rows.items() if len(place) == 6 and place.startswith(node)
                ]
                if rows[node][figure.code] is not None:
                    assert rows[node][figure.code] == sum(inside), (figure.code, node)
                    summed += 1
    assert summed > 200


async def test_report__says_what_is_not_known_and_why(city: Incubation) -> None:
    found = {one["code"]: one for one in (await report(city, 2025))["figures"]}
    assert {code: one["unknown"]["code"] for code, one in found.items() if one["unknown"] is not None} == {
        "party_social_workers": "not_kept",
        "federation_party_organizations": "not_kept",
        "organizations_in_federations": "not_kept",
        # The checks were made, and the cases opened, as the events came.
        "eligible": "not_recorded",
        "eligible_with_own": "not_recorded",
        "built_bp": "not_recorded",
        "work_groups": "not_recorded",
        **dict.fromkeys(
            (f"cases_{what}" for what in ("opened", "approved", "deferred", "pending", "overdue")), "not_recorded"
        ),
    }
    before = (await report(city, 2019))["divisions"][0]["unknown"]
    assert {before[code] for code in COUNTED_2025 if code != "party_social_workers"} == {"not_recorded"}


async def test_report__without_any_row_knows_nothing_of_past_years(incubation: Incubation) -> None:
    found = await report(incubation, 2025, XIHU)
    assert {one["value"] for one in found["figures"] if one["code"] != "incubators_due"} == {None}
    assert {one["value"] for one in (await report(incubation, 2026, XIHU))["figures"]} == {0, 1, None}


@pytest.mark.parametrize(
    ("year", "division", "pointer"),
    [
        ("2027", "3301", "/path/year"),
        ("1066", "3301", "/path/year"),
        ("x", "3301", "/path/year"),
        ("2025", "9901", "/query/division"),
        ("2025", None, "/query/division"),
    ],
)
async def test_report__of_no_year_or_division_is_refused(
    incubation: Incubation, year: str, division: str | None, pointer: str
) -> None:
    params = {} if division is None else {"division": division}
    response = await incubation.http.get(f"/v1/reports/{year}", params=params)
    assert response.status_code == 422
    assert [one["pointer"] for one in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize("division", ["3301", "330105", "33"])
async def test_report__of_more_than_the_caller_reaches_is_refused(
    incubation: Incubation, token_for: TokenFor, division: str
) -> None:
    headers = {"Authorization": f"Bearer {token_for('district_officer', [XIHU])}"}
    response = await incubation.http.get("/v1/reports/2025", params={"division": division}, headers=headers, auth=None)
    assert (response.status_code, response.json()["type"]) == (403, "urn:shuangfu:problem:outside-scope")


async def test_report__a_leader_sees_no_small_figure_nor_one_that_gives_it_away(
    incubation: Incubation, token_for: TokenFor
) -> None:
    for number in range(1, 10):
        await incubation.deliver(registered(Organization(number), "2020-01-01"))
    for number in (10, 11):
        await incubation.deliver(registered(Organization(number, division=GONGSHU), "2020-01-01"))
    headers = {"Authorization": f"Bearer {token_for('leader', ['33'])}"}
    asked: dict[str, Any] = {"headers": headers, "auth": None}
    response = await incubation.http.get("/v1/reports/2026", params={"division": CITY}, **asked)
    found = response.json()
    assert found["show_from"] == 5
    # With the city's sum shown, one district would be the other's remainder.
    assert by_place(found, "organizations") == {
        CITY: {"organizations": 11},
        XIHU: {"organizations": None},
        GONGSHU: {"organizations": None},
    }
    unknown = {one["division"]: one["unknown"].get("organizations") for one in found["divisions"]}
    assert (unknown[CITY], unknown[XIHU], unknown[GONGSHU]) == (None, "withheld", "withheld")
    assert found["divisions"][0]["values"]["incubators_due"] == len(found["districts_without_incubator"])
    district = await incubation.http.get("/v1/reports/2026", params={"division": GONGSHU}, **asked)
    assert by_place(district.json(), "organizations") == {GONGSHU: {"organizations": None}}


async def test_report__is_a_workbook_with_a_row_for_each_figure(city: Incubation) -> None:
    response = await city.http.get("/v1/reports/2025", params={"division": CITY, "format": "xlsx"})
    assert response.status_code == 200
    book = python_calamine.load_workbook(io.BytesIO(response.content))
    heading, *rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == [one.code for one in catalog().figures]
    column = heading.index("西湖区 330106")
    values = {row[0]: row[column] for row in rows}
    assert (values["organizations"], values["party_social_workers"]) == (4, "")
    whys = {row[0]: row[heading.index("未知原因")] for row in rows}
    assert whys["organizations"] == ""
    assert "只保留现时情况" in str(whys["party_social_workers"])


@pytest.mark.parametrize(("format_", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK")])
async def test_report__is_printed_in_the_name_of_the_districts_committee(
    city: Incubation, format_: str, begins: bytes
) -> None:
    since: dict[str, Any] = {"from": "2020-01-01"}
    await city.deliver(recorded("XIHU", **since))
    response = await city.http.get("/v1/reports/2025", params={"division": XIHU, "format": format_})
    assert response.status_code == 200, response.text
    assert response.content.startswith(begins)
    assert f"330106-2025.{format_}" in response.headers["Content-Disposition"]


async def test_gather__asks_as_often_for_a_province_as_for_a_district(
    city: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = Transaction.rows

    async def count(self: Transaction, statement: Any, parameters: Any = None) -> Any:
        asked.append(str(statement))
        return await rows(self, statement, parameters)

    monkeypatch.setattr(Transaction, "rows", count)
    numbers = []
    for division in (XIHU, CITY, "33"):
        asked.clear()
        async with city.app.state.database.transaction(SYSTEM) as tx:
            await gather(tx, division, report_year(2025, china_day(await _now(city))))
        numbers.append(len(asked))
    assert len(set(numbers)) == 1
    assert numbers[0] < 40


def test_figures__are_of_known_rules_in_whole_sentences() -> None:
    for figure in catalog().figures:
        assert find_rule(figure.rule) is not None, figure.code
        for text in (figure.means, figure.without, figure.placed):
            assert text.zh.endswith("。"), figure.code
            assert text.en.endswith("."), figure.code
            assert text.en[0].isupper(), figure.code


async def _now(incubation: Incubation) -> Any:
    return (await incubation.rows("SELECT now() AS now"))[0]["now"]
