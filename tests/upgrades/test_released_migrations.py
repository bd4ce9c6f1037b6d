"""A released migration runs the same SQL for ever, whatever becomes of the functions that it calls."""

import hashlib
import json
from pathlib import Path

import pytest

from shared.schema.migrate import render_sql
from tests.upgrades.test_migrations_are_safe import STEPS

RELEASED = Path(__file__).with_name("released") / "migrations.json"
"""By revision, the SHA-256 of what it runs. A revision is added when it is released, and none is ever changed."""
DIGESTS: dict[str, str] = json.loads(RELEASED.read_text("utf-8"))


@pytest.mark.parametrize(("service", "before", "after"), [step for step in STEPS if step[2] in DIGESTS])
def test_migration__runs_what_it_ran_when_it_was_released(service: str, before: str, after: str) -> None:
    sql = render_sql(service, before, after)
    assert hashlib.sha256(sql.encode()).hexdigest() == DIGESTS[after], "change it by a new migration"


def test_released__none_is_missing() -> None:
    assert DIGESTS.keys() <= {after for _, _, after in STEPS}
