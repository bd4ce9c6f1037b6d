"""What a cycle needs before it can open. Pure."""

from collections.abc import Collection

from services.evaluation.policies import RatingParameters


def missing_types(policy: RatingParameters, known: Collection[str]) -> list[str]:
    """Types that the policy assigns and that no indicator system rates."""
    return sorted({*policy.default_types.values(), policy.fallback_type} - set(known))
