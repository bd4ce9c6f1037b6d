"""Requests of one caller that come at the same time share a transaction: one commit, one turn at the chain of audit.

A request that finds its caller's turns free takes one and runs by itself, as ever; those that come while all are taken
wait for the next turn, and take it together. So a single request never waits for others to join it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import structlog

from shared.db.access import Access

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")
TURNS = 2
"""Transactions of one caller that run at once before others wait to share one."""
MOST = 64
"""Requests that share a transaction."""


@dataclass(slots=True)
class _Caller(Generic[Item, Result]):
    """What one caller has under way, and who waits."""

    taken: int = 0
    waiting: deque[tuple[Item, "asyncio.Future[Result | None]"]] = field(default_factory=deque)


class Together(Generic[Item, Result]):
    """`take` runs a list in one transaction. A result of None, or its failure, lets a request run by itself."""

    def __init__(
        self,
        take: Callable[[Access, Sequence[Item]], Awaitable[Sequence[Result | None]]],
        *,
        turns: int = TURNS,
        most: int = MOST,
    ) -> None:
        self._take, self._turns, self._most = take, turns, most
        self._callers: dict[Access, _Caller[Item, Result]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def is_free(self, access: Access) -> bool:
        """Whether a request of this caller may run by itself now."""
        caller = self._callers.get(_whose(access))
        return caller is None or caller.taken < self._turns

    @contextmanager
    def by_itself(self, access: Access) -> Iterator[None]:
        """A turn, taken by one request alone."""
        key = _whose(access)
        caller = self._callers.setdefault(key, _Caller())
        caller.taken += 1
        try:
            yield
        finally:
            self._release(key, caller)

    async def join(self, access: Access, item: Item) -> Result | None:
        """Wait for a turn with others; None where the request is to run by itself after all."""
        answer: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._callers.setdefault(_whose(access), _Caller()).waiting.append((item, answer))
        return await answer

    def _release(self, key: Access, caller: _Caller[Item, Result]) -> None:
        caller.taken -= 1
        if caller.waiting:
            caller.taken += 1
            # In a context of its own: what is logged of it is of none of its requests.
            task = asyncio.create_task(self._run(key, caller), context=Context())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        elif not caller.taken:
            self._callers.pop(key, None)

    async def _run(self, key: Access, caller: _Caller[Item, Result]) -> None:
        taken = [caller.waiting.popleft() for _ in range(min(self._most, len(caller.waiting)))]
        asked = [one for one in taken if not one[1].done()]
        results: Sequence[Result | None] = [None] * len(asked)
        try:
            if asked:
                results = await self._take(key, [item for item, _ in asked])
        except Exception as error:
            # Each runs by itself now, and answers for itself: one that fails does not hurt the others.
            log.info("shared_transaction_parted", requests=len(asked), error=type(error).__name__)
        finally:
            for (_, answer), result in zip(asked, results, strict=True):
                if not answer.done():
                    answer.set_result(result)
            self._release(key, caller)


def _whose(access: Access) -> Access:
    """The caller, whichever request it is of."""
    return replace(access, request_id=None)
