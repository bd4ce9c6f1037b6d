"""Which districts have an incubator, and which have none (H3). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.contracts.base import Reason
from shared.field.divisions import Division


@dataclass(frozen=True, slots=True)
class District:
    """A district with how many incubators of its own work, of its streets, and are being prepared."""

    division: Division
    active: int
    of_streets: int
    preparing: int


def by_district(districts: Sequence[Division], counts: Sequence[Mapping[str, Any]]) -> list[District]:
    """The districts with their counts (`division`, `state`, `of_street`, `number`)."""
    of = {(one["division"], one["state"], one["of_street"]): one["number"] for one in counts}
    return [
        District(
            one,
            of.get((one.code, "active", False), 0),
            of.get((one.code, "active", True), 0),
            sum(of.get((one.code, "preparing", street), 0) for street in (False, True)),
        )
        for one in districts
    ]


def coverage_reason(found: Sequence[District], on: date, now: datetime) -> Reason:
    """Why incubators are complete, or are not: one is due in every district, those of streets are optional (H3)."""
    lacking = [one.division.code for one in found if not one.active]
    facts = {"on": on.isoformat(), "expected": len(found), "missing": lacking}
    return Reason(rule="H3", outcome="incomplete" if lacking else "complete", facts=facts, as_of=now)
