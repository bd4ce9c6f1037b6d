"""Which event goes to which handler."""

from functools import partial

from services.incubation.formation import actions, following
from services.incubation.formation.queries.checks import CHECKS_MADE
from services.incubation.joint_plans.following import follow_declined
from services.incubation.organizations import projecting
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationChanged,
    PartyOrganizationDeclined,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)


def make_handlers(policies: FormationPolicies) -> Handlers:
    """The table of handlers; checks are made under these policies."""
    check = partial(actions.check_organizations, policies=policies)
    follow_coverage = partial(following.follow_coverage, policies=policies)
    return Handlers(
        {
            OrganizationRegistered: check,
            OrganizationChanged: check,
            OrganizationDeregistered: actions.end_organizations,
            PartyOrganizationEstablished: follow_coverage,
            PartyOrganizationChanged: follow_coverage,
            PartyOrganizationDissolved: partial(following.follow_dissolution, policies=policies),
            PartyOrganizationDeclined: follow_declined,
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
        # The registry's events do not hold the number of checks: it is counted from our own.
        complete=f"UPDATE pg_temp.organizations AS o SET checks = k.made FROM ({CHECKS_MADE}) AS k "  # noqa: S608 - ours
        "WHERE k.organization_id = o.id AND o.checks <> k.made",
    ),
)
"""What a replay may rebuild: organizations and who covers them. Checks, cases, areas and plans are decisions."""
