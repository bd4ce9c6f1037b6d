"""How pools are set aside and split, in memory."""

from hashlib import sha256
from uuid import UUID


def pool_of(base: int, share: int) -> int:
    """Half up, and never above a tenth."""
    return min((base * share + 5_000) // 10_000, base // 10)


def parts_of(amount: int, weights: dict[UUID, int], lot: str) -> dict[UUID, int]:
    """Whole fen by weight; what is left goes, one by one, to the largest fractions, the heaviest, the lot's first."""
    whole = sum(weights.values())
    parts = {one: amount * weight // whole for one, weight in weights.items()}

    def first(one: UUID) -> tuple[int, int, str]:
        return parts[one] * whole - amount * weights[one], -weights[one], sha256(f"{lot}/{one}".encode()).hexdigest()

    for one in sorted(weights, key=first)[: amount - sum(parts.values())]:
        parts[one] += 1
    return parts
