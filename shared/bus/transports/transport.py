"""What both transports promise. `tests/bus` holds each of them to it with one suite."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from shared.bus.envelope import Delivered, Message


class PublishFailed(Exception):  # noqa: N818
    """Some of the messages may not have arrived: publish all of them again."""


class BatchLost(Exception):  # noqa: N818
    """The subscription lost its place while a batch was worked on: drop the batch, it comes again (elsewhere)."""


class Position(NamedTuple):
    """Where a member of a group stands: lag that stays while `reached` stands still is a stall."""

    lag: int
    """Messages."""
    reached: int
    """The sum of committed offsets."""
    on_guard: bool = False
    """The member has no partition: both are the group's, and the lag is told by those that have them."""


class Subscription(Protocol):
    """One member of a consumer group. Used by one task."""

    def next_batch(self, limit: int, wait_seconds: float) -> AbstractAsyncContextManager[Sequence[Delivered]]:
        """The next messages (none when nothing came in time), in order within each partition.

        Leaving the block normally commits their offsets; leaving it by an exception puts the position back
        to its first message. While the block is open, none of its partitions goes to another member
        without this member's knowledge: at the end of the block BatchLost is raised if one did.
        """
        ...

    async def position(self) -> Position:
        """Of what this member has; of its group's, where it has nothing."""
        ...

    async def close(self) -> None:
        """Leave the group."""
        ...


class Transport(Protocol):
    """A durable, ordered, replayable log of topics: Kafka, or a PostgreSQL table."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def close(self) -> None:
        """Send what is under way, then disconnect."""
        ...

    async def ping(self) -> None:
        """Raises when nobody answers, asked on a connection of its own."""
        ...

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create the topics that are not there yet."""
        ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when every message is durable, in the order given for each key.

        Raises PublishFailed; then any of them may or may not have arrived (at least once).
        """
        ...

    async def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Join a group; a group that is new starts at the beginning of each topic."""
        ...
