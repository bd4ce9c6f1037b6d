"""Registrations as the lines of a batch."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from services.registry.batches.taking import Checked, Outcome, Records
from services.registry.civil_affairs import registering
from services.registry.civil_affairs.reading import read_registration
from services.registry.code_exceptions import queries as code_exceptions
from services.registry.organizations.schemas import Registration, WarningOut
from services.registry.organizations.terms import Terms
from services.registry.policies import RegistrationPolicies
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.uscc import breaks_check_digits, normalize


class BatchResult(BaseModel):
    """What became of one line; `line` counts from 1, `problem` is a problem document; `warnings` if there are any."""

    line: int
    uscc: str | None
    status: int
    problem: dict[str, Any] | None
    warnings: list[WarningOut] = []


class Registrations(Records[Registration]):
    """Each line is a registration with its code."""

    key = "uscc"

    def __init__(self, policies: RegistrationPolicies, *, allow_sample_codes: bool) -> None:
        self._policies, self._allow_sample_codes = policies, allow_sample_codes
        self.begin()

    def begin(self) -> None:
        """The terms of the lines that are read now."""
        self._terms = Terms(self._policies, utc_now(), self._allow_sample_codes)

    def read(self, raw: bytes) -> Checked[Registration]:
        """Raises InvalidInput."""
        checked = read_registration(raw, self._terms)
        registration = checked.registration
        return Checked(registration.uscc, registration.division, registration, checked.warnings)

    def doubts(self, key: str) -> bool:
        """A code with wrong check digits may stand in the register of exceptions."""
        return breaks_check_digits(key)

    async def resolve(self, tx: Transaction, keys: Sequence[str]) -> None:
        """Ask the register of exceptions."""
        self.begin()
        excepted = await code_exceptions.excepted(tx, sorted({normalize(key) for key in keys}))
        self._terms = self._terms.excepting(excepted)

    def resolved(self, key: str) -> bool:
        """Whether the register has the code."""
        return normalize(key) in self._terms.excepted

    async def take_in(self, tx: Transaction, items: Sequence[Registration]) -> list[Outcome]:
        """As `registering.register`."""
        results = await registering.register(tx, items, utc_now(), self._policies)
        return registering.outcomes_of(items, results)
