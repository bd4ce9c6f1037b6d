"""How funding's decisions are compared with the evaluations that they are about, and what holds of its ledger."""

from services.funding.grants.events import UNANNOUNCED
from services.funding.ledger.verifying import DRIFTING, OUT_OF_BALANCE
from shared.reconciliation import Comparison, Invariant, Reconciliation

# The newest decision on each evaluation; one that entitles without a grant counts as none.
_DECISIONS = """
SELECT DISTINCT ON (d.evaluation_id) d.evaluation_id AS id, d.recipient_id AS party_organization_id, d.division,
    d.year, (d.facts->>'star')::smallint AS star, ARRAY[d.evaluation_id] AS subjects
FROM grant_decisions d
WHERE d.trigger = 'evaluation' AND (d.outcome = 'none' OR EXISTS (
    SELECT FROM grants g
    WHERE g.id = d.grant_id
        AND (g.recipient_id, g.scheme, COALESCE(g.of_year, g.year)) = (d.recipient_id, d.scheme, d.year)
))
ORDER BY d.evaluation_id, d.id DESC
"""
_NOT_POSTED = """
SELECT g.id || ' (' || g.state || ')' AS example FROM grants g LEFT JOIN LATERAL (
    SELECT sum(e.debit_fen) FILTER (WHERE t.kind = 'grant_approved') AS approved,
           sum(e.debit_fen) FILTER (WHERE t.kind = 'grant_paid') AS paid
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
    WHERE t.grant_id = g.id AND NOT EXISTS (
        SELECT FROM ledger_transactions r WHERE r.corrects = t.id)
) AS k ON true
WHERE g.state <> 'reversed' AND (
    k.approved IS DISTINCT FROM CASE WHEN g.state IN ('approved', 'paid') THEN g.amount_fen END
    OR k.paid IS DISTINCT FROM CASE WHEN g.state = 'paid' THEN g.amount_fen END)
ORDER BY g.id
"""
_PARTY_ORGANIZATIONS = """
SELECT p.id, p.division, p.form, p.dissolved_on, p.sequence, p.name, p.kind, p.established_on,
    COALESCE((
        SELECT array_agg((c->>'organization_id')::uuid ORDER BY (c->>'organization_id')::uuid)
        FROM jsonb_array_elements(p.covers) AS c WHERE c->>'until' IS NULL
    ), '{}') AS covers,
    ARRAY[p.id] AS subjects
FROM party_organizations p
"""
# Its step after the dissolution that somebody gave a reason for: a release, or the payment itself.
_TO_DISSOLVED = """
SELECT g.id || ' (' || g.state || ')' AS example
FROM grants g JOIN party_organizations p ON p.id = g.recipient_id
WHERE p.dissolved_on IS NOT NULL AND g.state IN ('raised', 'reviewed', 'approved', 'paid')
    AND NOT (g.state = 'paid' AND EXISTS (
        SELECT FROM grant_steps s WHERE s.grant_id = g.id AND s.step = 'payment' AND s.at <= p.dissolved_at))
    AND NOT EXISTS (
        SELECT FROM grant_steps s WHERE s.grant_id = g.id AND s.at > p.dissolved_at AND s.note IS NOT NULL
            AND s.step IN ('release', 'payment'))
ORDER BY g.id
"""
# By the registry's news alone, whatever the grants claim: whom a recipient covered at the year's end or, where it
# covered nobody then, last (as `stands_for` has it); of a run, on the day that was counted. A grant that is held
# stands for nobody yet.
_COUNTED_TWICE = """
WITH spans AS (
    SELECT g.id, CASE WHEN g.period = 'once' THEN 0 ELSE COALESCE(g.of_year, g.year) END AS year,
        concat(g.purpose, '@' || NULLIF(g.level, 'city'),
            '/' || NULLIF(NULLIF(split_part(g.period, '/again-', 1), g.of_year::text), 'once')) AS purpose,
        c.organization_id, c.since <= d.day AND COALESCE(c.until > d.day, true) AS that_day,
        COALESCE(c.until, 'infinity') = max(COALESCE(c.until, 'infinity')) OVER (PARTITION BY g.id) AS latest
    FROM grants g JOIN party_organizations p ON p.id = g.recipient_id
    CROSS JOIN LATERAL (
        SELECT COALESCE((g.snapshot->>'covered_on')::date, LEAST(make_date(COALESCE(g.of_year, g.year), 12, 31),
            (now() AT TIME ZONE 'Asia/Shanghai')::date)) AS day) AS d
    CROSS JOIN LATERAL jsonb_to_recordset(p.covers) AS c(organization_id uuid, since date, until date)
    WHERE g.state IN ('raised', 'reviewed', 'approved', 'paid') AND (g.trigger <> 'claim'
        OR split_part(g.period, '/again-', 1) = g.of_year::text)
), counted AS (
    SELECT id, year, purpose, organization_id
    FROM (SELECT *, bool_or(that_day) OVER (PARTITION BY id) AS some FROM spans) s
    WHERE CASE WHEN s.some THEN s.that_day ELSE s.latest END
    UNION SELECT c.grant_id, c.year, c.purpose, c.organization_id FROM grant_organizations c
    JOIN grants g ON g.id = c.grant_id AND g.state IN ('raised', 'reviewed', 'approved', 'paid')
)
SELECT organization_id || ' (' || year || ': ' || string_agg(DISTINCT id::text, ', ') || ')' AS example FROM counted
GROUP BY organization_id, year, purpose HAVING count(DISTINCT id) > 1 ORDER BY 1
"""
# The members of the day that was stated last: what is known of earlier days has no other source.
_ORGANIZATIONS = """
SELECT o.id, CASE WHEN o.ended THEN 'deregistered' ELSE 'registered' END AS status, o.division, o.sequence,
    (c->>'full')::integer AS full_members, (c->>'probationary')::integer AS probationary_members,
    ARRAY[o.id] AS subjects
FROM organizations o LEFT JOIN LATERAL (
    SELECT c FROM jsonb_array_elements(o.counts) AS c ORDER BY (c->>'sequence')::bigint DESC LIMIT 1
) AS latest ON true
"""
# What is committed and paid of an appropriation is what its grants took; what was carried over came from others; of a
# closed year nothing is left.
_BUDGETS_OFF = """
SELECT a.code || ' (' || a.committed_fen || ', ' || a.paid_fen || ')' AS example
FROM appropriations a LEFT JOIN LATERAL (
    SELECT COALESCE(sum(c.amount_fen) FILTER (WHERE c.state <> 'released'), 0) AS committed,
           COALESCE(sum(c.amount_fen) FILTER (WHERE c.state = 'paid'), 0) AS paid
    FROM commitments c WHERE c.appropriation_id = a.id
) AS k ON true
WHERE (a.committed_fen, a.paid_fen) <> (k.committed, k.paid)
    OR a.state = 'closed' AND a.amount_fen + a.carried_fen <> a.committed_fen + a.carried_out_fen + a.lapsed_fen
    OR a.carried_fen <> (SELECT COALESCE(sum(o.carried_out_fen), 0) FROM appropriations o WHERE o.successor_id = a.id)
ORDER BY a.code
"""
# A grant shows its last order, and there what its line says; one that was paid past any shows none. What failed or was
# withdrawn may have been amended since.
_ORDERS_OFF = """
SELECT l.reference || ' (' || l.state || ', ' || g.state || ')' AS example
FROM payment_order_lines l JOIN grants g ON g.id = l.grant_id
WHERE l.state IN ('ordered', 'paid') AND l.amount_fen <> g.amount_fen
    OR l.state = 'paid' AND g.state NOT IN ('paid', 'reversed')
    OR l.state = 'ordered' AND (g.state, g.order_state, g.order_id) IS DISTINCT FROM ('approved', 'ordered', l.order_id)
    OR l.order_id = g.order_id AND (g.order_state <> l.state OR g.state = 'paid' AND l.state <> 'paid')
ORDER BY l.reference
"""
# The history has a row for each version of a grant. An amendment publishes nothing where the grant was paid.
_UNANNOUNCED = f"""
SELECT s.grant_id::text AS subject, s.version AS sequence FROM (
    SELECT *, row_number() OVER (PARTITION BY grant_id, step ORDER BY version) AS number FROM grant_steps
) AS s
WHERE s.step IN ({", ".join(f"'{step}'" for step in UNANNOUNCED)}) OR s.step = 'amendment' AND EXISTS (
    SELECT FROM grant_amendments a WHERE (a.grant_id, a.number, a.state_before) = (s.grant_id, s.number, 'paid'))
"""  # noqa: S608 - fixed statements
_BY_TRAIL = "money was written past the service: `shuangfu audit verify --service funding`, then correct by its trail"

