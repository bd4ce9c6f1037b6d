"""What happened between the funds and one recipient, in one order over the tables of several modules: SELECTs alone.

A page is one order over all of them, so the union stands here. What units do not see of the ledger, a unit does see
where it is its own: `entries_of` is asked once the recipient was found in the caller's own scope.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.funding.grants.recipients.reach import all_of, reaches
from services.funding.ledger.queries import DAY
from shared.db.access import SYSTEM_PATTERNS
from shared.db.session import Record, Transaction

_CHINA_DAY = "(({0} AT TIME ZONE 'Asia/Shanghai')::date)"
# By the projection, else by the last that was stored of it.
_RECIPIENT = text(
    "SELECT name, kind, division, established_on, dissolved_on FROM ("
    "SELECT 1 AS rank, NULL::timestamptz AS at, name, kind, division, established_on, dissolved_on "
    "FROM party_organizations WHERE id = :recipient AND name IS NOT NULL "
    "UNION ALL SELECT 2, raised_at, recipient_name, NULL, division, NULL, NULL FROM grants "
    "WHERE recipient_id = :recipient "
    "UNION ALL SELECT 3, NULL, holder_name, NULL, division, NULL, NULL FROM dues_years WHERE holder_id = :recipient "
    "UNION ALL SELECT 4, NULL, NULL, NULL, division, NULL, dissolved_on FROM party_organizations WHERE id = :recipient "
    "UNION ALL SELECT 5, decided_at, NULL, NULL, division, NULL, NULL FROM grant_decisions "
    "WHERE recipient_id = :recipient) AS known ORDER BY rank, at DESC LIMIT 1"
)
# A decision stays where it was made: whoever sees the grant that it raised, and that moved since, sees it as well.
_DECISIONS = (
    f"SELECT {_CHINA_DAY.format('d.decided_at')} AS day, d.decided_at AS at, 1 AS rank, d.id::text AS ref, "  # noqa: S608 - fixed
    "'decision' AS kind, d.outcome AS what, NULL AS by, d.grant_id, d.scheme, d.year, d.amount_fen, NULL AS note, "
    "d.reasons FROM grant_decisions d LEFT JOIN grants g ON g.id = d.grant_id WHERE d.recipient_id = :recipient "
    "AND (d.division LIKE ANY (string_to_array(:scope, ',')) OR g.division LIKE ANY (string_to_array(:scope, ',')))"
)
# What changed a grant's amount, by the version that it changed with: an amendment before the payment, and a payment
# that the bank sent back after one.
_CHANGES = (
    "WITH of_step AS (SELECT s.*, row_number() OVER (PARTITION BY s.grant_id, s.step ORDER BY s.version) AS number "
    "FROM grant_steps s JOIN grants g ON g.id = s.grant_id WHERE g.recipient_id = :recipient), "
    "changes AS (SELECT s.grant_id, s.version, a.from_fen AS before_fen FROM of_step s JOIN grant_amendments a "
    "ON (a.grant_id, a.number) = (s.grant_id, s.number) WHERE s.step = 'amendment' AND a.state_before <> 'paid' "
    "UNION ALL SELECT s.grant_id, s.version, (r -> 'facts' ->> 'amount_fen')::bigint FROM of_step s "
    "JOIN grants g ON g.id = s.grant_id CROSS JOIN LATERAL jsonb_array_elements(g.reasons) AS r "
    "WHERE s.step = 'bank_return' AND r ->> 'rule' = 'R-bank-return' AND (r ->> 'as_of')::timestamptz = s.at) "
)
# The reasons of a step are those that it added to the grant. Its amount is the grant's as it was then, or what the step
# itself is about: what came back, what was used, what it was amended to.
_STEP_AMOUNT = (
    "COALESCE((SELECT (r -> 'facts' ->> u.fact)::bigint FROM jsonb_array_elements(g.reasons) AS r JOIN (VALUES "
    "('balance_return', 'R-balance-return', 'amount_fen'), ('use_report', 'R-use-report', 'reported_fen'), "
    "('final_settlement', 'R-settlement', 'used_fen'), ('amendment', 'R-amendment', 'to_fen')) "
    "AS u(step, rule, fact) ON (u.step, u.rule) = (s.step, r ->> 'rule') "
    "WHERE (r ->> 'as_of')::timestamptz = s.at LIMIT 1), "
    "(SELECT c.before_fen FROM changes c WHERE c.grant_id = s.grant_id AND c.version > s.version "
    "ORDER BY c.version LIMIT 1), g.amount_fen)"
)
_EVENTS = (
    f"{_CHANGES} SELECT {_CHINA_DAY.format('s.at')} AS day, s.at, 2 AS rank, "  # noqa: S608 - fixed
    "s.grant_id || '/' || lpad(s.version::text, 9, '0') AS ref, 'step' AS kind, s.step AS what, "
    "COALESCE(s.taken_by, CASE s.step WHEN 'raised' THEN g.raised_by WHEN 'review' THEN g.reviewed_by "
    "WHEN 'approval' THEN g.approved_by WHEN 'payment' THEN g.paid_by END) AS by, s.grant_id, g.scheme, "
    f"COALESCE(g.of_year, g.year) AS year, {_STEP_AMOUNT} AS amount_fen, s.note, "
    "(SELECT COALESCE(jsonb_agg(r), '[]') "
    "FROM jsonb_array_elements(g.reasons) AS r WHERE (r ->> 'as_of')::timestamptz = s.at) AS reasons "
    "FROM grants g JOIN grant_steps s ON s.grant_id = g.id WHERE g.recipient_id = :recipient "
    f"UNION ALL SELECT {_CHINA_DAY.format('f.claimed_at')}, f.claimed_at, 3, f.id::text, 'refund', 'claimed', "
    "f.claimed_by, f.grant_id, NULL, f.year, f.amount_fen, NULL, f.reasons FROM dues_refunds f "
    "WHERE f.holder_id = :recipient OR f.receiver_id = :recipient "
    f"UNION ALL SELECT {_CHINA_DAY.format('a.awarded_at')}, a.awarded_at, 4, a.pool_id || '/' || lpad(a.round::text, "
    "9, '0'), 'award', 'awarded', a.awarded_by, a.grant_id, NULL, NULL, a.amount_fen, a.note, '[]'::jsonb "
    "FROM awards a WHERE a.recipient_id = :recipient"
)
_OF_GRANTS = (
    "SELECT of.id FROM grants JOIN ledger_transactions AS of ON of.grant_id = grants.id AND of.kind <> 'reversal' "
    "WHERE grants.recipient_id = :recipient"
)
# What the version before posted has no recipient of its own: it is its grant's.
_OWN = (
    f"SELECT {DAY.format('e')} AS day, e.posted_at AS at, e.id, e.transaction_id, t.kind AS what, t.posted_by AS by, "  # noqa: S608 - fixed
    "t.corrects, COALESCE(o.kind, t.kind) AS of_kind, t.grant_id, g.scheme, COALESCE(g.of_year, g.year) AS year, "
    "e.account, e.debit_fen, e.credit_fen, t.note "
    "FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id "
    "LEFT JOIN ledger_transactions o ON o.id = t.corrects LEFT JOIN grants g ON g.id = t.grant_id "
    "WHERE e.id IN (SELECT id FROM ledger_entries WHERE recipient_id = :recipient "
    f"UNION SELECT id FROM ledger_entries WHERE recipient_id IS NULL AND transaction_id IN ({_OF_GRANTS} "
    f"UNION ALL SELECT id FROM ledger_transactions WHERE corrects IN ({_OF_GRANTS}))) "
    "AND e.division LIKE ANY (string_to_array(:scope, ','))"
)
_ENTRIES = (
    "SELECT own.*, 5 AS rank, id::text AS ref, 'posting' AS kind, (sum(debit_fen - credit_fen) "  # noqa: S608 - fixed
    f"OVER (PARTITION BY account ORDER BY day, at, id))::bigint AS balance_fen FROM ({_OWN}) AS own"
)
_ACCOUNTS = text(
    "SELECT account, COALESCE(sum(debit_fen - credit_fen) FILTER (WHERE day < :since), 0)::bigint AS opening_fen, "  # noqa: S608 - fixed
    "COALESCE(sum(debit_fen) FILTER (WHERE day >= :since), 0)::bigint AS debit_fen, "
    "COALESCE(sum(credit_fen) FILTER (WHERE day >= :since), 0)::bigint AS credit_fen, "
    f"sum(debit_fen - credit_fen)::bigint AS closing_fen FROM ({_OWN}) AS own WHERE day <= :until "
    "GROUP BY account ORDER BY account"
)
# What is to be returned is approved no longer, and what came back paid no longer.
_SIGNED = (
    "CASE WHEN (corrects IS NULL) = (of_kind IN ('grant_approved', 'grant_paid')) THEN debit_fen ELSE -debit_fen END"
)
_MONEY = text(
    "SELECT "  # noqa: S608 - fixed
    + ", ".join(
        f"COALESCE(sum({_SIGNED}) FILTER (WHERE of_kind IN ({kinds}) AND day {when} :since), 0)::bigint AS {name}"
        for name, kinds, when in (
            ("approved_fen", "'grant_approved', 'grant_reduced'", ">="),
            ("paid_fen", "'grant_paid', 'grant_returned'", ">="),
            ("approved_before", "'grant_approved', 'grant_reduced'", "<"),
            ("paid_before", "'grant_paid', 'grant_returned'", "<"),
        )
    )
    + f" FROM ({_OWN}) AS own WHERE day <= :until"
)
_COUNTS = text(
    "SELECT count(DISTINCT grant_id) FILTER (WHERE kind = 'step') AS grants, "  # noqa: S608 - fixed
    "COALESCE(sum(amount_fen) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunds_fen, "
    "COALESCE(sum(amount_fen) FILTER (WHERE kind = 'award'), 0)::bigint AS awards_fen "
    f"FROM ({_EVENTS}) AS happened WHERE day BETWEEN :since AND :until"
)
_COUNT_DECISIONS = text(
    f"SELECT count(*) FROM ({_DECISIONS}) AS decided WHERE day BETWEEN :since AND :until"  # noqa: S608 - fixed
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its day, instant, kind, and its own id."""

    day: date
    at: datetime
    rank: int
    ref: str


