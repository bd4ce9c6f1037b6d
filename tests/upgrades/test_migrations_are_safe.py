"""No migration may hurt the version that is still running: squawk reads what each of them would run."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.schema.migrate import render_sql, scripts_of
from shuangfu.services import SERVICES

SQUAWK = Path(sys.executable).with_name("squawk")
NOT_ASKED = (
    # Style, which is ours: integers that count to a hundred, the version's column that Alembic creates.
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-text-field",
    "prefer-robust-stmts",
    # Set by `shared/schema/migrate.py` in each migration's transaction, which Alembic's rendering opens once more.
    "require-lock-timeout",
    "require-statement-timeout",
    "transaction-nesting",
)
RELEASED = {
    f"{service}_0002": {"require-concurrent-index-creation", "column-default-of-a-function"} for service in SERVICES
}
"""What was let through in version 0.1.0, before which nobody had data. It is not added to."""
RELEASED["registry_0002"] |= {"adding-not-nullable-field", "rewrites-rows"}

SMALL = {
    revision: {"require-concurrent-index-creation"}
    for revision in (
        *("incubation_0005", "registry_0008", "evaluation_0006", "incubation_0007", "funding_0006", "incubation_0010"),
        *("registry_0016", "incubation_0019", "funding_0017", "funding_0032"),
        *("evaluation_0037", "evaluation_0038"),
        *("registry_0044", "incubation_0036", "evaluation_0039", "funding_0035"),
        "evaluation_0040",
    )
}
"""Indexes of small tables, for whose time writers wait.

Of incubation_0005: on a column that is new, so empty. Of the others: measured 0.65 s for 240,000 organizations, six
times what Shanghai has, and 0.5 s for as many coverages; the other services' tables have one row a year of each.
Of incubation_0010 and incubation_0019: the cases, few more than organizations. Of registry_0016: the Party
organizations, some thousands. Of funding_0017: the grants, a few a Party organization and year. Of funding_0032: the
lines of payment orders, few more than grants. Of evaluation_0037: the Party organizations; of evaluation_0038: the
evaluations, one of each a year. Of registry_0044, incubation_0036, evaluation_0039 and funding_0035: the readings in
the audit trail, a small part of it, for which the trail is read once. Of evaluation_0040: on a column that is new, so
empty.
"""
LOOSENED = {"funding_0020": {"ban-drop-not-null", "ban-drop-constraint", "require-concurrent-index-creation"}}
"""Constraints that only become wider: what the version before writes is within both.

Of funding_0020: a ledger transaction need not be a grant's, and may be of more kinds. The version before shows entries
of grants; a list of it that meets another entry fails until it is replaced. Its indexes are of a table with two rows a
grant.
"""
RELEASED |= SMALL | LOOSENED
RELEASED["funding_0017"].add("ban-drop-not-null")
"""A grant without an evaluation or a year comes from a run, which nobody orders before this version serves."""
RELEASED["evaluation_0024"] = {"ban-drop-constraint"}
"""Its check is there again in the same transaction, and lets one word more in."""

WIDENED = {
    "registry_0046": {"ban-drop-constraint"},
    "incubation_0033": {"ban-drop-constraint"},
    "funding_0028": {
        "ban-drop-constraint",
        "require-concurrent-index-creation",
        "require-concurrent-index-deletion",
    },
    "funding_0029": {"require-concurrent-index-creation", "require-concurrent-index-deletion"},
    "funding_0033": {"ban-drop-constraint", "require-concurrent-index-creation"},
    "funding_0036": {"require-concurrent-index-creation", "require-concurrent-index-deletion"},
}
"""A check is replaced by a wider one: what the version before writes is allowed by both.

Of funding_0028 and funding_0029, a unique index, too, which no statement of the version before names: of the lines of
payment orders, few more than grants; of the ledger's transactions, two a grant and the vouchers. Of funding_0029, two
indexes of the grants on columns that are new, so empty. Of funding_0033, one of the claims for dues, one a holder and
year: the version before makes first claims alone, which are unique by it too. Of funding_0036, two unique indexes of
the grants, which no statement of the version before names: of fewer grants than before.
"""
RELEASED |= WIDENED
RELEASED["registry_0042"] = {"require-concurrent-index-deletion"}
"""The index of names, which its table's triggers replace: a search of the version before is slower for that time."""

