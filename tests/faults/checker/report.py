"""What the checker found, in figures and in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_SHOWN = 5


@dataclass
class Report:
    """What was found. `breaches` is empty where all invariants hold; each names its invariant and ids."""

    events: int = 0
    consumed: int = 0
    losses: int = 0
    duplicates: int = 0
    gaps: int = 0
    drift: int = 0
    """Ledger transactions out of balance, balances that are not the fold, entries that changed."""
    audit_rows: int = 0
    repeats: int = 0
    """Messages that lie on the broker more than once: allowed, the inbox drops them."""
    dead_letters: int = 0
    """Events dead-lettered, retried since or not. Their effects are excused, and a second effect that a constraint of
    the database refuses ends here too: so every trial says how many it expects."""
    postings: int = 0
    """Ledger transactions: without any, I5 says nothing."""
    settled_seconds: float = 0.0
    breaches: list[str] = field(default_factory=list)

    def note(self, invariant: str, what: str, found: Sequence[object]) -> int:
        """Keep a breach where something was found; returns how much that was."""
        if found:
            shown = ", ".join(str(item) for item in found[:_SHOWN])
            more = f" … {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            self.breaches.append(f"{invariant}: {what} ({len(found)}): {shown}{more}")
        return len(found)

    def broken(self) -> set[str]:
        """The ids of the invariants that do not hold."""
        return {breach.partition(":")[0] for breach in self.breaches}

    def line(self) -> str:
        """For people: the figures in one line."""
        return (
            f"events {self.events}, consumed {self.consumed}, repeats {self.repeats}, losses {self.losses}, "
            f"duplicates {self.duplicates}, gaps {self.gaps}, drift {self.drift}, audit rows {self.audit_rows}, "
            f"postings {self.postings}, dead letters {self.dead_letters}, "
            f"settled in {self.settled_seconds:.1f} s"
        )
