"""What incubation does with which event."""

from functools import partial

from services.incubation.formation import actions as formation
from services.incubation.organizations import actions as organizations
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Handlers
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)


def make_handlers(policies: FormationPolicies) -> Handlers:
    """The table, with the policies that checks are made under."""
    check = partial(formation.check_organizations, policies=policies)
    return Handlers(
        {
            OrganizationRegistered: check,
            OrganizationChanged: check,
            OrganizationDeregistered: formation.end_organizations,
            PartyOrganizationEstablished: organizations.follow_coverage,
            PartyOrganizationChanged: organizations.follow_coverage,
            PartyOrganizationDissolved: organizations.follow_dissolution,
        }
    )
