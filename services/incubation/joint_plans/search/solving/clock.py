"""When a search has to be over, and how far it is."""

import time
from collections.abc import Callable


class Clock:
    """The end of a search. The plan does not depend on it unless the search was `stopped`: effort is limited in steps.

    `report` gets how many of all organizations are settled.
    """

    def __init__(self, seconds: float | None = None, report: Callable[[int], None] | None = None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._report = report
        self.stopped = False

    def left(self) -> float:
        """Seconds left; remembers where there are none."""
        if self._end is None:
            return float("inf")
        left = max(0.0, self._end - time.monotonic())
        self.stopped = self.stopped or left <= 0
        return left

    def settled(self, organizations: int) -> None:
        """Report progress."""
        if self._report is not None:
            self._report(organizations)
