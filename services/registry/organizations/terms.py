"""On what terms a list of registrations is judged: the moment, the policies, and which codes are excepted."""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self

from services.registry.policies import RegistrationPolicies, RegistrationPolicy
from services.registry.uncoded.policies import FiledBodiesPolicy
from shared.field.calendar import china_day


@dataclass(frozen=True, slots=True)
class Terms:
    """The same for all registrations of a list; policies are those in force on the day in China."""

    policies: RegistrationPolicies
    now: datetime
    allow_sample_codes: bool
    excepted: Set[str] = frozenset()
    """Codes in the register of exceptions, as far as they were asked for."""
    _by_division: dict[str, RegistrationPolicy] = field(default_factory=dict, compare=False)
    _of_filings: dict[str, FiledBodiesPolicy] = field(default_factory=dict, compare=False)
    _days: dict[tuple[datetime, int], date | None] = field(default_factory=dict, compare=False)

    def policy(self, division: str) -> RegistrationPolicy:
        """The parameters for a division. Raises NoPolicy."""
        found = self._by_division.get(division)
        if found is None:
            found = self._by_division[division] = self.policies.get(division, self.today).parameters
        return found

    def filing_policy(self, division: str) -> FiledBodiesPolicy:
        """The same of what streets file. Raises NoPolicy."""
        found = self._of_filings.get(division)
        if found is None:
            found = self._of_filings[division] = self.policies.filed_bodies.get(division, self.today).parameters
        return found

    def excepting(self, codes: Set[str]) -> Self:
        """The same terms, with these codes excepted."""
        return replace(self, excepted=codes)

    @property
    def today(self) -> date:
        """The day in China."""
        return china_day(self.now)

    def latest_as_of(self, policy: RegistrationPolicy) -> datetime:
        """The last instant that a registration may be of."""
        return self.now + timedelta(seconds=policy.as_of_leeway_seconds)

    def day_of(self, as_of: datetime, policy: RegistrationPolicy) -> date | None:
        """The day in China of an instant, None for one that lies in the future. Asked once for lines of one instant."""
        key = as_of, policy.as_of_leeway_seconds
        if key not in self._days:
            self._days[key] = china_day(as_of) if as_of <= self.latest_as_of(policy) else None
        return self._days[key]
