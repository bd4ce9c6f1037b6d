"""Requests that share a transaction: nobody waits for company, and nobody suffers from another's failure."""

import asyncio
from collections.abc import Sequence

from shared.db.access import Access
from shared.db.together import Together

ME, ANOTHER = Access("district-system", ("3301",)), Access("another", ("3301",))


class Takings:
    """What was taken together; it waits for the gate, and fails where it is to."""

    def __init__(self) -> None:
        self.lists: list[tuple[str, list[int]]] = []
        self.gate = asyncio.Event()
        self.fails = False

    async def take(self, access: Access, items: Sequence[int]) -> list[int | None]:
        self.lists.append((access.actor, list(items)))
        await self.gate.wait()
        if self.fails:
            raise RuntimeError("invented")
        return [None if item < 0 else item * 10 for item in items]


async def joined(together: Together[int, int], *items: int, access: Access = ME) -> list[asyncio.Task[int | None]]:
    tasks = [asyncio.create_task(together.join(access, item)) for item in items]
    await asyncio.sleep(0)
    return tasks


async def test_turn__that_is_free_is_taken_by_one_alone() -> None:
    together = Together(Takings().take, turns=2)
    assert together.is_free(ME)
    with together.by_itself(ME), together.by_itself(ME):
        assert not together.is_free(ME)
        assert together.is_free(ANOTHER), "another caller's turns are its own"
    assert together.is_free(ME)


async def test_join__those_that_wait_take_the_next_turn_together_and_each_has_its_own_answer() -> None:
    takings = Takings()
    takings.gate.set()
    together = Together(takings.take, turns=1)
    with together.by_itself(ME):
        tasks = await joined(together, 1, 2, 3)
        assert takings.lists == []
    assert await asyncio.gather(*tasks) == [10, 20, 30]
    assert takings.lists == [("district-system", [1, 2, 3])]
    assert together.is_free(ME)


async def test_join__at_most_so_much_at_a_time_and_the_rest_next() -> None:
    takings = Takings()
    takings.gate.set()
    together = Together(takings.take, turns=1, most=2)
    with together.by_itself(ME):
        tasks = await joined(together, 1, 2, 3, 4, 5)
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40, 50]
    assert [items for _, items in takings.lists] == [[1, 2], [3, 4], [5]]


async def test_join__callers_do_not_mix() -> None:
    takings = Takings()
    takings.gate.set()
    together = Together(takings.take, turns=1)
    with together.by_itself(ME), together.by_itself(ANOTHER):
        tasks = [*await joined(together, 1), *await joined(together, 2, access=ANOTHER)]
    assert await asyncio.gather(*tasks) == [10, 20]
    assert sorted(takings.lists) == [("another", [2]), ("district-system", [1])]


async def test_join__a_request_id_makes_no_other_caller() -> None:
    together = Together(Takings().take, turns=1)
    with together.by_itself(Access("district-system", ("3301",), request_id="a")):
        assert not together.is_free(Access("district-system", ("3301",), request_id="b"))
        assert together.is_free(Access("district-system", ("3302",), request_id="a")), "another scope sees otherwise"


async def test_join__where_the_shared_transaction_fails_each_runs_by_itself() -> None:
    takings = Takings()
    takings.fails = True
    takings.gate.set()
    together = Together(takings.take, turns=1)
    with together.by_itself(ME):
        tasks = await joined(together, 1, 2)
    assert await asyncio.gather(*tasks) == [None, None]
    assert together.is_free(ME)


async def test_join__what_went_away_is_not_taken_and_holds_up_nobody() -> None:
    takings = Takings()
    together = Together(takings.take, turns=1)
    with together.by_itself(ME):
        gone, stays = await joined(together, 1, 2)
        gone.cancel()
        await asyncio.sleep(0)
    takings.gate.set()
    assert await stays == 20
    assert [items for _, items in takings.lists] == [[2]]
