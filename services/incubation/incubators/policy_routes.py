"""GET the policies on incubators."""

from services.incubation.incubating.policies import IncubatorPolicy
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies


class IncubatorPolicyOut(PolicyOut[IncubatorPolicy]):
    """A policy on incubators: what one needs before it may work."""


router = create_policies("/incubator-policies", "incubator_policies", IncubatorPolicyOut, Permission.FORMATION_READ)
