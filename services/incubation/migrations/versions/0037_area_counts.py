"""Filed bodies counted by division, year and end, and bodies by area: what the report of the year that runs adds up."""

from collections.abc import Mapping

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0037"
down_revision = "incubation_0036"

# As many rows of one key as there were writers at once; their sum is the count.
TABLES = """
CREATE TABLE filed_body_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    filed_year integer NOT NULL,
    until date,
    bodies bigint NOT NULL,
    CONSTRAINT pk_filed_body_counts PRIMARY KEY (id)
);
CREATE INDEX ix_filed_body_counts_division ON filed_body_counts (division text_pattern_ops, filed_year);
CREATE TABLE area_body_counts (
    id uuid NOT NULL,
    division text NOT NULL,
    area text NOT NULL,
    filed boolean NOT NULL,
    bodies bigint NOT NULL,
    CONSTRAINT pk_area_body_counts PRIMARY KEY (id)
);
CREATE INDEX ix_area_body_counts_division ON area_body_counts (division text_pattern_ops, area);
"""


def counted(table: str, counts: str, keys: Mapping[str, tuple[str, str]], where: str) -> str:
    """SQL that keeps the counts of a table; `keys` are their columns, each with its type and what it is of a row.

    A writer adds to a row that no other transaction is writing to, or begins another: nobody waits for somebody else's
    commit. The triggers let no writer in until the migration's commit: what it counts is what they count on from.
    """
    names, numbers = ", ".join(keys), ", ".join(str(place) for place in range(1, len(keys) + 1))
    of_row = ", ".join(f"{of} AS {name}" for name, (_, of) in keys.items())
    new, old = (
        f"SELECT {of_row}, {one} AS one FROM {rows} r WHERE {where}"  # noqa: S608 - SQL of our own
        for one, rows in ((1, "new_rows"), (-1, "old_rows"))
    )
    arrays = ", ".join(f"array_agg(c.{name})" for name in keys)
    taken = ", ".join(f"of_{name}" for name in keys)
    same = " AND ".join(f"c.{name} IS NOT DISTINCT FROM of_{name}[place]" for name in keys)
    declared = "\n".join(f"    of_{name} {kind}[];" for name, (kind, _) in keys.items())
    values = ", ".join(f"of_{name}[place]" for name in keys)

    def changes(rows: str) -> str:
        return (
            f"SELECT {arrays}, array_agg(c.n) INTO {taken}, changes FROM (SELECT {names}, sum(one) AS n "  # noqa: S608 - as above
            f"FROM ({rows}) AS b GROUP BY {numbers} HAVING sum(one) <> 0) AS c;"
        )

    return f"""
CREATE FUNCTION count_{table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    scope text := current_setting('shuangfu.scope', true);
    units text := current_setting('shuangfu.units', true);
    changes bigint[];
{declared}
BEGIN
    IF TG_OP = 'INSERT' THEN
        {changes(new)}
    ELSIF TG_OP = 'DELETE' THEN
        {changes(old)}
    ELSE
        {changes(f"{new} UNION ALL {old}")}
    END IF;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('shuangfu.scope', '%', true), set_config('shuangfu.units', '', true);
    FOR place IN 1 .. array_length(changes, 1) LOOP
        UPDATE {counts} SET bodies = bodies + changes[place] WHERE id = (
            SELECT c.id FROM {counts} c WHERE {same} LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
        );
        IF NOT FOUND THEN
            INSERT INTO {counts} (id, {names}, bodies) VALUES (uuidv7(), {values}, changes[place]);
        END IF;
    END LOOP;
    PERFORM set_config('shuangfu.scope', scope, true), set_config('shuangfu.units', units, true);
    RETURN NULL;
END $$;
CREATE TRIGGER counts_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_{table}();
CREATE TRIGGER counts_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_{table}();
CREATE TRIGGER counts_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_{table}();
SELECT set_config('shuangfu.scope', '%', true);
INSERT INTO {counts} (id, {names}, bodies)
SELECT uuidv7(), {names}, n FROM (SELECT {of_row}, count(*) AS n FROM {table} r WHERE {where} GROUP BY {numbers}) AS c;
ANALYZE {counts};
"""  # noqa: S608 - SQL of our own


FILED = counted(
    "filed_bodies",
    "filed_body_counts",
    {
        "division": ("text", "r.division"),
        "filed_year": ("integer", "CAST(extract(year FROM r.filed_on) AS integer)"),
        "until": ("date", "r.until"),
    },
    "true",
)
INSIDE = counted(
    "area_bodies",
    "area_body_counts",
    {"division": ("text", "r.division"), "area": ("text", "r.area"), "filed": ("boolean", "r.filed")},
    "r.area IS NOT NULL",
)
# They repeat what the tables say that they count.
SECURED = "\n".join(
    secure_table(name, units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT")
    for name in ("filed_body_counts", "area_body_counts")
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLES, SECURED, FILED, INSIDE):
        run_script(op, script)
