"""Funding's event handlers."""

from collections.abc import Sequence
from functools import partial

from services.funding.coverage import queries as coverage
from services.funding.coverage.projecting import take_over
from services.funding.coverage.rules import News
from services.funding.dues import queries as dues
from services.funding.entries import queries as entries
from services.funding.grants import raising
from services.funding.grants.deciding import rectifying
from services.funding.grants.recipients.following import follow
from services.funding.ledger.charts import Charts
from services.funding.members import projecting as members
from services.funding.payees import queries as payees
from services.funding.policies import Schemes
from services.funding.rectifications import projecting as rectifications
from services.funding.runs.starting import start
from shared.bus.handlers import Handlers, Received
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted, RectificationClosed
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.session import Transaction


async def follow_and_start(
    tx: Transaction, events: Sequence[Received[News]], *, schemes: Schemes, charts: Charts | None = None
) -> None:
    """Let grants, lists and accounts follow their recipients; raise what the founding of one entitles to."""
    await follow(tx, events)
    known = await coverage.load(tx, sorted({event.data.id for event in events}))
    divisions = {party.id: party.division for party in known.values()}
    await entries.follow(tx, divisions)
    await payees.follow(tx, divisions)
    await dues.follow(tx, divisions)
    await start(tx, events, schemes=schemes, charts=charts)


def make_handlers(schemes: Schemes, charts: Charts | None = None) -> Handlers:
    """The handlers, bound to the schemes that decisions go by, and to the charts that have their accounts."""
    following = partial(follow_and_start, schemes=schemes, charts=charts)
    return Handlers(
        {
            OrganizationRegistered: members.take_over,
            OrganizationChanged: members.take_over,
            OrganizationDeregistered: members.take_over,
            EvaluationCompleted: partial(raising.raise_annual, schemes=schemes, charts=charts),
            RectificationClosed: rectifying.release,
            PartyOrganizationEstablished: following,
            PartyOrganizationChanged: following,
            PartyOrganizationChangedV2: following,
            PartyOrganizationDissolved: following,
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
    Projection(
        "organizations",
        ("organizations",),
        Handlers(
            {
                OrganizationRegistered: members.take_over,
                OrganizationChanged: members.take_over,
                OrganizationDeregistered: members.take_over,
            }
        ),
    ),
)
"""What a replay may rebuild. What grants stand for is not among it: it was decided."""
