"""Inspections as the lines of a batch."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from services.registry.batches.parsing import parse
from services.registry.batches.taking import Checked, Outcome, Records
from services.registry.civil_years.policies import StandingPolicies
from services.registry.inspections.actions import record
from services.registry.inspections.schemas import InspectionLine
from shared.db.base import utc_now
from shared.db.session import Transaction


class Inspections(Records[InspectionLine]):
    """Each line is an inspection with its code and year; its organization, once it is found, says in which division."""

    key = "uscc"
    beside: ClassVar[Mapping[str, type]] = {"year": int}

    def __init__(self, policies: StandingPolicies) -> None:
        self._policies = policies

    def read(self, raw: bytes) -> Checked[InspectionLine]:
        """Raises InvalidInput."""
        entry = parse(raw, InspectionLine)
        return Checked(entry.uscc, None, entry)

    async def take_in(self, tx: Transaction, items: Sequence[InspectionLine]) -> list[Outcome]:
        """As `record`."""
        results = await record(tx, items, self._policies, utc_now())
        return [
            Outcome("refused", result.problem) if result.problem else Outcome("created" if result.new else "changed")
            for result in results
        ]
