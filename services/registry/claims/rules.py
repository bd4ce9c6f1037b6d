"""Weighs what a data source says against what others said before. Pure: no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from services.registry.claim_terms.parts import OPTIONAL, PARTS, REGISTERING, DataSource, Part, Sayer
from services.registry.claim_terms.policies import PrecedencePolicy
from services.registry.organizations.organization import Content, Organization
from services.registry.organizations.rules import Effect


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said a part, and the last instant as of which that source said it; None: not recorded."""

    data_source: Sayer
    as_of: datetime
    recorded_at: datetime | None = None
    recorded_by: str | None = None


Claims = Mapping[Part, Claim]


@dataclass(frozen=True, slots=True)
class Said:
    """A content that a source sends, as of an instant."""

    content: Content
    claim: Claim
    unwritten: Content
    """What is stored as it would be stored now: sent again, it contradicts nothing."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A part that stays as it is, though another source says otherwise, and who said what stays."""

    part: Part
    stands: Claim
    fields: tuple[str, ...]
    """Those of the part that differ."""

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        stands = {"data_source": self.stands.data_source, "as_of": self.stands.as_of.isoformat()}
        return {"part": self.part, "fields": list(self.fields), **stands}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a registration does: the content after it, who said each part of it, and what it could not change."""

    effect: Effect
    content: Content
    claims: Claims
    disputes: tuple[Dispute, ...] = ()


def claims_of(organization: Organization, kept: Claims | None) -> Claims:
    """Who said each part; where nothing is kept, the registering authority said all that is stored."""
    return kept or dict.fromkeys(PARTS, Claim(REGISTERING, organization.as_of))


def is_plain(source: DataSource, kept: Claims | None) -> bool:
    """Whether nobody but the registering authority has spoken: then the later registration holds as a whole."""
    return source == REGISTERING and kept is None


def weigh(stored: Organization, claims: Claims, said: Said, policy: PrecedencePolicy) -> Weighed:
    """Take each part that the source may say, and keep what a stronger or later one said.

    Stale where nothing is taken and nothing disputed because all of it is older; contradicted where an equal source
    says another thing as of the same instant.
    """
    taken, disputes, kept_older = dict[Part, Claim](), list[Dispute](), False
    for part, claim in claims.items():
        weaker = _weaker(part, said.claim, claim, policy)
        older = said.claim.as_of < claim.as_of
        if part_of(said.content, part) == part_of(stored.content, part):
            confirms = said.claim.as_of > claim.as_of or (not older and _stronger(part, said.claim, claim, policy))
            if confirms and not weaker:
                taken[part] = said.claim
            kept_older = kept_older or older
        elif older:
            kept_older = True
            if _stronger(part, said.claim, claim, policy) and not _silent(said.content, part):
                disputes.append(_dispute(part, claim, stored.content, said.content))
        elif weaker:
            if not _silent(said.content, part):
                disputes.append(_dispute(part, claim, stored.content, said.content))
        elif (
            said.claim.as_of > claim.as_of
            or _stronger(part, said.claim, claim, policy)
            or part_of(said.content, part) == part_of(said.unwritten, part)
        ):
            taken[part] = said.claim
        else:
            return Weighed(Effect.CONTRADICTED, stored.content, claims)
    if kept_older and not taken and not disputes:
        return Weighed(Effect.STALE, stored.content, claims)
    content = take(stored.content, said.content, tuple(taken))
    effect = Effect.SAME if content == stored.content else Effect.CHANGED
    return Weighed(effect, content, {**claims, **taken}, tuple(disputes))


def corrected(claims: Claims, before: Content, after: Content, claim: Claim) -> Claims:
    """The claims after a correction: the parts that it changed are its own.

    What others said holds at most as of its instant: an instant that was wrong is corrected with it.
    """
    return {
        part: claim
        if part_of(before, part) != part_of(after, part)
        else replace(one, as_of=min(one.as_of, claim.as_of))
        for part, one in claims.items()
    }


def decided(claims: Claims, before: Content, after: Content, claim: Claim) -> Claims:
    """The claims after a decision: the parts that it changed are its own."""
    return {part: claim if part_of(before, part) != part_of(after, part) else one for part, one in claims.items()}


def take(stored: Content, said: Content, parts: Sequence[Part]) -> Content:
    """A content with these parts of another one."""
    values = said.columns()
    return replace(stored, **{field: values[field] for part in parts for field in PARTS[part]})


def part_of(content: Content, part: Part) -> tuple[Any, ...]:
    """The values of a part."""
    return tuple(getattr(content, field) for field in PARTS[part])


def _dispute(part: Part, stands: Claim, stored: Content, said: Content) -> Dispute:
    differing = (field for field in PARTS[part] if getattr(stored, field) != getattr(said, field))
    return Dispute(part, stands, tuple(differing))


def _silent(content: Content, part: Part) -> bool:
    return part in OPTIONAL and all(value is None for value in part_of(content, part))


def _weaker(part: Part, said: Claim, stands: Claim, policy: PrecedencePolicy) -> bool:
    order = policy.parts[part]
    if order.rank(said.data_source) <= order.rank(stands.data_source):
        return False
    return order.holds_days is None or said.as_of - stands.as_of <= timedelta(days=order.holds_days)


def _stronger(part: Part, said: Claim, stands: Claim, policy: PrecedencePolicy) -> bool:
    order = policy.parts[part]
    return order.rank(said.data_source) < order.rank(stands.data_source)


@dataclass(frozen=True, slots=True)
class Stored:
    """Claims on their way from and to their row: parts with one claim are written together."""

    claims: Claims

    @classmethod
    def of(cls, found: Sequence[Mapping[str, Any]]) -> Self:
        """The claims of a stored row."""
        claims: dict[Part, Claim] = {}
        for one in found:
            recorded_at = one["recorded_at"] and datetime.fromisoformat(one["recorded_at"])
            claim = Claim(one["data_source"], datetime.fromisoformat(one["as_of"]), recorded_at, one["recorded_by"])
            claims.update(dict.fromkeys(one["parts"], claim))
        return cls({part: claims[part] for part in PARTS})

    def document(self) -> list[dict[str, Any]]:
        """As they are stored."""
        together: dict[Claim, list[Part]] = {}
        for part, claim in self.claims.items():
            together.setdefault(claim, []).append(part)
        return [
            {
                "data_source": claim.data_source,
                "as_of": claim.as_of.isoformat(),
                "recorded_at": claim.recorded_at and claim.recorded_at.isoformat(),
                "recorded_by": claim.recorded_by,
                "parts": parts,
            }
            for claim, parts in together.items()
        ]
