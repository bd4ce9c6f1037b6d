"""The reference of the commands says what the commands say, and that of the settings what the settings are."""

import re
from pathlib import Path

from shuangfu.console.configuration import ConsoleSettings
from shuangfu.reference import render
from shuangfu.services import SERVICES, settings_kind
from tests.conftest import REPOSITORY


def test_commands__the_page_is_what_the_commands_say() -> None:
    page = (Path(REPOSITORY) / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert page == render(), "`make commands` makes it anew"


def test_commands__every_one_is_there_and_every_option_is_explained() -> None:
    page = render()
    for command in ("replay", "reconcile", "policies load", "dead-letters retry", "keys rotate", "backup", "restore"):
        assert f"## `shuangfu {command}`" in page
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if row.rstrip(" |").endswith("`")] == []


def test_settings__every_one_is_there_and_no_other() -> None:
    page = (Path(REPOSITORY) / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    table = page.partition("Outside these:")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    known = {name.upper() for service in SERVICES for name in settings_kind(service).model_fields}
    known |= {name.upper() for name in ConsoleSettings.model_fields}
    assert named == known - {"SERVICE"}
