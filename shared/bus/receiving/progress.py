"""Watches progress: a consumer may be alive, connected, and stalled (design 4.7)."""

import asyncio
import time

import structlog

from shared.bus.transports.transport import Subscription
from shared.telemetry.metrics import CONSUMER_LAG, CONSUMER_STANDING_SECONDS

log = structlog.get_logger(__name__)

STANDBY_STALLS = 6
"""A standby member is considered stalled only after 6 × `stall_seconds`: the active one may spend five minutes on a
batch."""


class Stalled(Exception):  # noqa: N818
    """There was something to consume, and the position did not advance for `stall_seconds`."""


class Progress:
    """What is known of a consumer's progress; liveness goes by `healthy`."""

    def __init__(self, name: str, stall_seconds: float) -> None:
        self._name = name
        self._stall_seconds = stall_seconds
        self._moved_at = time.monotonic()
        # Computed when it is scraped: a process that hangs would not set it any more.
        CONSUMER_STANDING_SECONDS.labels(name).set_function(lambda: self.standing_seconds)
        self._reached: int | None = None
        self._reached_at = self._moved_at
        self.lag: int | None = None
        """Messages behind at the last poll; None before the first answer."""

    def interrupted(self) -> None:
        """The subscription failed; a new one starts from the committed position."""
        self._reached = None

    def excuse(self) -> None:
        """What it depends on is unavailable: this is no stall, and the time starts again from now."""
        self._moved_at = self._reached_at = time.monotonic()

    def advanced(self) -> None:
        """Part of a batch took effect: that is progress, though its offsets follow with the whole batch."""
        self._moved_at = time.monotonic()

    @property
    def standing_seconds(self) -> float:
        """For how long nothing advanced although there was lag (or the position could not be read)."""
        return time.monotonic() - self._moved_at

    @property
    def healthy(self) -> bool:
        """False after twice `stall_seconds` without progress; after once that time it resubscribes by itself."""
        return self.standing_seconds < 2 * self._stall_seconds

    def note(self, lag: int, reached: int, standby: bool = False) -> None:
        """Take in a position: no lag, or another position than before, is progress.

        A standby member waits longer than a batch may take: the member that has the partitions may be working on one.
        """
        now = time.monotonic()
        if lag == 0 or (self._reached is not None and reached != self._reached):
            self._moved_at = self._reached_at = now
        elif standby and now - self._reached_at < STANDBY_STALLS * self._stall_seconds:
            self._moved_at = now
        self._reached = reached
        self.lag = lag
        CONSUMER_LAG.labels(self._name).set(0 if standby else lag)

    async def watch(self, subscription: Subscription) -> None:
        """Poll the position until the consumer stalls. Raises Stalled."""
        started = time.monotonic()
        while True:
            await asyncio.sleep(min(2.0, self._stall_seconds / 4))
            try:
                self.note(*await subscription.position())
            except Exception as error:
                # Broker or database do not answer: that is no progress, so the time runs on.
                log.warning("position_unknown", consumer=self._name, error=type(error).__name__)
            if time.monotonic() - max(self._moved_at, started) > self._stall_seconds:
                raise Stalled(f"{self._name}: lag {self.lag}, unmoved for {self.standing_seconds:.0f} s")
