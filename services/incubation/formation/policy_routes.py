"""GET the formation policies."""

from services.incubation.policies import FormationPolicy
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies


class FormationPolicyOut(PolicyOut[FormationPolicy]):
    """A formation policy: which members count and from how many on, by when a case is due."""


router = create_policies("/formation-policies", "policies", FormationPolicyOut, Permission.FORMATION_READ)
