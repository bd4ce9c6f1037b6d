"""What both transports promise. One suite in `tests/shared/bus` runs against each of them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from shared.bus.envelope import Delivered, Message


class PublishFailed(Exception):  # noqa: N818
    """Some of the messages may not have arrived: publish all of them again."""


class BatchLost(Exception):  # noqa: N818
    """The subscription lost its place during a batch: drop the batch, it is redelivered (perhaps to another member)."""


class SubscriptionStuck(Exception):  # noqa: N818
    """The client does not come to an end with what it was asked: a new subscription goes on where offsets stand."""


class Position(NamedTuple):
    """A group member's position: lag while `reached` does not change is a stall."""

    lag: int
    """Messages."""
    reached: int
    """The sum of committed offsets."""
    standby: bool = False
    """The member has no partition: both are the group's, and the members that have partitions report the lag."""


class Subscription(Protocol):
    """One member of a consumer group. Used by one task."""

    def next_batch(self, limit: int, wait_seconds: float) -> AbstractAsyncContextManager[Sequence[Delivered]]:
        """The next messages (none when nothing came in time), in order within each partition.

        Leaving the block normally commits their offsets; leaving it by an exception sets the position back to its
        first message. If a partition goes to another member while the block is open, BatchLost is raised at its end;
        SubscriptionStuck, where the offsets cannot be committed in time.
        """
        ...

    async def position(self) -> Position:
        """Of this member's partitions; of all of its group's, where it has none. Raises the client's errors."""
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
        """Flush, then disconnect."""
        ...

    async def ping(self) -> None:
        """Raises when the bus does not answer, asked on a separate connection."""
        ...

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create the topics that do not exist yet."""
        ...

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when every message is durable, in the order given for each key.

        Raises PublishFailed; then any of them may or may not have arrived (at least once).
        """
        ...

    async def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Join a group; a group that is new starts at the beginning of each topic. Raises SubscriptionStuck."""
        ...
