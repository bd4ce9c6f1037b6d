"""Evaluation's event handlers: one for all types, so that a batch of them is handled as one list."""

from services.evaluation.bodies.projecting import project_bodies
from services.evaluation.double_reports.projecting import project_double_reports
from services.evaluation.evaluations.enrolling.following import project
from services.evaluation.party_organizations.actions import take_over
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.bodies import BodyRecorded
from shared.contracts.incubation import DoubleReportCounted
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)

HANDLERS = Handlers(
    {
        PartyOrganizationEstablished: project,
        PartyOrganizationChanged: project,
        PartyOrganizationChangedV2: project,
        PartyOrganizationDissolved: project,
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