# What squawk has no rule for, or cannot know.
OWN_RULES = {
    "rewrites-rows": r"^\s*(UPDATE|DELETE FROM|TRUNCATE|MERGE INTO)\b",
    "column-default-of-a-function": r"\bADD COLUMN\b[^;]*\bDEFAULT\s+(?!now\(\)|current_)\w+\(",
    "drops-what-is-used": r"^\s*DROP (FUNCTION|TRIGGER|(MATERIALIZED )?VIEW|TYPE|SEQUENCE|SCHEMA|POLICY)\b",
    "takes-a-right-away": r"^\s*REVOKE\b(?![^;]*\bFROM PUBLIC\b)",
    "locks-a-table": r"^\s*LOCK\b",
    "rewrites-a-table": r"^\s*(VACUUM FULL|CLUSTER|REINDEX(?! .*CONCURRENTLY))\b",
    "renames": r"\bRENAME\b",
}
_BODY = re.compile(r"(\$\w*\$).*?\1", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")


def revisions(service: str) -> list[str]:
    scripts = scripts_of(service)
    return [script.revision for script in scripts.walk_revisions()][::-1]


STEPS = [
    (service, before, after)
    for service in SERVICES
    for before, after in zip(["base", *revisions(service)], revisions(service), strict=False)
]


def find_unsafe(sql: str) -> dict[str, list[str]]:
    """Rule to the messages of a script."""
    command = [SQUAWK, "--pg-version=18", "--assume-in-transaction", "--reporter=json"]
    command += [f"--exclude={','.join(NOT_ASKED)}", "--stdin-filepath=migration.sql"]
    done = subprocess.run(command, input=sql, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stdout):
        found.setdefault(one["rule_name"], []).append(f"line {one['line'] + 1}: {one['message']}")
    # Bodies of functions run later, not now.
    for statement in _COMMENT.sub("", _BODY.sub("", sql)).split(";"):
        for rule, pattern in OWN_RULES.items():
            if re.search(pattern, statement, re.IGNORECASE) and "alembic_version" not in statement:
                found.setdefault(rule, []).append(statement.strip())
    return found


@pytest.mark.parametrize(("service", "before", "after"), STEPS)
def test_migration__is_safe_while_the_version_before_it_runs(service: str, before: str, after: str) -> None:
    found = find_unsafe(render_sql(service, before, after))
    if before == "base":
        return  # there is no version before it
    unsafe = {rule: places for rule, places in found.items() if rule not in RELEASED.get(after, ())}
    assert unsafe == {}, f"{after} would stop or break the version that is running"
    assert RELEASED.get(after, set()) <= found.keys(), "an exception that nothing needs"


UNSAFE = {
    "ban-drop-column": "ALTER TABLE organizations DROP COLUMN street;",
    "ban-drop-table": "DROP TABLE coverages;",
    "renaming-column": "ALTER TABLE organizations RENAME COLUMN name TO title;",
    "renaming-table": "ALTER TABLE organizations RENAME TO bodies;",
    "adding-required-field": "ALTER TABLE organizations ADD COLUMN more text NOT NULL;",
    "adding-not-nullable-field": "ALTER TABLE organizations ALTER COLUMN carrier SET NOT NULL;",
    "changing-column-type": "ALTER TABLE organizations ALTER COLUMN full_members TYPE bigint;",
    "require-concurrent-index-creation": "CREATE INDEX ix_more ON organizations (carrier);",
    "constraint-missing-not-valid": "ALTER TABLE organizations ADD CONSTRAINT ck_more CHECK (full_members >= 0);",
    "disallowed-unique-constraint": "ALTER TABLE organizations ADD CONSTRAINT uq_more UNIQUE (name);",
    "adding-foreign-key-constraint": (
        "ALTER TABLE imports ADD CONSTRAINT fk_more FOREIGN KEY (id) REFERENCES organizations (id);"
    ),
    "rewrites-rows": "UPDATE organizations SET street = '';",
    "column-default-of-a-function": "ALTER TABLE organizations ADD COLUMN more uuid DEFAULT gen_random_uuid();",
    "drops-what-is-used": "DROP FUNCTION outbox_prepare;",
    "takes-a-right-away": "REVOKE INSERT ON organizations FROM shuangfu_runtime;",
    "locks-a-table": "LOCK TABLE organizations;",
    "rewrites-a-table": "CLUSTER organizations;",
}


@pytest.mark.parametrize("rule", UNSAFE)
def test_check__finds_what_is_unsafe(rule: str) -> None:
    assert rule in find_unsafe(UNSAFE[rule])


SAFE = (
    "CREATE TABLE more (id uuid NOT NULL, CONSTRAINT pk_more PRIMARY KEY (id)); CREATE INDEX ix_more ON more (id);",
    "ALTER TABLE organizations ADD COLUMN more text;",
    "ALTER TABLE organizations ADD COLUMN more integer NOT NULL DEFAULT 0;",
    "ALTER TABLE organizations ADD CONSTRAINT ck_more CHECK (full_members >= 0) NOT VALID;",
    "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE organizations SET street = '' $$;",
    "REVOKE ALL ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO shuangfu_runtime;",
)


@pytest.mark.parametrize("sql", SAFE)
def test_check__lets_safe_ones_through(sql: str) -> None:
    assert find_unsafe(sql) == {}


def test_history__is_one_line_from_the_first_to_the_last() -> None:
    for service in SERVICES:
        scripts = scripts_of(service)
        assert len(scripts.get_heads()) == 1
        assert [script.down_revision for script in scripts.walk_revisions()] == [*revisions(service)[:-1][::-1], None]
