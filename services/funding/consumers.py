"""Funding's event handlers."""

from functools import partial

from services.funding.coverage.projecting import take_over
from services.funding.grants import raising
from services.funding.grants.recipients import rectifying
from services.funding.grants.recipients.following import follow
from services.funding.policies import Schemes
from services.funding.rectifications import projecting as rectifications
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted, RectificationClosed
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)


def make_handlers(schemes: Schemes) -> Handlers:
    """The handlers, bound to the schemes that decisions go by."""
    return Handlers(
        {
            EvaluationCompleted: partial(raising.raise_annual, schemes=schemes),
            RectificationClosed: rectifying.release,
            PartyOrganizationEstablished: follow,
            PartyOrganizationChanged: follow,
            PartyOrganizationChangedV2: follow,
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
                PartyOrganizationChangedV2: take_over,
                PartyOrganizationDissolved: take_over,
            }
        ),
    ),
    Projection(
        "closed-rectifications",
        ("closed_rectifications",),
        Handlers({RectificationClosed: rectifications.take_over}),
    ),
)
"""What a replay may rebuild. What grants stand for is not among it: it was decided."""
