"""Events that concern other divisions than their own: how the pull feed reads them, and nobody else.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.security import OWNER, RUNTIME

# The policy of the outbox goes by the event's own division, so that no query of a caller reads the others' rows: only
# this function does, as the owner, and only rows that name a division of the caller's scope.
OUTBOX_CONCERNING_V1 = f"""
{YIELD_TO_WRITERS_V1}
-- Divisions beside `division`, separated by commas.
ALTER TABLE outbox ADD COLUMN also_divisions text;
CREATE POLICY concerning ON outbox FOR SELECT TO {OWNER} USING (also_divisions IS NOT NULL);

CREATE FUNCTION outbox_concerning(after bigint, up_to bigint, of_types text[], at_most integer)
RETURNS TABLE (
    "position" bigint, id uuid, type text, subject text, sequence bigint, occurred_at timestamptz, division text,
    correlation_id text, causation_id text, traceparent text, data jsonb
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.position, o.id, o.type, o.subject, o.sequence, o.occurred_at, o.division, o.correlation_id,
        o.causation_id, o.traceparent, o.data
    FROM outbox o, (SELECT string_to_array(current_setting('shuangfu.scope', true), ',') AS patterns) AS s
    WHERE o.position > after AND o.position <= up_to AND o.also_divisions IS NOT NULL AND o.type = ANY (of_types)
      AND EXISTS (
          SELECT FROM unnest(string_to_array(o.also_divisions, ',')) AS d(one) WHERE d.one LIKE ANY (s.patterns))
      AND NOT COALESCE(o.division, '') LIKE ANY (s.patterns)
    ORDER BY o.position LIMIT at_most
$$;
REVOKE ALL ON FUNCTION outbox_concerning(bigint, bigint, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_concerning(bigint, bigint, text[], integer) TO {RUNTIME};
"""  # noqa: S608 - names of our own roles
