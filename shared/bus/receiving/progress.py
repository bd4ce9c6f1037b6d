"""Progress is watched: a consumer may be alive, connected, and stand still (design 4.7)."""

import asyncio
import time

import structlog

from shared.bus.transports.transport import Subscription
from shared.telemetry.metrics import CONSUMER_LAG, CONSUMER_STANDING_SECONDS

log = structlog.get_logger(__name__)

GUARDS_STALLS = 6
"""A member without partitions stands still after so many times the stall: a broker bears five minutes of a batch."""


class Stalled(Exception):  # noqa: N818
    """There was something to consume, and the position did not move for too long."""


class Progress:
    """What is known of a consumer's progress; liveness asks `healthy`."""

    def __init__(self, name: str, stall_seconds: float) -> None:
        self._name = name
        self._stall_seconds = stall_seconds
        self._moved_at = time.monotonic()
        # Asked for when it is shown: what hangs sets nothing any more.
        CONSUMER_STANDING_SECONDS.labels(name).set_function(lambda: self.standing_seconds)
        self._reached: int | None = None
        self._reached_at = self._moved_at
        self.lag: int | None = None
        """Messages behind, as last asked; None before the first answer."""

    def interrupted(self) -> None:
        """The subscription broke; a new one starts from what was committed."""
        self._reached = None

    def excuse(self) -> None:
        """What it needs is away: this is no stall, and the clock starts again from now."""
        self._moved_at = self._reached_at = time.monotonic()

    def advanced(self) -> None:
        """Part of a batch took effect: it moves, though its offsets follow with the whole batch."""
        self._moved_at = time.monotonic()

    @property
    def standing_seconds(self) -> float:
        """For how long nothing moved although something lagged (or the position could not be asked)."""
        return time.monotonic() - self._moved_at

    @property
    def healthy(self) -> bool:
        """False once it stood still for twice the time after which it resubscribes by itself."""
        return self.standing_seconds < 2 * self._stall_seconds

    def note(self, lag: int, reached: int, on_guard: bool = False) -> None:
        """Take in a position: no lag, or another position than before, is progress.

        Whoever has the partitions may be at a long batch: who is on guard waits longer than a batch may take.
        """
        now = time.monotonic()
        if lag == 0 or (self._reached is not None and reached != self._reached):
            self._moved_at = self._reached_at = now
        elif on_guard and now - self._reached_at < GUARDS_STALLS * self._stall_seconds:
            self._moved_at = now
        self._reached = reached
        self.lag = lag
        CONSUMER_LAG.labels(self._name).set(0 if on_guard else lag)

    async def watch(self, subscription: Subscription) -> None:
        """Ask again and again; ends by raising Stalled."""
        started = time.monotonic()
        while True:
            await asyncio.sleep(min(2.0, self._stall_seconds / 4))
            try:
                self.note(*await subscription.position())
            except Exception as error:
                # Broker or database do not answer: that is no progress, so the clock runs on.
                log.warning("position_unknown", consumer=self._name, error=type(error).__name__)
            if time.monotonic() - max(self._moved_at, started) > self._stall_seconds:
                raise Stalled(f"{self._name}: lag {self.lag}, unmoved for {self.standing_seconds:.0f} s")
