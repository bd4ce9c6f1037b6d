"""What incubation does with which event."""

from functools import partial

from services.incubation.formation import actions as formation
from services.incubation.formation import following as organizations
from services.incubation.organizations import projecting
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
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


PROJECTIONS = (
    Projection(
        "organizations",
        ("organizations", "party_organizations"),
        Handlers(
            {
                OrganizationRegistered: projecting.project_states,
                OrganizationChanged: projecting.project_states,
                OrganizationDeregistered: projecting.project_ends,
                PartyOrganizationEstablished: projecting.project_coverage,
                PartyOrganizationChanged: projecting.project_coverage,
                PartyOrganizationDissolved: projecting.project_dissolutions,
            }
        ),
        # The number of checks is no news of the registry's: how many were made is ours to know.
        complete="UPDATE pg_temp.organizations AS o SET checks = k.made FROM (SELECT organization_id, count(*) AS made "
        "FROM public.formation_checks GROUP BY 1) AS k WHERE k.organization_id = o.id AND o.checks <> k.made",
    ),
)
"""What a replay may rebuild: who is there and who covers them. Checks, cases, areas and plans are decisions."""