RECONCILIATION = Reconciliation(
    comparisons=(
        Comparison(
            "decisions on completed evaluations",
            ("grant_decisions",),
            "evaluation",
            "completed_evaluations",
            content="ROW(party_organization_id, division, year, star)",
            rows=_DECISIONS,
        ),
        Comparison(
            "Party organizations",
            ("party_organizations",),
            "registry",
            "party_organizations",
            # A dissolved one need not have a form here, and whom an area covers is not kept.
            content="ROW(division, dissolved_on, sequence, CASE WHEN dissolved_on IS NULL THEN form END, "
            "CASE WHEN dissolved_on IS NULL THEN ROW(name, kind, established_on)::text END, "
            "CASE WHEN dissolved_on IS NULL AND form IN ('standalone', 'joint', 'temporary') THEN covers END)",
            rows=_PARTY_ORGANIZATIONS,
        ),
        Comparison(
            "closed rectifications",
            ("closed_rectifications",),
            "evaluation",
            "closed_rectifications",
            content="ROW(evaluation_id, year, party_organization_id, sequence)",
            rows="SELECT *, ARRAY[id] AS subjects FROM closed_rectifications",
        ),
        Comparison(
            "members of organizations",
            ("organizations",),
            "registry",
            "organizations",
            # A deregistration carries nothing but itself.
            content="CASE WHEN status = 'deregistered' THEN ROW(status, sequence)::text "
            "ELSE ROW(status, sequence, division, full_members, probationary_members)::text END",
            rows=_ORGANIZATIONS,
        ),
    ),
    invariants=(
        Invariant("ledger transactions sum to zero", "ledger_transactions", OUT_OF_BALANCE, _BY_TRAIL),
        Invariant("balances are the fold of entries", "account_balances", DRIFTING, _BY_TRAIL),
        Invariant("appropriations are the fold of their commitments", "appropriations", _BUDGETS_OFF, _BY_TRAIL),
        Invariant("what orders paid are paid grants", "payment_order_lines", _ORDERS_OFF, _BY_TRAIL),
        Invariant("grants are posted", "grants", _NOT_POSTED, _BY_TRAIL),
        Invariant(
            "no grant goes to a dissolved Party organization without a reason",
            "grants",
            _TO_DISSOLVED,
            "what is open waits for a payment with a reason; what was paid is to be reclaimed or explained by hand",
        ),
        Invariant(
            "an organization counts in one grant a year",
            "grants",
            _COUNTED_TWICE,
            "two recipients were granted for one organization: keep the one that covered it on 31 December",
        ),
    ),
    unannounced=_UNANNOUNCED,
)
