"""F2: a relay killed after it took rows, and between the broker's acknowledgement and its mark (I1 I3 I4)."""

import pytest

from tests.conftest import TokenFor
from tests.faults.rig.proof import rounds
from tests.faults.rig.stack import Stack
from tests.faults.rig.trial import CHAIN, Trial

pytestmark = pytest.mark.kafka


async def test_f2_relay_killed_around_its_publishing(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F2", stack, token_for, mix=CHAIN)
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(1, 4)):
            # Ratings and payments are rarer: one of the first passes.
            for services, most in ((("registry", "incubation"), 6), (("evaluation", "funding"), 2)):
                points = {"relay.taken": most, "relay.acknowledged": most}
                await trial.kill_at([("worker", service) for service in services], points)
    report = await trial.prove()
    assert report.repeats > 0, "nothing was published twice: the fault did not reach the broker"
