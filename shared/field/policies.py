"""Policies: parameters as dated data per region (`policies/<region>/*.yaml`), never constants in code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from shared.field.followed import Followed, read_files

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


def _day(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a valid date is written as 2026-11-28")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_day)]
"""A date in an author's file, written in one way."""


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


def read_policies(folder: Path, kind: str, parameters: type[P]) -> PolicyBook[P]:
    """Every `*/<kind>*.yaml` of the active folder; the book follows it (`shared.field.followed`).

    Raises pydantic's ValidationError, KeyError or yaml.YAMLError for a file that is not valid, NoPolicies where there
    is none, OSError.
    """

    def read(active: Path) -> list[Policy[P]]:
        return read_files(active, f"*/{kind}*.yaml", lambda content: to_policy(content, parameters))

    return PolicyBook(Followed(folder, read))


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
