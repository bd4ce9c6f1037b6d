"""Filings as the lines of a batch."""

from collections.abc import Sequence

from services.registry.batches.taking import Checked, Outcome, Records
from services.registry.filed_bodies.actions import file_bodies, outcomes_of
from services.registry.filed_bodies.reading import read_filing
from services.registry.filed_bodies.schemas import Filing
from services.registry.organizations.terms import Terms
from services.registry.policies import RegistrationPolicies
from shared.db.base import utc_now
from shared.db.session import Transaction


class Filings(Records[Filing]):
    """Each line is a filing with its number."""

    key = "number"

    def __init__(self, policies: RegistrationPolicies) -> None:
        self._policies = policies
        self.begin()

    def begin(self) -> None:
        """The terms of the lines that are read now."""
        self._terms = Terms(self._policies, utc_now(), allow_sample_codes=False)

    def read(self, raw: bytes) -> Checked[Filing]:
        """Raises InvalidInput."""
        return read_filing(raw, self._terms)

    async def take_in(self, tx: Transaction, items: Sequence[Filing]) -> list[Outcome]:
        """As `file_bodies`."""
        return outcomes_of(items, await file_bodies(tx, items, self._terms))
