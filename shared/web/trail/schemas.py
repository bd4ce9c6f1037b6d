"""What the routes of the trail answer."""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from shared.audit.entries import ChainState
from shared.db.session import Record
from shared.web.routes import Page


class ReadingOut(BaseModel):
    """An entry of the trail: who did what, when, through which route, and where it stands in which chain.

    `authority` are the roles by which; `request_id` is the request's, or the event's that caused it.
    """

    at: AwareDatetime
    actor: str
    authority: str
    operation: str
    kind: str
    record: str
    division: str
    route: str
    request_id: str | None
    chain: str
    number: int
    hash: str


class TrailEntryOut(ReadingOut):
    """An entry with what changed. `holds`: whether the chain holds up to it; null where it was not recomputed there.

    `before` is null where something was created, `after` where it was removed; values that the trail hides are digests.
    """

    before: dict[str, Any] | None
    after: dict[str, Any] | None
    policy: str | None
    transaction: str
    holds: bool | None


class TrailChainOut(BaseModel):
    """A chain, recomputed from number `verified_from` to `verified_to`, and its end compared with its head.

    `finding` is null where it holds, else `deleted`, `edited` or `truncated`, at number `found_at`.
    """

    chain: str
    verified_from: int
    verified_to: int
    finding: str | None
    found_at: int | None


class TrailPage(Page[TrailEntryOut]):
    """Entries, the newest first, and the chains that those of the page stand in."""

    chains: list[TrailChainOut]


def chain_out(state: ChainState) -> TrailChainOut:
    """A chain as clients see it."""
    return TrailChainOut(
        chain=state.chain,
        verified_from=state.since,
        verified_to=state.until,
        finding=state.finding,
        found_at=state.place,
    )


def entry_out(row: Record, state: ChainState) -> TrailEntryOut:
    """An entry as clients see it."""
    diff = row["diff"]
    plain = {name: value for name, value in row.items() if name != "diff"}
    return TrailEntryOut(**plain, before=diff.get("before"), after=diff.get("after"), holds=state.holds(row["number"]))
