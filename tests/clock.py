"""A clock that tests move: on a busy machine any time may pass between two of their lines."""

import time


class Clock:
    """Put in the place of a module's `time`; stands still until it is moved."""

    time = staticmethod(time.time)

    def __init__(self) -> None:
        self._now = 1000.0

    def monotonic(self) -> float:
        """Seconds."""
        return self._now

    def move(self, seconds: float) -> None:
        """So much later."""
        self._now += seconds
