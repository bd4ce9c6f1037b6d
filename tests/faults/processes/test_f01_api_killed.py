"""F1: an API killed before its commit, after it, after a reply that got lost; clients ask again (I1 I2 I3 I5)."""

import pytest

from tests.conftest import TokenFor
from tests.faults.rig.proof import rounds
from tests.faults.rig.stack import Stack
from tests.faults.rig.trial import CHAIN, Trial

pytestmark = pytest.mark.kafka


async def test_f1_api_killed_around_its_commit(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F1", stack, token_for, mix=CHAIN, lose_replies=0.1)
    await trial.begin(postings=True)
    async with trial.under_load():
        async for _ in trial.turns(rounds(1, 4)):
            around = {"api.before_commit": 9, "api.after_commit": 9}
            await trial.kill_at([("api", "registry")], around)
            few = {"api.before_commit": 3, "api.after_commit": 3}
            await trial.kill_at([("api", "incubation"), ("api", "funding")], few)
    await trial.prove()
    assert trial.load.line.lost_replies > 0
    assert trial.load.line.repeats > trial.load.line.lost_replies, "no client met a dead server"
