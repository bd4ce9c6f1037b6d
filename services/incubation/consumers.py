"""Which event goes to which handler."""

from collections.abc import Sequence
from functools import partial, wraps
from typing import Any

from services.incubation.activities.following import follow_dissolved
from services.incubation.areas.following import follow_filed, then_assign
from services.incubation.bodies.projecting import project_bodies
from services.incubation.filed_bodies.projecting import project_filed
from services.incubation.formation import actions, following
from services.incubation.formation.queries.checks import CHECKS_MADE
from services.incubation.incubatees.steps.following import follow_ends, follow_names
from services.incubation.joint_plans.approving.following import follow_declined
from services.incubation.organizations import projecting
from services.incubation.organizations.party_facts import project_end, project_facts
from services.incubation.policies import FormationPolicies
from services.incubation.stations.following import follow_units
from shared.bus.handlers import Handler, Handlers, Received
from shared.bus.projections import Projection
from shared.contracts.bodies import BodyRecorded
from shared.contracts.filed_bodies import FiledBodiesRecorded
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    OrganizationState,
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDeclined,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.session import Transaction


def in_turn(*handlers: Handler, named: Handler) -> Handler:
    """A handler that gives the list to each of these, one after the other; logs and metrics show it as `named`."""

    @wraps(named)
    async def handle(tx: Transaction, events: Sequence[Received[Any]]) -> None:
        for handler in handlers:
            await handler(tx, events)

    return handle


def check_and_follow(policies: FormationPolicies) -> Handler:
    """Checks organizations; whom an incubator or a station knows, it has known here before."""

    @wraps(actions.check_organizations)
    async def handle(tx: Transaction, events: Sequence[Received[OrganizationState]]) -> None:
        known = await actions.check_organizations(tx, events, policies=policies)
        if known:
            await follow_names(tx, known)
            await follow_units(tx, known)

    return handle


def make_handlers(policies: FormationPolicies) -> Handlers:
    """The table of handlers; checks are made under these policies."""
    follow_coverage = then_assign(partial(following.follow_coverage, policies=policies), policies)
    follow_party = in_turn(project_facts, follow_coverage, named=follow_coverage)
    follow_states = then_assign(check_and_follow(policies), policies)
    end = in_turn(actions.end_organizations, follow_ends, follow_units, named=actions.end_organizations)
    follow_dissolution = partial(following.follow_dissolution, policies=policies)
    return Handlers(
        {
            OrganizationRegistered: follow_states,
            OrganizationChanged: follow_states,
            OrganizationDeregistered: then_assign(end, policies),
            PartyOrganizationEstablished: follow_party,
            PartyOrganizationChanged: follow_party,
            PartyOrganizationChangedV2: follow_party,
            PartyOrganizationDissolved: in_turn(
                project_end, follow_dissolution, follow_dissolved, named=follow_dissolution
            ),
            PartyOrganizationDeclined: follow_declined,
            FiledBodiesRecorded: partial(follow_filed, policies=policies),
            BodyRecorded: project_bodies,
        }
    )


PROJECTIONS = (
    Projection(
        "organizations",
        ("organizations", "party_organizations", "coverage_claims", "organization_stays", "coverage_spans"),
        Handlers(
            {
                OrganizationRegistered: projecting.project_states,
                OrganizationChanged: projecting.project_states,
                OrganizationDeregistered: projecting.project_ends,
                PartyOrganizationEstablished: projecting.project_coverage,
                PartyOrganizationChanged: projecting.project_coverage,
                PartyOrganizationChangedV2: projecting.project_coverage,
                PartyOrganizationDissolved: projecting.project_dissolutions,
            }
        ),
        # The registry's events do not hold the number of checks: it is counted from our own.
        complete=f"UPDATE pg_temp.organizations AS o SET checks = k.made FROM ({CHECKS_MADE}) AS k "  # noqa: S608 - ours
        "WHERE k.organization_id = o.id AND o.checks <> k.made",
    ),
    Projection("filed_bodies", ("filed_bodies",), Handlers({FiledBodiesRecorded: project_filed})),
    Projection("bodies", ("bodies",), Handlers({BodyRecorded: project_bodies})),
    Projection(
        "party-facts",
        ("party_facts",),
        Handlers(
            {
                PartyOrganizationEstablished: project_facts,
                PartyOrganizationChanged: project_facts,
                PartyOrganizationChangedV2: project_facts,
                PartyOrganizationDissolved: project_end,
            }
        ),
    ),
)
"""What a replay may rebuild: organizations, who covers them, filed and superior bodies. The rest are decisions."""
