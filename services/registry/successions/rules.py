"""Who may succeed whom, and since when. Pure: no I/O."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.registry.organizations.organization import Organization
from shared.problems.language import Text
from shared.problems.problems import FieldError

Kind = Literal["merger", "split", "new_code"]
ENDING: frozenset[Kind] = frozenset({"merger", "new_code"})
"""The predecessor is no more: its registration has ended."""

_ITSELF = Text(zh="社会组织不能承继自身。", en="An organization does not succeed itself.")
_CIRCLE = Text(
    zh="{predecessor} 本身（直接或间接）承继了 {organization}。",
    en="{predecessor} itself succeeded {organization}, directly or by others.",
)
_REGISTERED = Text(
    zh="合并或换发代码的，原社会组织 {predecessor} 须先办理注销。",
    en="By a merger or another code, predecessor {predecessor} is deregistered first.",
)
_AHEAD = Text(zh="{day} 尚未到来。", en="{day} is still to come.")
_EARLY = Text(zh="原社会组织 {earliest} 才登记。", en="The predecessor was registered on {earliest} only.")
_BOTH = Text(zh="承继者 {earliest} 才登记。", en="The successor was registered on {earliest} only.")


@dataclass(frozen=True, slots=True)
class Pair:
    """A successor and its predecessor, and all who came before the predecessor."""

    organization: Organization
    predecessor: Organization
    before: frozenset[UUID]


def check(pair: Pair, kind: Kind, on: date, today: date) -> list[FieldError]:
    """What bars the succession."""
    organization, predecessor = pair.organization, pair.predecessor
    if organization.id == predecessor.id:
        return [FieldError("/predecessor", _ITSELF)]
    errors = []
    if organization.id in pair.before:
        facts = (("predecessor", predecessor.uscc), ("organization", organization.uscc))
        errors.append(FieldError("/predecessor", _CIRCLE, facts))
    if kind in ENDING and predecessor.content.status == "registered":
        errors.append(FieldError("/predecessor", _REGISTERED, (("predecessor", predecessor.uscc),)))
    if on > today:
        errors.append(FieldError("/on", _AHEAD, (("day", on),)))
    elif on < predecessor.content.registered_on:
        errors.append(FieldError("/on", _EARLY, (("earliest", predecessor.content.registered_on),)))
    elif on < organization.content.registered_on:
        errors.append(FieldError("/on", _BOTH, (("earliest", organization.content.registered_on),)))
    return errors
