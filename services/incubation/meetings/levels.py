"""Who writes the meetings of a level (H7, S4): its own officers, neither those below nor those above."""

from collections.abc import Mapping
from functools import partial

from services.incubation.meetings.errors import OtherLevel
from services.incubation.meetings.taking import MayWrite
from services.incubation.routine.policies import MeetingLevel
from shared.field.divisions import scope_prefix
from shared.web.identity.permissions import Role
from shared.web.identity.tokens import Actor

OFFICERS: Mapping[MeetingLevel, Role] = {
    "city": Role.DISTRICT_OFFICER,
    "district": Role.DISTRICT_OFFICER,
    "street": Role.STREET_OFFICER,
    "conference": Role.DISTRICT_OFFICER,
}
"""Tokens know no streets: what tells a street's officer from its district's is the role."""


def bar_of(caller: Actor, level: MeetingLevel, division: str) -> OtherLevel | None:
    """What bars a caller from the meetings of a level in a division: its role, or that it is of no such division."""
    if OFFICERS[level] in caller.roles and scope_prefix(division) in caller.scope:
        return None
    return OtherLevel(meeting_level=level, division=division, officer=str(OFFICERS[level]))


def may_write(caller: Actor) -> MayWrite:
    """The check that actions make before they write a meeting. Raises OtherLevel."""
    return partial(_check, caller)


def _check(caller: Actor, level: MeetingLevel, division: str) -> None:
    barred = bar_of(caller, level, division)
    if barred is not None:
        raise barred
