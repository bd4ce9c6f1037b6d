"""Policies: parameters as dated data per region (`policies/<region>/*.yaml`), never constants in code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from shared.field.days import DayError, read_date
from shared.field.followed import Followed, NoPolicies, has_policies, read_files
from shared.field.strict.strict_yaml import load_strict

P = TypeVar("P", bound=BaseModel)


class NoPolicy(LookupError):  # noqa: N818
    """No policy of the kind is in force for the division on the day."""


@dataclass(frozen=True, slots=True)
class Policy(Generic[P]):
    """One file: its region, its period, its source, and its parameters."""

    id: str
    region: str
    effective_from: date
    effective_to: date | None
    source: str
    parameters: P

    def concerns(self, prefix: str) -> bool:
        """Whether its region holds a division, or a part of it (given as a prefix)."""
        return prefix.startswith(self.region) or self.region.startswith(prefix)

    def applies(self, division: str, on: date) -> bool:
        """Whether it is in force for a division on a day (`effective_to` is its last day)."""
        return (
            division.startswith(self.region)
            and self.effective_from <= on
            and (self.effective_to is None or on <= self.effective_to)
        )


def _read_day(value: object) -> date:
    try:
        return read_date(value)
    except DayError as error:
        raise ValueError("a valid date is written 2026-03-01") from error


Day = Annotated[date, BeforeValidator(_read_day)]
"""A day in an author's file: YAML's own date, or `2026-03-01` as text; never a number."""


class PolicyHead(BaseModel):
    """The fields of a file besides its parameters."""

    model_config = ConfigDict(extra="ignore")

    id: str
    region: str
    effective_from: Day
    effective_to: Day | None = None
    source: str


@dataclass(frozen=True, slots=True)
class PolicyBook(Generic[P]):
    """All policies of one kind."""

    policies: Sequence[Policy[P]]

    def in_force(self, division: str, on: date) -> Policy[P] | None:
        """The policy of the most specific region, the latest of these; None if there is none."""
        found = [policy for policy in self.policies if policy.applies(division, on)]
        return max(found, key=lambda policy: (len(policy.region), policy.effective_from), default=None)

    def get(self, division: str, on: date) -> Policy[P]:
        """The same. Raises NoPolicy if there is none."""
        policy = self.in_force(division, on)
        if policy is None:
            raise NoPolicy(f"no policy for {division} on {on}")
        return policy

    def of_day(self, division: str, on: date, today: date) -> Policy[P]:
        """The policy of a day; for one before there was any, that of today. Raises NoPolicy."""
        return self.in_force(division, on) or self.get(division, today)

    def by_region(self, on: date) -> list[Policy[P]]:
        """The policy of a day for each region that has one: SQL picks the nearest region of each row."""
        applying = sorted(
            (one for one in self.policies if one.applies(one.region, on)), key=lambda one: one.effective_from
        )
        return list({one.region: one for one in applying}.values())


def read_policies(folder: Path, kind: str, parameters: type[P]) -> PolicyBook[P]:
    """Every `*/<kind>*.yaml` of the active folder; the book follows it (`shared.field.followed`).

    Raises pydantic's ValidationError, KeyError or yaml.YAMLError for a file that is not valid, NoPolicies where there
    is none, OSError.
    """

    def read(active: Path) -> list[Policy[P]]:
        return read_files(active, f"*/{kind}*.yaml", lambda text: read_policy(text, parameters))

    return PolicyBook(Followed(folder, read))


def read_or_shipped(folder: Path, shipped: Path, kind: str, parameters: type[P]) -> PolicyBook[P]:
    """The policies of a kind that older folders do not have: of such a folder, those of `shipped`.

    Raises as `read_policies` does.
    """
    others = read_policies(shipped, kind, parameters).policies

    def read(active: Path) -> list[Policy[P]]:
        try:
            return read_files(active, f"*/{kind}*.yaml", lambda text: read_policy(text, parameters))
        except NoPolicies:
            if not has_policies(active):
                raise
            return list(others)

    return PolicyBook(Followed(folder, read))


def read_policy(text: str, parameters: type[P]) -> Policy[P]:
    """A file's text as a policy. Raises as `to_policy` does, and yaml.YAMLError.

    Policies never change, so the services of a process share what is read of one text: they read the same folder, and
    a folder from before a kind had policies is read beside what is shipped.
    """
    return _read_once(text, parameters)


@lru_cache(maxsize=512)
def _read_once(text: str, parameters: type[BaseModel]) -> Policy[Any]:
    return to_policy(load_strict(text), parameters)


def to_policy(content: Mapping[str, Any], parameters: type[P]) -> Policy[P]:
    """A file's content as a policy. Raises pydantic's ValidationError, KeyError without parameters."""
    head = PolicyHead.model_validate(content)
    return Policy(
        head.id,
        head.region,
        head.effective_from,
        head.effective_to,
        head.source,
        parameters.model_validate(content["parameters"]),
    )
