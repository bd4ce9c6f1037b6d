"""D8: what a notice of deferral says."""

from uuid import UUID

import pytest

from services.incubation.formation.terms.notice import notice_of_deferral
from shared.db.access import Access
from shared.db.base import utc_now
from shared.documents.actions import Gathered
from shared.documents.content import written_day
from shared.documents.errors import NoIssuer, SubjectUnfit
from shared.field.calendar import china_day
from shared.problems.access import OutsideUnits
from tests.conftest import SYSTEM
from tests.incubation.conftest import FAR, PLANNED, Incubation, Organization
from tests.incubation.formation.superiors.helpers import CITY, DISTRICT, LAWYERS, body, opened

DEFERRAL = {
    "until": FAR.isoformat(),
    "note": "班子未定。",
    "instructor": {"post": "示例街道党建指导员", "reference": "示例〔2026〕1号"},
}


async def notice(incubation: Incubation, case: str, access: Access = SYSTEM) -> Gathered:
    async with incubation.app.state.database.transaction(access) as tx:
        return await notice_of_deferral(tx, UUID(case), incubation.app.state.policies)


async def test_d8_notice__has_the_planned_day_the_instructor_s_post_and_the_reason(incubation: Incubation) -> None:
    case = await opened(incubation, Organization(1))
    assert (await incubation.post(f"/formation-cases/{case['id']}/deferral", DEFERRAL)).status_code == 200
    found = await notice(incubation, case["id"])
    year, month, day = map(int, case["due_on"].split("-"))
    today = written_day(china_day(utc_now()))
    assert found.facts == {
        "organization": "示例组织1",
        "uscc": Organization(1).code,
        "checked_on": today,
        "counted_full_members": "3",
        "due_form": "单独成立党组织",
        "due_on": f"{year}年{month}月{day}日",
        "deferred_on": today,
        "deferred_until": written_day(FAR),
        "instructor": "示例街道党建指导员（示例〔2026〕1号）",
        "reason": "班子未定",
    }
    assert (found.issuer.code, found.division) == (DISTRICT, "330106")


async def test_d8_notice__is_the_body_s_for_which_it_was_put_off(incubation: Incubation) -> None:
    case = await opened(incubation, Organization(1))
    await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)
    await incubation.execute("UPDATE organizations SET kind = 'law_firm'")
    assert (await incubation.case(Organization(1)))["above"]["body"]["code"] == LAWYERS
    assert (await notice(incubation, case["id"])).issuer.code == DISTRICT
    # Where that body has ended, the one above now.
    await incubation.deliver(body(DISTRICT, parent=CITY, sequence=2, until="2026-01-01"))
    assert (await notice(incubation, case["id"])).issuer.code == LAWYERS


async def test_d8_notice__is_for_a_case_that_is_put_off_now(incubation: Incubation) -> None:
    case = await opened(incubation, Organization(1))
    with pytest.raises(SubjectUnfit):
        await notice(incubation, case["id"])
    await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)
    with pytest.raises(OutsideUnits):
        # It sees more than it may write to: the units of a secretary do not make a notice.
        await notice(incubation, case["id"], Access("reader", ("",), units=(str(Organization(1).id),)))
    await incubation.approve(Organization(1))
    with pytest.raises(SubjectUnfit):
        await notice(incubation, case["id"])


async def test_d8_notice__needs_an_issuer(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = await incubation.case(one)
    await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)
    with pytest.raises(NoIssuer):
        await notice(incubation, case["id"])
