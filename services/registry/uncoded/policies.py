"""Policies on bodies that streets file (`filed_bodies.yaml`, S15) and on reviews at registration (S5)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveInt, StrictBool

from shared.field.policies import Day, PolicyBook

FILED_BODIES_KIND = "filed_bodies"


class FiledBodiesPolicy(BaseModel):
    """How streets number what they file, and which days can be.

    Read from authors' files only: no row keeps a copy of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbered_within: Literal["street", "division"]
    """Where a number is one body's. Set it once: what is filed keeps the reference that it was filed under."""
    earliest_filed_on: Day


FiledBodiesPolicies = PolicyBook[FiledBodiesPolicy]

REVIEWS_KIND = "reviews"
Part = Literal["hosting", "instructor", "survey", "commitment"]
"""What an application is reviewed for: hosting of Party affiliation, instructor, member survey, commitment."""
HostUnit = Literal[
    "secretariat", "foundation_standing_office", "intermediary", "private_hospital", "private_school", "other"
]
"""What unit would host a Party organization of its own (S11): the secretariat of a social group, …"""


class ReviewPolicy(BaseModel):
    """What a review at registration asks for, and until when the papers are handed over (S5, domain 4.4).

    Read from authors' files only: no row keeps a copy of it, a review keeps the policy's id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    earliest_day: Day
    """Before it nobody applied, was surveyed or committed."""
    approval_needs: tuple[Part, ...]
    certificate_needs: tuple[Part, ...]
    hand_over_working_days: PositiveInt
    """After the day of the certificate."""
    decided_by_another: StrictBool
    """Whether who applied or supplemented may not decide."""
    priority_hosts: tuple[HostUnit, ...] = ()
    """Units in which a Party organization of their own is built first (S11): stated in the reasons, never blocking."""


ReviewPolicies = PolicyBook[ReviewPolicy]
