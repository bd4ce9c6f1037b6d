"""F6: a consumer killed before its database commit, and after it but before its offsets (I1 I3)."""

import pytest

from tests.conftest import TokenFor
from tests.faults.rig.proof import rounds
from tests.faults.rig.stack import Stack
from tests.faults.rig.trial import CHAIN, Trial

pytestmark = pytest.mark.kafka


async def test_f6_consumer_killed_around_its_commit(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F6", stack, token_for, mix=CHAIN)
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(1, 4)):
            # Ratings and payments are rarer: one of the first passes.
            for services, most in ((("registry", "incubation"), 3), (("evaluation", "funding"), 2)):
                points = {"consumer.before_commit": most, "consumer.after_commit": most}
                await trial.kill_at([("worker", service) for service in services], points)
    await trial.prove()
