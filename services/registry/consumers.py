"""Which handler of the registry takes which event."""

from functools import partial

from services.registry.assessment_grades.reviews.opening import follow_standings
from services.registry.civil_years.policies import StandingPolicies
from services.registry.filed_bodies.areas import project_areas
from services.registry.managements.projecting import take_over as take_over_managements
from services.registry.party_organizations.recording import record
from services.registry.published_standings.projecting import take_over
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.areas import FiledBodiesAssigned
from shared.contracts.evaluation import SelectionCommended, StandingChanged
from shared.contracts.incubation import (
    PartyOrganizationExtended,
    PartyOrganizationFormed,
    PartyOrganizationReorganized,
)
from shared.superiors.policies import AffiliationPolicies


def make_handlers(policies: AffiliationPolicies, standing: StandingPolicies) -> Handlers:
    """The table of handlers; what is founded belongs where these policies say by default, and what is rated bars what
    those on standing say."""
    recorded = partial(record, policies=policies)
    return Handlers(
        {
            PartyOrganizationFormed: recorded,
            PartyOrganizationExtended: recorded,
            PartyOrganizationReorganized: recorded,
            StandingChanged: partial(follow_standings, policies=standing),
            SelectionCommended: take_over_managements,
            FiledBodiesAssigned: project_areas,
        }
    )


PROJECTIONS = (
    Projection("standings", ("standings",), Handlers({StandingChanged: take_over})),
    Projection("managements", ("managements",), Handlers({SelectionCommended: take_over_managements})),
    Projection("filed-body-areas", ("filed_body_areas",), Handlers({FiledBodiesAssigned: project_areas})),
)
"""What a replay may rebuild. What incubation formed is the registry's own data, and reviews of grades are decisions."""
