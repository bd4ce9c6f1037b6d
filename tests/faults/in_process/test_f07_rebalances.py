"""F7: members of a group join and leave while others are in the middle of a batch (I3 I4 I8)."""

import asyncio
import time
from itertools import pairwise

import pytest

from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import under_load
from tests.faults.rig.house import House
from tests.faults.rig.members import ARRIVALS, Members, Slow, counted_revocations, members_of
from tests.faults.rig.proof import LONG, Schedule, rounds
from tests.faults.rig.trial import PATIENCE_SECONDS

pytestmark = pytest.mark.kafka
GROUP = "incubation"
MEMBERS = 3
EVERY_SECONDS = (5.0, 5.0) if LONG else (0.0, 0.5)
SHARED = (
    "SELECT count(DISTINCT member) > 2 AND EXISTS (SELECT FROM arrivals GROUP BY subject HAVING count(*) > 2) "
    "FROM arrivals"
)
IN_ORDER = "SELECT subject, sequence, member FROM arrivals ORDER BY place"


async def test_f7_members_join_and_leave_in_mid_batch(a_house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule("F7")
    slow = Slow(schedule)
    with counted_revocations(monkeypatch) as met:
        async with a_house("kafka", batch_size=10) as house, members_of(house, GROUP, slow) as members:
            await house.change(GROUP, ARRIVALS)
            await house.stop(GROUP)
            house.wrap(GROUP, slow.around)
            await house.start(GROUP)
            turns, least, deadline = 0, rounds(6, 24), time.monotonic() + PATIENCE_SECONDS

            async def met_everything() -> bool:
                # Members hear of a rebalance at their heartbeat: whether a batch is open then, chance says.
                return met() > 0 and slow.most_at_once > 1 and await house.scalar(GROUP, SHARED)

            async with under_load(house, schedule, clients=2):
                while turns < least or (time.monotonic() < deadline and not await met_everything()):
                    await asyncio.sleep(schedule.chance.uniform(*EVERY_SECONDS))
                    await _join_or_leave(members, schedule)
                    schedule.strike()
                    turns += 1
                slow.healed = True
            await schedule.prove(house, within=60)
            assert met() > 0, "no revocation met an open batch"
            assert slow.most_at_once > 1, "members did not share the work"
            await _assert_in_order(house)


async def _join_or_leave(members: Members, schedule: Schedule) -> None:
    if len(members) < MEMBERS and (not len(members) or schedule.chance.random() < 0.5):
        await members.join()
    else:
        await members.leave(schedule.chance)


async def _assert_in_order(house: House) -> None:
    """I4, by those who held the row: each version came after the one below it, whoever handled which."""
    versions: dict[str, list[int]] = {}
    hands = set()
    for row in await house.rows(GROUP, IN_ORDER):
        versions.setdefault(row["subject"], []).append(row["sequence"])
        hands.add(row["member"])
    late = {subject: found for subject, found in versions.items() if any(a >= b for a, b in pairwise(found))}
    assert not late, f"I4: consumed out of order: {late}"
    assert len(hands) > 2, "who joined handled nothing"
    assert any(len(found) > 2 for found in versions.values()), "no aggregate had versions to confuse"
