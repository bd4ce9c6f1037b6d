"""GET the policies on what follows from a rating."""

from services.evaluation.consequences.deriving.policies import ConsequenceParameters
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies


class ConsequencePolicyOut(PolicyOut[ConsequenceParameters]):
    """A policy on consequences: what follows from which star, and by when."""


router = create_policies(
    "/consequence-policies", "consequence_policies", ConsequencePolicyOut, Permission.EVALUATION_READ
)
