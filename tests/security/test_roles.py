"""Which of the ten roles may call which route, written by hand and not read from the code's own table."""

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
}

MAY = {
    "registry GET /v1/changes": "R.D.VA.U.I changes.read registry.read",
    "registry GET /v1/coverage": "RSDTVAPUOI registry.read",
    "registry GET /v1/imports": "R........I registrations.write",
    "registry GET /v1/imports/template.xlsx": "R........I registrations.write",
    "registry GET /v1/imports/{import_id}": "R........I registrations.write",
    "registry GET /v1/imports/{import_id}/errors": "R........I registrations.write",
    "registry GET /v1/operations/bus": ".......UO. operations.read",
    "registry GET /v1/organizations": "RSDTVAPUOI registry.read",
    "registry GET /v1/organizations/{reference}": "RSDTVAPUOI registry.read",
    "registry GET /v1/organizations/{reference}/contacts": "RSD....... contacts.read",
    "registry GET /v1/organizations/{reference}/contacts/{role}": "RSD....... contacts.read",
    "registry GET /v1/party-organizations": "RSDTVAPUOI registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}": "RSDTVAPUOI registry.read",
    "registry GET /v1/party-organizations/{party_organization_id}/covers": "RSDTVAPUOI registry.read",
    "registry PUT /v1/civil-affairs/registrations/{uscc}": "R........I registrations.write",
    "registry POST /v1/civil-affairs/registrations:batch": "R........I registrations.write",
    "registry POST /v1/imports": "R........I registrations.write",
    "registry PUT /v1/organizations/{reference}/contacts/{role}": "R......... contacts.write",
    "registry DELETE /v1/organizations/{reference}/contacts/{role}": "R......... contacts.write",
    "incubation GET /v1/changes": "R.D.VA.U.I changes.read formation.read",
    "incubation GET /v1/formation-cases": "RSD.VA.U.I formation.read",
    "incubation GET /v1/formation-cases/{case_id}": "RSD.VA.U.I formation.read",
    "incubation GET /v1/formation-checks": "RSD.VA.U.I formation.read",
    "incubation GET /v1/joint-plans": "RSD.VA.U.I formation.read",
    "incubation GET /v1/joint-plans/{plan_id}": "RSD.VA.U.I formation.read",
    "incubation GET /v1/operations/bus": ".......UO. operations.read",
    "incubation POST /v1/formation-cases/{case_id}/approval": "..D....... formation.decide",
    "incubation POST /v1/formation-cases/{case_id}/deferral": "..D....... formation.decide",
    "incubation POST /v1/joint-plans": "..D....... formation.decide",
    "incubation POST /v1/joint-plans/{plan_or_proposal_id}/approval": "..D....... formation.decide",
    "evaluation GET /v1/changes": "..D.VA.U.I changes.read evaluation.read",
    "evaluation GET /v1/cycles": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/cycles/{cycle_id}": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/evaluations": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/evaluations/{evaluation_id}": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/indicator-systems": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/indicator-systems/{type}": ".SDTVA.U.I evaluation.read",
    "evaluation GET /v1/interests": "...T...... ratings.write",
    "evaluation GET /v1/operations/bus": ".......UO. operations.read",
    "evaluation POST /v1/cycles": "..D....... cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/closing": "..D....... cycles.manage",
    "evaluation POST /v1/cycles/{cycle_id}/opening": "..D....... cycles.manage",
    "evaluation POST /v1/evaluations/{evaluation_id}/completion": "...T...... ratings.write",
    "evaluation POST /v1/interests": "...T...... ratings.write",
    "evaluation PUT /v1/evaluations/{evaluation_id}/scores/{stage}": "...T...... ratings.write",
    "funding GET /v1/changes": "..D.VA.U.I changes.read grants.read",
    "funding GET /v1/grants": "..D.VAPU.I grants.read",
    "funding GET /v1/grants/decisions": "..D.VAPU.I grants.read",
    "funding GET /v1/grants/{grant_id}": "..D.VAPU.I grants.read",
    "funding GET /v1/ledger/accounts": "....VAPU.. ledger.read",
    "funding GET /v1/ledger/accounts/{code}": "....VAPU.. ledger.read",
    "funding GET /v1/ledger/accounts/{code}/entries": "....VAPU.. ledger.read",
    "funding GET /v1/ledger/check": "....VAPU.. ledger.read",
    "funding GET /v1/ledger/entries": "....VAPU.. ledger.read",
    "funding GET /v1/operations/bus": ".......UO. operations.read",
    "funding GET /v1/schemes": "..D.VAPU.I grants.read",
    "funding POST /v1/grants/decisions/redecision": "..D.V..... grants.redecide",
    "funding POST /v1/grants/{grant_id}/approval": ".....A.... grants.approve",
    "funding POST /v1/grants/{grant_id}/payment": "......P... grants.pay",
    "funding POST /v1/grants/{grant_id}/release": "....V..... grants.release",
    "funding POST /v1/grants/{grant_id}/review": "....V..... grants.review",
    "incubation GET /v1/formation-policies": "RSD.VA.U.I formation.read",
    "evaluation GET /v1/evaluation-policies": ".SDTVA.U.I evaluation.read",
    **{f"{service} GET /v1/{path}": "RSDTVAPUOI" for service in SERVICES for path in ("me", "rules")},
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
