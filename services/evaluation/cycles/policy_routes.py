"""GET the evaluation policies."""

from services.evaluation.policies import EvaluationParameters
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies


class EvaluationPolicyOut(PolicyOut[EvaluationParameters]):
    """An evaluation policy: cut-offs and caps, the stage that decides, who is rated by which system."""


router = create_policies("/evaluation-policies", "evaluation_policies", EvaluationPolicyOut, Permission.EVALUATION_READ)
