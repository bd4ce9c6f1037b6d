"""A pair's life: open until somebody says what it is. Pure."""

from typing import Literal

from services.registry.organizations.organization import Organization
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

DuplicateKind = Literal["same_name", "organization_code"]
"""The same name at the same address; or two unified codes with one organization code (GB 11714) in them."""
DuplicateState = Literal["open", "resolved"]
Verdict = Literal["same", "different", "succession"]

TRANSITIONS: Transitions[DuplicateState, Literal["resolution"]] = Transitions(
    "duplicate", {("open", "resolution"): "resolved"}
)
"""Every move of a pair."""

_NEITHER = Text(zh="须为这两家社会组织之一：{codes}。", en="It is one of these two: {codes}.")
_ENDED = Text(
    zh="保留的社会组织 {keep} 已注销，应保留在册的一家。",
    en="{keep}, which is kept, is deregistered: keep the one that is registered.",
)


def check_kept(pair: tuple[Organization, Organization], keep: str) -> list[FieldError]:
    """What bars one of a pair from being the one that is kept, by its code."""
    kept = next((one for one in pair if one.uscc == keep), None)
    if kept is None:
        return [FieldError("/keep", _NEITHER, (("codes", [one.uscc for one in pair]),))]
    if kept.content.status == "deregistered":
        return [FieldError("/keep", _ENDED, (("keep", keep),))]
    return []


def check_predecessor(pair: tuple[Organization, Organization], predecessor: str) -> list[FieldError]:
    """What bars one of a pair from being the predecessor, by its code."""
    if predecessor in [one.uscc for one in pair]:
        return []
    return [FieldError("/succession/predecessor", _NEITHER, (("codes", [one.uscc for one in pair]),))]
