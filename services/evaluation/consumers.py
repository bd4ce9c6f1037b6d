"""Evaluation's event handlers: one for all types, so that a batch of them is handled as one list."""

from collections.abc import Sequence

from services.evaluation.bodies.projecting import project_bodies
from services.evaluation.double_reports.projecting import project_double_reports
from services.evaluation.evaluations.enrolling.following import project
from services.evaluation.party_organizations.actions import take_over
from services.evaluation.party_organizations.rules import News
from services.evaluation.selections.following import follow_party_organizations
from shared.bus.handlers import Handlers, Received
from shared.bus.projections import Projection
from shared.contracts.bodies import BodyRecorded
from shared.contracts.incubation import DoubleReportCounted
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_registry(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """Take over Party organizations, and let what is under way of them follow: evaluations, then selections."""
    written = await project(tx, events)
    await follow_party_organizations(tx, written, utc_now())


HANDLERS = Handlers(
    {
        PartyOrganizationEstablished: follow_registry,
        PartyOrganizationChanged: follow_registry,
        PartyOrganizationChangedV2: follow_registry,
        PartyOrganizationDissolved: follow_registry,
        BodyRecorded: project_bodies,
        DoubleReportCounted: project_double_reports,
    }
)

PROJECTIONS = (
    Projection(
        "party-organizations",
        ("party_organizations", "covered_organizations"),
        Handlers(
            {
                PartyOrganizationEstablished: take_over,
                PartyOrganizationChanged: take_over,
                PartyOrganizationChangedV2: take_over,
                PartyOrganizationDissolved: take_over,
            }
        ),
    ),
    Projection("bodies", ("bodies",), Handlers({BodyRecorded: project_bodies})),
    Projection("double-reports", ("double_reports",), Handlers({DoubleReportCounted: project_double_reports})),
)
"""What a replay may rebuild. Enrolments are not among it: they are decisions."""