def place_of(line: Record) -> Place:
    """Where a line stands."""
    return Place(line["day"], line["at"], line["rank"], line["ref"])


async def get_recipient(tx: Transaction, recipient: UUID) -> Record | None:
    """What is known of a recipient in the caller's scope; None where nothing is."""
    return await tx.record(_RECIPIENT, {"recipient": recipient})


async def list_lines(
    tx: Transaction, recipient: UUID, since: date, until: date, after: Place | None, limit: int
) -> list[Record]:
    """A page of what happened, in its order, and one line more where there is another page."""
    asked: dict[str, Any] = {"recipient": recipient, "since": since, "until": until, "most": limit + 1}
    async with all_of(tx, recipient):
        events = await tx.records(*_page(_EVENTS, asked, after))
    scope = await _scope(tx, recipient)
    async with tx.system_scope():
        own = {**asked, "scope": scope}
        decisions = await tx.records(*_page(_DECISIONS, own, after))
        entries = await tx.records(*_page(_ENTRIES, own, after))
    lines = sorted([*decisions, *events, *entries], key=lambda one: (one["day"], one["at"], one["rank"], one["ref"]))
    return lines[: limit + 1]


async def sum_up(tx: Transaction, recipient: UUID, since: date, until: date) -> tuple[Record, list[Record]]:
    """The totals of a period, and each account with its balance before and after it."""
    asked = {"recipient": recipient, "since": since, "until": until}
    async with all_of(tx, recipient):
        counts = await tx.record(_COUNTS, asked)
    scope = await _scope(tx, recipient)
    async with tx.system_scope():
        own = {**asked, "scope": scope}
        decisions = await tx.scalar(_COUNT_DECISIONS, own)
        money, accounts = await tx.record(_MONEY, own), await tx.records(_ACCOUNTS, own)
    assert counts is not None
    assert money is not None
    return {**counts, **money, "decisions": decisions}, accounts


async def _scope(tx: Transaction, recipient: UUID) -> str:
    """Of a recipient that is here now, all; of one that left, what was decided here."""
    return SYSTEM_PATTERNS if await reaches(tx, recipient) else tx.access.patterns()


def _page(lines: str, asked: dict[str, Any], after: Place | None) -> tuple[Any, dict[str, Any]]:
    statement = f"SELECT * FROM ({lines}) AS line WHERE day BETWEEN :since AND :until "  # noqa: S608 - fixed
    if after is not None:
        statement += 'AND (day, at, rank, ref COLLATE "C") > (:day, :at, :rank, :ref) '
        asked = {**asked, "day": after.day, "at": after.at, "rank": after.rank, "ref": after.ref}
    return text(statement + 'ORDER BY day, at, rank, ref COLLATE "C" LIMIT :most'), asked
