"""The two measures of S9, each with its own denominator, by division, street or kind, as of any day. Pure: no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.statistic_tables.policies import Rows
from services.registry.statistics.report import Counted
from shared.field.figures.shares import share_bp


@dataclass(slots=True)
class Coverages:
    """Organizations by how they are covered, and those uncovered by why (D8)."""

    organizations: int = 0
    eligible: int = 0
    eligible_with_own: int = 0
    standalone: int = 0
    joint: int = 0
    area: int = 0
    due_not_built: int = 0
    fewer_than_three: int = 0
    no_members: int = 0

    def add(self, one: Counted) -> None:
        """Count a group."""
        number, enough = one.sums["organizations"], one.members == "enough"
        self.organizations += number
        self.eligible += number * enough
        self.eligible_with_own += number * (enough and one.coverage == "standalone")
        self.standalone += number * (one.coverage == "standalone")
        self.joint += number * (one.coverage == "joint")
        self.area += number * (one.coverage == "area")
        if one.coverage == "uncovered":
            self.due_not_built += number * enough
            self.fewer_than_three += number * (one.members == "few")
            self.no_members += number * (one.members == "none")

    @property
    def covered(self) -> int:
        """By any Party organization."""
        return self.standalone + self.joint + self.area

    @property
    def organization_coverage_bp(self) -> int | None:
        """Of those eligible, the share with a Party organization of their own."""
        return share_bp(self.eligible_with_own, self.eligible)

    @property
    def work_coverage_bp(self) -> int | None:
        """Of all, the share that is covered."""
        return share_bp(self.covered, self.organizations)


def measure(counted: Sequence[Counted], by: Rows) -> tuple[dict[str, Coverages], Coverages]:
    """Both measures of each part, by its key in order, and of the whole."""
    parts: dict[str, Coverages] = {}
    whole = Coverages()
    for one in counted:
        parts.setdefault(one.key(by), Coverages()).add(one)
        whole.add(one)
    return dict(sorted(parts.items())), whole
