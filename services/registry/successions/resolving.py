"""Says what a pair of organizations is: one and the same, two, or one the other's successor."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.civil_affairs.writing import amend
from services.registry.claims.rules import Claim
from services.registry.duplicates import queries
from services.registry.duplicates.rules import TRANSITIONS, Verdict, check_kept, check_predecessor
from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.organizations.terms import Terms
from services.registry.successions.actions import succeed
from services.registry.successions.duplicate_schemas import DuplicateResolution
from services.registry.successions.schemas import SuccessionBody
from services.registry.successions.settling import settled_row
from shared.db.session import Record, Transaction
from shared.field.uscc import normalize
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

Both = tuple[Organization, Organization]
_MISSING = Text(zh="请填写此项。", en="This is needed.")
_NOT_ASKED = Text(zh="处理结果为“{verdict}”时不填此项。", en="This is not given with '{verdict}'.")


async def resolve(
    tx: Transaction, duplicate_id: UUID, body: DuplicateResolution, terms: Terms, *, if_match: Preconditions | None
) -> Record:
    """Note what the pair is; of one that is the same the one that is not kept is deregistered, and stays so.

    Raises NotFound, PreconditionFailed, OutsideScope where the caller's divisions do not hold both, IllegalTransition
    where it is resolved, InvalidInput, EventTooLarge.
    """
    row = await queries.lock(tx, duplicate_id)
    if row is None:
        raise NotFound(what="duplicate")
    check_version(if_match, row["version"])
    for side in ("division", "other_division"):
        check_reach(tx.access, row[side])
    move(TRANSITIONS, row["state"], "resolution")
    _check_asked(body)
    locked = {
        one.id: one for one in await organization_queries.lock_by_id(tx, [row["organization_id"], row["other_id"]])
    }
    both = locked[row["organization_id"]], locked[row["other_id"]]
    if body.succession is not None:
        return await _succeed(tx, duplicate_id, both, body, terms.now)
    kept = await _keep(tx, both, normalize(body.keep), terms) if body.keep is not None else None
    facts: dict[str, Any] = {"uscc": both[0].uscc, "other_uscc": both[1].uscc}
    facts |= {} if kept is None else {"keep": kept.uscc}
    settled = settled_row(row["id"], body.verdict, facts, body.reason, tx.access.actor, terms.now)
    return await queries.resolve(tx, settled | {"kept_id": kept and kept.id})


async def _keep(tx: Transaction, both: Both, keep: str, terms: Terms) -> Organization:
    """Deregister the other one, as of now: what says otherwise later is a matter for people again."""
    errors = check_kept(both, keep)
    if errors:
        raise InvalidInput(errors)
    kept, other = both if both[0].uscc == keep else (both[1], both[0])
    if other.content.status == "registered":
        as_of = max(other.as_of, terms.now)
        claim = Claim("correction", as_of, terms.now, tx.access.actor)
        ended = replace(other.content, status="deregistered")
        await amend(tx, other, ended, claim, terms.policies.affiliations, as_of=as_of)
    return kept


async def _succeed(tx: Transaction, duplicate_id: UUID, both: Both, body: DuplicateResolution, now: datetime) -> Record:
    assert body.succession is not None
    predecessor = normalize(body.succession.predecessor)
    errors = check_predecessor(both, predecessor)
    if errors:
        raise InvalidInput(errors)
    successor = next(one for one in both if one.uscc != predecessor)
    wanted = SuccessionBody(
        predecessor=predecessor, kind=body.succession.kind, on=body.succession.on, reason=body.reason
    )
    try:
        await succeed(tx, successor.uscc, wanted, now)
    except InvalidInput as refused:
        raise InvalidInput(
            [FieldError(f"/succession{one.pointer}", one.detail, one.facts) for one in refused.errors]
        ) from refused
    row = await queries.get(tx, duplicate_id)
    assert row is not None
    return row


def _check_asked(body: DuplicateResolution) -> None:
    """Which of the two is kept is asked of the same ones, how one succeeds of a succession. Raises InvalidInput."""
    needed: dict[Verdict, str] = {"same": "keep", "succession": "succession"}
    errors = []
    for verdict, name in needed.items():
        given = getattr(body, name) is not None
        if given and body.verdict != verdict:
            errors.append(FieldError(f"/{name}", _NOT_ASKED, (("verdict", body.verdict),)))
        elif not given and body.verdict == verdict:
            errors.append(FieldError(f"/{name}", _MISSING))
    if errors:
        raise InvalidInput(errors)
