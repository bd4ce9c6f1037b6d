"""What followed a grant's payment, in memory."""

from dataclasses import dataclass, field


@dataclass
class After:
    """What followed a grant's payment: reported, not used, returned, in fen; `hands` are who did what."""

    reported: int = 0
    reporters: set[str] = field(default_factory=set)
    unspent: int | None = None
    due: int = 0
    returned: int = 0
    returns: int = 0
    amendments: int = 0
    reducers: set[str] = field(default_factory=set)
    """Who posted that some of it is to be returned."""
    hands: dict[str, str] = field(default_factory=dict)

    def reclaimed_by(self, state: str) -> set[str | None]:
        """Who said what is to be returned."""
        return {self.hands["reversal"]} if state == "reversed" else {self.hands.get("settlement"), *self.reducers}
