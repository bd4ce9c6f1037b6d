"""The public notice of a grant, in memory."""

from dataclasses import dataclass, field


@dataclass
class Objection:
    """One objection to a notice: who recorded it, and whether it is answered."""

    notice: int
    recorded_by: str
    answered: bool = False


@dataclass
class Published:
    """The notices of a grant: the number of the one in force (0: none), and all objections."""

    number: int = 0
    in_force: bool = False
    objections: list[Objection] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether an objection to the notice in force waits for its answer."""
        return any(one.notice == self.number and not one.answered for one in self.objections)

    def publish(self) -> None:
        """One more notice."""
        self.number, self.in_force = self.number + 1, True

    def review(self) -> None:
        """What is reviewed again is published again."""
        self.in_force = False
