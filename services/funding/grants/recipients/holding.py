"""When grants are held: the recipient was dissolved, or another grant stands for its organizations. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.funding.coverage.rules import PartyOrganization, gone_by_then, stands_for, whom_it_covered
from services.funding.grants.rules import Grant
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.field.calendar import china_day
from shared.problems.transitions import Transitions, move

Following = Literal["holding", "relocation"]
"""What becomes of a grant by itself: it is held, or moves with its recipient."""

HOLDING: Transitions[GrantStateName, Following] = Transitions(
    "grant", {("raised", "holding"): "held", ("reviewed", "holding"): "held"}
)
"""Which grants are held by themselves; what is approved is owed."""

OPEN: tuple[GrantStateName, ...] = ("raised", "held", "reviewed")
"""States in which a grant follows its recipient; one that is approved is owed, and stays as it was decided."""

DISSOLVED, COUNTED_TWICE = "recipient_dissolved", "organization_counted_twice"


def explain_dissolved(party: PartyOrganization, as_of: datetime) -> Reason:
    """That the recipient was dissolved."""
    assert party.dissolved_on is not None
    facts: dict[str, object] = {"dissolved_on": party.dissolved_on.isoformat()}
    return Reason(rule="R-recipient-dissolved", outcome=DISSOLVED, facts=facts, as_of=as_of)


def explain_counted(taken: Mapping[UUID, UUID], as_of: datetime) -> Reason:
    """That other grants of the year stand for organizations: each counts once. `taken`: grant by organization."""
    facts: dict[str, object] = {
        "organizations": sorted(map(str, taken)),
        "grants": sorted({str(grant) for grant in taken.values()}),
    }
    return Reason(rule="R-counted-once", outcome=COUNTED_TWICE, facts=facts, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Change:
    """What its recipient's news mean for a grant: organizations that it gives up and claims, and reasons to hold it."""

    grant: Grant
    give_up: Sequence[UUID]
    claim: Sequence[UUID]
    hold: Sequence[Reason]


def counted_in(grant: Grant, party: PartyOrganization, now: datetime) -> list[UUID]:
    """The organizations that a grant stands for: those of the day that it was computed of, else those of its year."""
    if grant.covered_on is not None:
        return whom_it_covered(party, grant.covered_on)
    return stands_for(party, grant.year, china_day(now))


def follow_recipient(
    grant: Grant, party: PartyOrganization, claims: Collection[UUID], stated_at: datetime, now: datetime
) -> Change:
    """What a grant stands for follows its recipient's coverage until it is approved; after that it only gains, unless
    the news, stated at an instant, is older than the grant (history that is read late). One of a run stands for whom
    the recipient covered on the day that was counted, whatever comes after.

    A held grant of a recipient that was dissolved by the year's end stands for nothing, until it is released: whoever
    covers the organizations on 31 December comes first.
    """
    wanted = counted_in(grant, party, now)
    claim = [one for one in wanted if one not in claims]
    hold: list[Reason] = []
    if grant.state not in OPEN:
        late = [one for one in claims if one not in wanted] if stated_at < grant.raised_at else []
        return Change(grant, late, claim, ())
    if party.dissolved_on is not None:
        reason = explain_dissolved(party, now)
        if grant.state != "held" and not _said(grant, reason):
            hold.append(reason)
        if gone_by_then(party, grant.year) and (hold or grant.state == "held"):
            wanted = []
    give_up = [one for one in claims if one not in wanted]
    return Change(grant, give_up, [one for one in wanted if one not in claims], hold)


def hold_counted(grant: Grant, taken: Mapping[UUID, UUID], stated_at: datetime, now: datetime) -> list[Reason]:
    """The reason to hold a grant because others stand for its organizations, unless it was held for them before.

    News older than the grant holds nothing: of history that is read late, the next event may say otherwise.
    """
    if not taken or stated_at < grant.raised_at or (grant.state, "holding") not in HOLDING:
        return []
    reason = explain_counted(taken, now)
    return [] if _said(grant, reason) else [reason]


def _said(grant: Grant, reason: Reason) -> bool:
    """Whether the grant was held for just this before: whoever released it knew."""
    return any((one.rule, one.facts) == (reason.rule, reason.facts) for one in grant.reasons)


def hold(grant: Grant, reasons: Sequence[Reason]) -> Grant:
    """The grant's next version, held. Raises IllegalTransition."""
    state = move(HOLDING, grant.state, "holding")
    return replace(grant, state=state, version=grant.version + 1, reasons=[*grant.reasons, *reasons])


def relocate(grant: Grant, division: str) -> Grant:
    """The grant's next version, where its recipient is now."""
    return replace(grant, division=division, version=grant.version + 1)


def hold_drafted(grant: Grant, dissolved: Reason | None) -> tuple[Grant, list[Reason]]:
    """A grant that is to be reviewed (again), held where its recipient was dissolved meanwhile, and the reason that it
    adds. Its version is that of the step which drafted it. Whoever released it after the dissolution knew.
    """
    if dissolved is None or (grant.state, "holding") not in HOLDING or _said(grant, dissolved):
        return grant, []
    return replace(grant, state=move(HOLDING, grant.state, "holding"), reasons=[*grant.reasons, dissolved]), [dissolved]
