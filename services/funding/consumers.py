"""Funding's event handlers."""

from functools import partial

from services.funding.coverage.projecting import take_over
from services.funding.grants import raising
from services.funding.grants.recipients.following import follow
from services.funding.policies import Schemes
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)


def make_handlers(schemes: Schemes) -> Handlers:
    """The handlers, bound to the schemes that decisions go by."""
    return Handlers(
        {
            EvaluationCompleted: partial(raising.raise_annual, schemes=schemes),
            PartyOrganizationEstablished: follow,
            PartyOrganizationChanged: follow,
            PartyOrganizationDissolved: follow,
        }
    )


PROJECTIONS = (
    Projection(
        "party-organizations",
        ("party_organizations",),
        Handlers(
            {
                PartyOrganizationEstablished: take_over,
                PartyOrganizationChanged: take_over,
                PartyOrganizationDissolved: take_over,
            }
        ),
    ),
)
"""What a replay may rebuild. What grants stand for is not among it: it was decided."""
