"""Award pools (H33): a share of the certified retained dues, split by weight to the fen. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.funding.pools.errors import NOTHING, OUT_OF_SHARE
from services.funding.pools.policies import PoolParameters
from shared.contracts.base import Reason
from shared.field.money import BP_PER_WHOLE, apportion, share_bp
from shared.field.policies import Policy
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions

PoolState = Literal["open", "closed"]
PoolStep = Literal["distribution", "closing"]

TRANSITIONS: Transitions[PoolState, PoolStep] = Transitions(
    "award pool", {("open", "distribution"): "open", ("open", "closing"): "closed"}
)


def amount_of(base_fen: int, share: int, policy: Policy[PoolParameters], now: datetime) -> tuple[int, Reason]:
    """What a pool is: its share of the base, rounded half up and never above the policy's upper bound.

    Raises InvalidInput (422) for a share outside the policy's bounds.
    """
    least, most = policy.parameters.share_min_bp, policy.parameters.share_max_bp
    if not least <= share <= most:
        raise InvalidInput([FieldError("/share_bp", OUT_OF_SHARE, (("least", least), ("most", most)))])
    amount = min(share_bp(base_fen, share), base_fen * most // BP_PER_WHOLE)
    if amount == 0:
        raise InvalidInput([FieldError("/share_bp", NOTHING)])
    facts: dict[str, object] = {
        "base_fen": base_fen,
        "share_bp": share,
        "share_min_bp": least,
        "share_max_bp": most,
        "amount_fen": amount,
        "policy": policy.id,
    }
    return amount, Reason(rule="H33", outcome="set_aside", facts=facts, as_of=now)


def came_back(awards: Iterable[Mapping[str, Any]]) -> int:
    """What came back of awards: all of one that was reversed before it was paid, else what was returned."""
    return sum(one["back_fen"] for one in awards)


def split(amount_fen: int, weights: Mapping[UUID, int], lot: str) -> dict[UUID, int]:
    """The parts of an amount by weight, largest remainder first; they add up to it.

    Of equal remainders the larger weight comes first, and of equal weights whoever a lot puts first: the digest of
    `lot` and the recipient's id. So neither the order of the list nor that of registration decides.
    """
    ordered = sorted(weights, key=lambda one: (-weights[one], hashlib.sha256(f"{lot}/{one}".encode()).digest()))
    parts = apportion(amount_fen, [weights[one] for one in ordered])
    return dict(zip(ordered, parts, strict=True))


def why_split(
    number: int, amount_fen: int, left_fen: int, weights: Mapping[UUID, int], now: datetime, *, reversed_fen: int
) -> Reason:
    """A round, and by which rule it was split; `reversed_fen` came back of the rounds before, and was given again."""
    facts: dict[str, object] = {
        "round": number,
        "amount_fen": amount_fen,
        "left_fen": left_fen,
        "recipients": len(weights),
        "weights": sum(weights.values()),
        **({"reversed_fen": reversed_fen} if reversed_fen else {}),
    }
    return Reason(rule="R-pool-split", outcome="distributed", facts=facts, as_of=now)


def why_closed(left_fen: int, note: str | None, now: datetime) -> Reason:
    """That a pool is closed, with what stays retained."""
    return Reason(rule="H33", outcome="closed", facts={"left_fen": left_fen, "note": note}, as_of=now)
