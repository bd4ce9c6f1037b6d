"""A cycle goes by what it froze, also where a later version froze more than this one knows."""

from datetime import date

import httpx
import pytest

from services.evaluation.cycles.frozen_rules import FrozenPolicy, to_snapshot
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import EvaluationParameters
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.conftest import Round, established, received

POLICY = read_policies(REPOSITORY_POLICIES, "evaluation", EvaluationParameters).get("3301", date(2026, 12, 31))
FROZEN_BY_A_LATER_VERSION = (
    """UPDATE cycles SET policy = jsonb_set(policy, '{parameters}', policy->'parameters' || '{"appeal_days": 15}')
       || '{"approved_by": "330100"}'""",
    """UPDATE cycles SET policy = jsonb_set(policy, '{parameters,cutoffs,0,label}', '"AAAAA"')""",
    """UPDATE cycles SET policy = jsonb_set(policy, '{parameters,rated_forms,3}', '"mobile"')""",
    """UPDATE cycle_indicator_systems SET content = jsonb_set(content - 'owner', '{levels,0,weight}', '"1.5"')
       || '{"appeal": {"zh": "申诉"}}'""",
    """UPDATE cycle_indicator_systems SET content = jsonb_set(content, '{levels,0,indicators,0,evidence}', '["photo"]')
       #- '{levels,0,indicators,0,how}'""",
)


def test_a_snapshot_is_read_as_it_was_frozen() -> None:
    frozen = FrozenPolicy.model_validate(to_snapshot(POLICY))
    assert frozen.id == POLICY.id
    assert frozen.parameters.model_dump(mode="json") == POLICY.parameters.model_dump(mode="json")


@pytest.mark.parametrize("system_type", ["T02", "T10"])
def test_a_system_is_scored_as_it_was_frozen(system_type: str) -> None:
    system = read_indicator_systems(REPOSITORY_POLICIES).get(system_type, 2026)
    assert system is not None
    frozen = ScoringSystem.model_validate_json(system.model_dump_json())
    assert (frozen.type, frozen.version) == (system_type, system.version)
    assert frozen.points() == system.points()
    assert frozen.veto_codes() == system.veto_codes()


async def test_a_cycle_frozen_by_a_later_version_is_rated_and_enrols(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    for statement in FROZEN_BY_A_LATER_VERSION:
        await a_round.run(statement)
    marks = await a_round.full_marks("T10")
    scored = await a_round.put(one, scores=marks, bonus=[{"reason": "示范点", "points": "3"}])
    assert scored.status_code == 200, scored.text
    completed = await a_round.complete(one)
    assert completed.status_code == 200, completed.text
    assert (completed.json()["total"], completed.json()["star"]) == ("100.00", 5)
    later = established()
    await a_round.project(received(later))
    assert (await a_round.evaluation_of(later.id))["cycle_id"] == one["cycle_id"]
    shown = await client.get(f"/v1/cycles/{one['cycle_id']}")
    assert (shown.status_code, shown.json()["policy"]) == (200, "default-evaluation")
