"""Decision 4: who ever covered an organization is found in each form in which past states were kept."""

from typing import Any

from sqlalchemy import text

from services.evaluation.party_organizations.year_ends import covered_at_year_end, who_covered
from shared.db.base import new_id, to_json
from tests.conftest import SYSTEM
from tests.evaluation.conftest import Round, established, received

_PAST = text(
    "UPDATE party_organizations AS p SET past_states = CAST(u.past AS jsonb) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:past AS text[])) AS u(id, past) WHERE p.id = u.id"
)


async def test_decision_4_who_covered__is_found_in_every_form_of_a_past_state(a_round: Round) -> None:
    organization = new_id()
    forms: list[dict[str, Any]] = [
        {"organizations": [{"id": str(organization), "kind": "social_group", "since": "2020-01-01"}]},
        {"covers": [{"organization_id": str(organization), "kind": "social_group"}]},
        {"covers": [{"id": str(organization)}], "organizations": None},
        {"covers": [{"kind": "social_group", "evaluation_type": "T10", "count": 3}]},
    ]
    parties = [established() for _ in forms]
    await a_round.project(*map(received, parties))
    past = [to_json([{"from_year": None, "to_year": 2025, **one}]) for one in forms]
    async with a_round.database.transaction(SYSTEM) as tx:
        await tx.execute(_PAST, {"ids": [one.id for one in parties], "past": past})
        named = [one.id for one in parties[:3]]
        assert await who_covered(tx, [organization]) == sorted(named)
        covered = await covered_at_year_end(tx, [one.id for one in parties], 2025)
    # The two read the same forms: whoever covered it in the year is among those who ever did.
    assert {party for party, whom in covered.items() if organization in {one.id for one in whom}} == set(named)
