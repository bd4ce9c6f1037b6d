"""Which of the fifteen roles may call which route, written by hand and not read from the code's own table."""

import pytest

from shared.web.identity.permissions import Role
from shuangfu.services import SERVICES
from tests.conftest import TokenFor
from tests.security.test_matrix import ask, in_module, problem
from tests.security.walk import GUARDED, Door
from tests.security.worlds import World

LETTERS = {
    "R": "registrar",
    "S": "street_officer",
    "D": "district_officer",
    "T": "rater",
    "V": "reviewer",
    "A": "approver",
    "P": "payer",
    "U": "auditor",
    "O": "operator",
    "I": "integration_client",
    "Y": "secretary",
    "C": "assessor",
    "W": "incubator_worker",
    "G": "instructor",
    "L": "leader",
}

MAY = {
    "registry GET /v1/changes": "R.D.VA.U.I..... changes.read registry.read",
    "registry GET /v1/coverage": "RSDTVAPUOI.CW.L statistics.read",
    "registry GET /v1/imports": "RSD......I..... imports.write",
    "registry GET /v1/imports/template.xlsx": "RSD......I..... imports.write",
    "registry GET /v1/imports/{import_id}": "RSD......I..... imports.write",
    "registry GET /v1/imports/{import_id}/errors": "RSD......I..... imports.write",
    "registry GET /v1/filed-bodies": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/filed-bodies/{number}": "RSDTVAPUOIYCWG. registry.read",
    "registry PUT /v1/filed-bodies/{number}": "RSD......I..... filed_bodies.write",
    "registry PUT /v1/filed-bodies:batch": "RSD......I..... filed_bodies.write",
    "registry GET /v1/registration-reviews": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/registration-reviews/{review_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/registration-reviews": "RS.......I..... reviews.apply",
    "registry POST /v1/registration-reviews/{review_id}/supplement": "RS.......I..... reviews.apply",
    "registry POST /v1/registration-reviews/{review_id}/withdrawal": "RS.......I..... reviews.apply",
    "registry POST /v1/registration-reviews/{review_id}/return": "R.D............ reviews.decide",
    "registry POST /v1/registration-reviews/{review_id}/approval": "R.D............ reviews.decide",
    "registry POST /v1/registration-reviews/{review_id}/refusal": "R.D............ reviews.decide",
    "registry POST /v1/registration-reviews/{review_id}/certificate": "R.D............ reviews.decide",
    "registry POST /v1/registration-reviews/{review_id}/hand-over": "R.D............ reviews.decide",
    "registry GET /v1/operations/bus": ".......UO...... operations.read",
    "registry GET /v1/organizations": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/organizations/{reference}": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/organizations/{reference}/contacts": "RSD............ contacts.read",
    "registry GET /v1/organizations/{reference}/contacts/{role}": "RSD............ contacts.read",
    "registry GET /v1/documents": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/documents/{document_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/documents/{document_id}/scan": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/documents": "RSD............ documents.draft",
    "registry POST /v1/documents/{document_id}/check": "....V.......... documents.check",
    "registry POST /v1/documents/{document_id}/issue": ".....A......... documents.issue",
    "registry POST /v1/documents/{document_id}/withdrawal": "RSD............ documents.draft",
    "registry PUT /v1/documents/{document_id}/scan": "RSD............ documents.draft",
    "registry GET /v1/party-organizations": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}/covers": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/bodies": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/bodies/coverage": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/bodies/joint-conference": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/bodies/{code}": "RSDTVAPUOIYCWG. registry.read",
    "registry PUT /v1/bodies/{code}": "R.D............ bodies.write",
    "registry PUT /v1/bodies:batch": "R.D............ bodies.write",
    "registry GET /v1/party-organizations/{party_organization_id}/affiliation": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}/affiliations": "RSDTVAPUOIYCWG. registry.read",
    "registry PUT /v1/party-organizations/{party_organization_id}/affiliation": "R.D............ affiliations.write",
    "registry GET /v1/leadership-report": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}/leadership": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}/leadership/{number}": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/party-organizations/{party_organization_id}/leadership": "RSD.......Y.... leaderships.report",
    **{
        f"registry POST /v1/party-organizations/{{party_organization_id}}/leadership/{{number}}/{step}": (
            "..D............ leaderships.approve"
        )
        for step in ("approval", "return", "extension", "correction")
    },
    **{
        f"registry POST /v1/party-organizations/{{party_organization_id}}/{step}": (
            "..D............ party_organizations.reorganize"
        )
        for step in ("dissolution", "merger", "move", "kind")
    },
    "registry GET /v1/party-organizations/{party_organization_id}/reorganizations": "RSDTVAPUOIYCWG. registry.read",
    "registry PUT /v1/civil-affairs/registrations/{uscc}": "R........I..... registrations.write",
    "registry GET /v1/code-exceptions": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/code-exceptions/{uscc}": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/conflicts": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/conflicts/{conflict_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/organizations/{reference}/corrections": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/code-exceptions": "R.............. registrations.correct",
    "registry DELETE /v1/code-exceptions/{uscc}": "R.............. registrations.correct",
    "registry POST /v1/conflicts/{conflict_id}/resolution": "R.............. registrations.correct",
    "registry POST /v1/organizations/{reference}/corrections": "R.............. registrations.correct",
    "registry POST /v1/civil-affairs/registrations:batch": "R........I..... registrations.write",
    "registry POST /v1/imports": "R........I..... imports.write",
    "registry PUT /v1/organizations/{reference}/contacts/{role}": "R.............. contacts.write",
    "registry DELETE /v1/organizations/{reference}/contacts/{role}": "R.............. contacts.write",
    "incubation GET /v1/changes": "R.D.VA.U.I..... changes.read formation.read",
    "incubation GET /v1/formation-cases": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/formation-cases/{case_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/formation-checks": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/areas": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/areas.geojson": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/areas/uncovered": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/areas/{code}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/division-boundaries/{division}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/area-proposals": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/area-proposals/{area_proposal_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/areas:propose": "..D............ formation.decide",
    "incubation POST /v1/area-proposals/{area_proposal_id}/adoption": "..D............ formation.decide",
    "incubation PUT /v1/areas/{code}": "..D............ formation.decide",
    "incubation POST /v1/areas/{code}/dissolution": "..D............ formation.decide",
    "incubation PUT /v1/division-boundaries/{division}": "..D............ formation.decide",
    "incubation GET /v1/joint-plans": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/joint-plans/{plan_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/operations/bus": ".......UO...... operations.read",
    "incubation POST /v1/formation-cases/{case_id}/approval": "..D............ formation.decide",
    "incubation POST /v1/formation-cases/{case_id}/deferral": "..D............ formation.decide",
    "incubation PATCH /v1/joint-plans/{plan_id}/proposals/{proposal_id}": "..D............ formation.decide",
    "incubation POST /v1/joint-plans": "..D............ formation.decide",
    "incubation POST /v1/joint-plans/{plan_or_proposal_id}/approval": "..D............ formation.decide",
    "evaluation GET /v1/changes": "..D.VA.U.I..... changes.read evaluation.read",
    "evaluation GET /v1/cycles": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/cycles/{cycle_id}": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/evaluations": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/evaluations/{evaluation_id}": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/indicator-systems": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/indicator-systems/{type}/changes": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/indicator-systems/{type}": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/interests": "...T........... ratings.write",
    "evaluation GET /v1/objections": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation GET /v1/operations/bus": ".......UO...... operations.read",
    "evaluation GET /v1/sessions": ".SDTVA.U.IYC.G. evaluation.read",
    "evaluation POST /v1/cycles": "..D............ cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/closing": "..D............ cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/opening": "..D............ cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/publication": "..D............ cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/session": "...T........... ratings.write",
    "evaluation POST /v1/evaluations/{evaluation_id}/objections": "..D.......Y.... objections.write",
    "evaluation POST /v1/evaluations/{evaluation_id}/objections/{objection_id}/answer": "...T........... ratings.write",
    "evaluation POST /v1/evaluations/{evaluation_id}/reopening": "..D............ cycles.manage",
    "evaluation POST /v1/evaluations/{evaluation_id}/return": "...T........... ratings.write",
    "evaluation POST /v1/evaluations/{evaluation_id}/completion": "...T........... ratings.write",
    "evaluation POST /v1/interests": "...T........... ratings.write",
    "evaluation PUT /v1/evaluations/{evaluation_id}/facts/{stage}": "...T......Y.... scores.write",
    "evaluation PUT /v1/evaluations/{evaluation_id}/satisfaction": "...T........... ratings.write",
    "evaluation PUT /v1/evaluations/{evaluation_id}/scores/{stage}": "...T......Y.... scores.write",
    "funding GET /v1/changes": "..D.VA.U.I..... changes.read grants.read",
    "funding GET /v1/grants": "..D.VAPU.IY.... grants.read",
    "funding GET /v1/grants/decisions": "..D.VAPU.IY.... grants.read",
    "funding GET /v1/grants/{grant_id}": "..D.VAPU.IY.... grants.read",
    "funding GET /v1/ledger/accounts": "....VAPU....... ledger.read",
    "funding GET /v1/ledger/accounts/{code}": "....VAPU....... ledger.read",
    "funding GET /v1/ledger/accounts/{code}/entries": "....VAPU....... ledger.read",
    "funding GET /v1/ledger/check": "....VAPU....... ledger.read",
    "funding GET /v1/ledger/entries": "....VAPU....... ledger.read",
    "funding GET /v1/operations/bus": ".......UO...... operations.read",
    "funding GET /v1/schemes": "..D.VAPU.IY.... grants.read",
    "funding POST /v1/grants/decisions/redecision": "..D.V.......... grants.redecide",
    "funding POST /v1/grants/{grant_id}/approval": ".....A......... grants.approve",
    "funding POST /v1/grants/{grant_id}/payment": "......P........ grants.pay",
    "funding POST /v1/grants/{grant_id}/release": "....V.......... grants.release",
    "funding POST /v1/grants/{grant_id}/review": "....V.......... grants.review",
    "incubation GET /v1/meetings": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/meetings": ".SD............ meetings.write",
    "incubation GET /v1/meetings/{meeting_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation PUT /v1/meetings/{meeting_id}": ".SD............ meetings.write",
    "incubation POST /v1/meetings/{meeting_id}/cancellation": ".SD............ meetings.write",
    "incubation POST /v1/meetings/{meeting_id}/minutes": ".SD............ meetings.write",
    "incubation POST /v1/meetings/{meeting_id}/correction": ".SD............ meetings.write",
    "incubation POST /v1/meetings/{meeting_id}/resolutions": ".SD............ meetings.write",
    "incubation GET /v1/resolutions": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/resolutions/{resolution_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation PATCH /v1/resolutions/{resolution_id}": ".SD............ meetings.write",
    "incubation POST /v1/resolutions/{resolution_id}/completion": ".SD............ meetings.write",
    "incubation POST /v1/resolutions/{resolution_id}/withdrawal": ".SD............ meetings.write",
    "incubation POST /v1/resolutions/{resolution_id}/reopening": ".SD............ meetings.write",
    "incubation GET /v1/meeting-calendar": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/meeting-calendar/{body_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/activities": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/activities": ".SD.........W.. activities.write",
    "incubation GET /v1/activities/{activity_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/activities/{activity_id}/correction": ".SD.........W.. activities.write",
    "incubation POST /v1/activities/{activity_id}/ending": ".SD.........W.. activities.write",
    "incubation POST /v1/activities/{activity_id}/withdrawal": ".SD.........W.. activities.write",
    "incubation GET /v1/activity-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/year-work": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/cultivation": "RSD.VA.U.IY.WG. formation.read",
    "incubation PUT /v1/cultivation/{party_organization_id}/{year}": ".SD.........W.. activities.write",
    "incubation GET /v1/stations": "RSD.VA.U.IY.WG. formation.read",
    "incubation PUT /v1/stations/{code}": ".SD.........W.. activities.write",
    "incubation GET /v1/stations/{code}": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/stations/{code}/units": ".SD.........W.. activities.write",
    "incubation GET /v1/managed-units": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/managed-units/{unit_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/managed-units/{unit_id}/ending": ".SD.........W.. activities.write",
    "incubation GET /v1/meeting-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/formation-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/assessment-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubator-assessments": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubators/{code}/assessments/{year}": "RSD.VA.U.IY.WG. formation.read",
    "incubation PUT /v1/incubators/{code}/assessments/{year}": "..D.........W.. incubators.write",
    "incubation POST /v1/incubators/{code}/assessments/{year}/completion": "..D............ incubators.decide",
    "incubation GET /v1/incubatee-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubatees": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubatees/{incubatee_id}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubatees/{incubatee_id}/maturity": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubatees/{incubatee_id}/timeline": "RSD.VA.U.IY.WG. formation.read",
    "incubation POST /v1/incubatees": "..D.........W.. incubators.write",
    "incubation POST /v1/incubatees/{incubatee_id}/agreement": "..D............ incubators.decide",
    "incubation POST /v1/incubatees/{incubatee_id}/decision": "..D............ incubators.decide",
    "incubation POST /v1/incubatees/{incubatee_id}/exit": "..D.........W.. incubators.write",
    "incubation POST /v1/incubatees/{incubatee_id}/extension": "..D............ incubators.decide",
    "incubation POST /v1/incubatees/{incubatee_id}/graduation": "..D............ incubators.decide",
    "incubation POST /v1/incubatees/{incubatee_id}/milestones": "..D.........W.. incubators.write",
    "incubation POST /v1/incubatees/{incubatee_id}/milestones/{milestone_id}/withdrawal": (
        "..D.........W.. incubators.write"
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/registration": "..D.........W.. incubators.write",
    "incubation POST /v1/incubatees/{incubatee_id}/visits": "..D.........W.. incubators.write",
    "incubation POST /v1/incubatees/{incubatee_id}/visits/{visit_id}/withdrawal": "..D.........W.. incubators.write",
    "incubation PUT /v1/incubatees/{incubatee_id}/maturity": "..D.........W.. incubators.write",
    "incubation GET /v1/incubator-policies": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubators": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubators/coverage": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubators/{code}": "RSD.VA.U.IY.WG. formation.read",
    "incubation GET /v1/incubators/{code}/supports": "RSD.VA.U.IY.WG. formation.read",
    "incubation PUT /v1/incubators/{code}": "..D.........W.. incubators.write",
    "incubation POST /v1/incubators/{code}/activation": "..D............ incubators.decide",
    "incubation POST /v1/incubators/{code}/closing": "..D............ incubators.decide",
    "incubation POST /v1/incubators/{code}/supports": "..D.........W.. incubators.write",
    "incubation POST /v1/incubators/{code}/supports/{support_id}/withdrawal": "..D.........W.. incubators.write",
    "evaluation GET /v1/evaluation-policies": ".SDTVA.U.IYC.G. evaluation.read",
    "registry GET /v1/tasks": "RSDTVAPUOIYCWG. registry.read",
    "incubation GET /v1/tasks": "RSD.VA.U.IY.WG. formation.read",
    "evaluation GET /v1/tasks": ".SDTVA.U.IYC.G. evaluation.read",
    "funding GET /v1/tasks": "..D.VAPU.IY.... grants.read",
    **{
        f"{service} {route}": "..D.....O...... assignments.write"
        for service in SERVICES
        for route in (
            "PUT /v1/tasks/{kind}/{task_id}/assignee",
            "DELETE /v1/tasks/{kind}/{task_id}/assignee",
            "POST /v1/reassignments",
        )
    },
    **{f"{service} GET /v1/{path}": "RSDTVAPUOIYCWGL" for service in SERVICES for path in ("me", "rules")},
    "registry PUT /v1/inspections/{uscc}/{year}": "R..........C... inspections.write",
    "registry PUT /v1/inspections:batch": "R..........C... inspections.write",
    "registry GET /v1/inspections": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/inspections/outstanding": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/inspections/{uscc}/{year}": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/organizations/{reference}/assessment-grades": "R..........C... grades.write",
    "registry GET /v1/organizations/{reference}/assessment-grades": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/assessment-grades": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/assessment-grades/{grade_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/assessment-grades/{grade_id}/correction": "R..........C... grades.write",
    "registry POST /v1/assessment-grades/{grade_id}/verification": "R..........C... grades.write",
    "registry GET /v1/organizations/{reference}/grade-verifications": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/grade-reviews": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/grade-reviews/{review_id}": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/grade-reviews/{review_id}/decision": "R..........C... grades.write",
    "registry GET /v1/organizations/{reference}/standing": "RSDTVAPUOIYCWG. registry.read",
    "registry POST /v1/standings:batch": "RSDTVAPUOIYCWG. registry.read",
    "registry GET /v1/assessment-scores": "RSDTVAPUOIYCWG. registry.read",
}
"""A letter in its column: that role may; then the permissions by which, as two permissions may have the same roles
today. A new route or role is added here."""


def test_every_door_and_every_role_is_in_the_table() -> None:
    asked = {door.name: [str(permission) for permission in door.permissions] for door in GUARDED}
    written = {name: row.split()[1:] for name, row in MAY.items()}
    assert written == asked, (
        "MAY (left) and the routes (right) differ: a row says which roles may, by which permissions"
    )
    assert set(LETTERS.values()) == set(Role)
    for name, row in MAY.items():
        marks = zip(row.split()[0], LETTERS, strict=True)
        assert all(mark in (".", letter) for mark, letter in marks), name


@pytest.mark.parametrize("door", [pytest.param(door, id=door.name) for door in GUARDED])
@in_module
async def test_each_role_may_what_the_table_says_and_nothing_else(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    """Asked by somebody of another division: whoever may is let in, and there finds nothing."""
    for letter, role in LETTERS.items():
        response = await ask(worlds[door.service], door, token_for(role, ("310101",), f"stranger-{role}"))
        forbidden = response.status_code == 403 and problem(response) == "forbidden"
        assert forbidden is (letter not in MAY[door.name].split()[0]), f"{role}: {response.status_code}"
        assert response.status_code not in (401, 500, 503), role
