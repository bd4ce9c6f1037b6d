"""A folder of policies is validated, compared, installed in one step, and followed by running services."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from sqlalchemy import text
from typer.testing import CliRunner, Result

from services.incubation.policies import FormationPolicy
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.field.followed import CHECK_SECONDS
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shuangfu.cli import app
from shuangfu.policy_folders.comparing import compare_folders
from shuangfu.policy_folders.reading import read_folder
from shuangfu.policy_folders.sealing import SEALS
from shuangfu.policy_folders.versions import SYSTEM_KIND
from shuangfu.services import SERVICES
from tests.conftest import SYSTEM


def day(later: int = 0) -> date:
    """Today plus `later` days, as the command sees it: a run may go on past midnight."""
    return china_day(utc_now()) + timedelta(days=later)


@pytest.fixture
def wanted(tmp_path: Path) -> Path:
    """A copy of the repository's policies, to be changed."""
    return Path(shutil.copytree(REPOSITORY_POLICIES, tmp_path / "wanted"))


def change(folder: Path, file: str, edit: Callable[[dict[str, Any]], object]) -> None:
    """Edit a file's content."""
    path = folder / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def add(folder: Path, file: str, source: str, **changes: Any) -> None:
    """A new file after another one."""
    shutil.copyfile(folder / source, folder / file)
    change(folder, file, lambda content: content.update(changes))


def outcomes(wanted: Path, today: date | None = None) -> dict[str, tuple[str, str]]:
    """(effect, why refused) of what does not stay as it is."""
    today = today or day()
    found = read_folder(wanted, today)
    assert found.faults == []
    changes = compare_folders(read_folder(REPOSITORY_POLICIES, today), found, today)
    return {change.version.id: (change.effect, change.refused) for change in changes if change.effect != "same"}


def test_reading__the_repositorys_own_are_in_order() -> None:
    found = read_folder(REPOSITORY_POLICIES, day())
    assert found.faults == []
    assert len(found.versions) == len(list(REPOSITORY_POLICIES.rglob("*.yaml")))


FAULTS: list[tuple[str, Callable[[dict[str, Any]], object], str, str]] = [
    (
        "hangzhou/formation.yaml",
        lambda c: c["parameters"].update(joint_max_units=0),
        "parameters.joint_max_units",
        "greater than 0",
    ),
    ("hangzhou/formation.yaml", lambda c: c["parameters"].update(misspelt=1), "parameters.misspelt", "not permitted"),
    ("hangzhou/formation.yaml", lambda c: c.update(efective_to="2026-01-01"), "efective_to", "not permitted"),
    ("hangzhou/formation.yaml", lambda c: c.pop("source"), "source", "required"),
    ("hangzhou/formation.yaml", lambda c: c.update(effective_from="soon"), "effective_from", "valid date"),
    (
        "hangzhou/formation.yaml",
        lambda c: c.update(effective_to=date(2010, 1, 1)),
        "effective_to",
        "before effective_from",
    ),
    ("hangzhou/formation.yaml", lambda c: c.update(region="浙江"), "region", "no prefix"),
    (
        "hangzhou/formation.yaml",
        lambda c: c.update(id="default-formation"),
        "id",
        "stands in default/formation.yaml too",
    ),
    ("default/formation.yaml", lambda c: c.update(region="3302"), "", 'no formation policy of region ""'),
    (
        "hangzhou/funding.yaml",
        lambda c: c["parameters"]["amounts_fen"].pop("BRANCH"),
        "parameters.amounts_fen",
        "no amount for BRANCH",
    ),
    (
        "default/evaluation.yaml",
        lambda c: c["parameters"].update(fallback_type="T99"),
        "parameters.default_types",
        "no indicator system T99",
    ),
    ("default/indicator_systems/T01.yaml", lambda c: c["levels"][0].update(points="99"), "", "do not sum to 99"),
    ("default/indicator_systems/T01.yaml", lambda c: c.update(year_too=2025), "year_too", "not permitted"),
    (
        "default/indicator_systems/T01.yaml",
        lambda c: c["levels"][0]["indicators"][0].update(point="6"),
        "levels.0.indicators.0.point",
        "not permitted",
    ),
    ("default/evaluation.yaml", lambda c: c["parameters"].update(misspelt=1), "parameters.misspelt", "not permitted"),
]


@pytest.mark.parametrize(("file", "edit", "where", "problem"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[3]}" for f in FAULTS])
def test_reading__each_fault_names_its_file_and_place(
    wanted: Path, file: str, edit: Callable[[dict[str, Any]], object], where: str, problem: str
) -> None:
    change(wanted, file, edit)
    # The first: what follows from it (a system that is missed elsewhere) comes after.
    fault = read_folder(wanted, day()).faults[0]
    assert (fault.file, fault.where) == (file, where)
    assert problem in fault.problem


def test_reading__a_fault_in_a_method_names_its_line_and_what(wanted: Path) -> None:
    file = wanted / "default/indicator_systems/T10-2026.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count('each: "1.75"') == 1
    file.write_text(text.replace('each: "1.75"', 'each: "9.5"'), encoding="utf-8")
    fault = read_folder(wanted, day()).faults[0]
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "code: C2" in one)
    assert (fault.file, fault.line, fault.where) == (
        "default/indicator_systems/T10-2026.yaml",
        line,
        "levels.2.indicators.1",
    )
    assert "indicator C2: one earns or costs 9.5, more than the indicator's 3.5 points" in fault.problem


def test_reading__a_misspelt_method_names_its_line(wanted: Path) -> None:
    file = wanted / "default/indicator_systems/T10-2026.yaml"
    text = file.read_text(encoding="utf-8").replace("question:", "qestion:")
    file.write_text(text, encoding="utf-8")
    misspelt = next(n for n, one in enumerate(text.splitlines(), 1) if "qestion" in one)
    faults = {fault.where.rpartition(".")[2]: fault for fault in read_folder(wanted, day()).faults}
    assert faults["qestion"].line == misspelt
    assert faults["question"].line == misspelt - 2


def test_h16_reading__a_published_version_never_changes(wanted: Path) -> None:
    change(wanted, "default/indicator_systems/T02.yaml", lambda content: content["name"].update(zh="别的"))
    [fault] = read_folder(wanted, day()).faults
    assert fault.file == "default/indicator_systems/T02.yaml"
    assert "T02 version 1 is sealed" in fault.problem


def test_h16_reading__a_published_version_stays(wanted: Path) -> None:
    (wanted / "default/indicator_systems/T02.yaml").unlink()
    assert ("T02 version 1", "is sealed and missing: a published version stays") in [
        (fault.where, fault.problem) for fault in read_folder(wanted, day()).faults
    ]


def test_h16_reading__a_published_version_may_end(wanted: Path) -> None:
    change(wanted, "default/indicator_systems/T02-2026.yaml", lambda content: content.update(year_to=2030))
    assert read_folder(wanted, day()).faults == []


def test_h16_comparing__a_system_may_end_with_last_year_because_open_cycles_keep_their_copy(wanted: Path) -> None:
    today = date(2026, 11, 29)
    file = "default/indicator_systems/T02-2026.yaml"
    active = read_folder(REPOSITORY_POLICIES, today)
    change(wanted, file, lambda content: content.update(year_to=2026))
    assert outcomes(wanted, date(2027, 2, 1)) == {"T02 version 2": ("ended", "")}
    [refused] = [
        one.refused
        for one in compare_folders(active, read_folder(wanted, today), date(2028, 2, 1))
        if one.effect != "same"
    ]
    assert "it cannot have ended on 2026-12-31" in refused


def test_reading__what_is_no_yaml_and_what_nobody_reads(wanted: Path) -> None:
    (wanted / "default/formation.yaml").write_text("id: [", encoding="utf-8")
    (wanted / "hangzhou/formatoin.yaml").write_text("id: x", encoding="utf-8")
    (wanted / "hangzhou/formation-2027.yml").write_text("id: x", encoding="utf-8")
    found = read_folder(wanted, day()).faults
    assert ("default/formation.yaml", "is no YAML") in {
        (fault.file, fault.problem.partition(":")[0]) for fault in found
    }
    faults = {fault.file: fault.problem for fault in found}
    assert "no service reads it" in faults["hangzhou/formatoin.yaml"]
    assert "no service reads it" in faults["hangzhou/formation-2027.yml"]


def test_comparing__ended_and_followed_by_a_new_version(wanted: Path) -> None:
    change(wanted, "hangzhou/formation.yaml", lambda content: content.update(effective_to=day()))
    add(
        wanted,
        "hangzhou/formation-2.yaml",
        "hangzhou/formation.yaml",
        id="hz-2",
        effective_from=day(1),
        effective_to=None,
    )
    assert outcomes(wanted) == {"hz-2013-formation": ("ended", ""), "hz-2": ("new", "")}


REFUSED: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    (
        "hangzhou/formation.yaml",
        lambda c: c["parameters"].update(case_due_days=31),
        "parameters.case_due_days would change",
    ),
    ("hangzhou/formation.yaml", lambda c: c.update(source="another"), "source would change"),
    ("hangzhou/formation.yaml", lambda c: c.update(effective_from=day(1)), "effective_from would change"),
    ("hangzhou/formation.yaml", lambda c: c.update(effective_to=day(-1)), "it is in force today"),
    ("hangzhou/formation.yaml", lambda c: c.update(region="3302"), "region would change"),
    (
        "default/evaluation.yaml",
        lambda c: c["parameters"]["rated_forms"].append("area"),
        "parameters.rated_forms would change",
    ),
    ("default/indicator_systems/T01.yaml", lambda c: c["name"].update(zh="别的"), "name.zh would change"),
]


@pytest.mark.parametrize(("file", "edit", "why"), REFUSED, ids=[one[2] for one in REFUSED])
def test_comparing__what_has_taken_effect_is_not_changed(
    wanted: Path, file: str, edit: Callable[[dict[str, Any]], object], why: str
) -> None:
    (wanted / SEALS[SYSTEM_KIND]).unlink()  # what a folder without seals is refused for
    change(wanted, file, edit)
    [(effect, refused)] = outcomes(wanted).values()
    assert effect == "changed"
    assert why in refused


def test_comparing__what_has_taken_effect_is_not_removed_and_what_has_not_may_be(wanted: Path, tmp_path: Path) -> None:
    (wanted / "shanghai/formation.yaml").unlink()
    assert outcomes(wanted) == {"sh-2015-formation": ("removed", "it has taken effect")}
    # On the day before it takes effect it may still go.
    assert outcomes(wanted, date(2015, 11, 22)) == {"sh-2015-formation": ("removed", "")}
    assert outcomes(wanted, date(2015, 11, 23))["sh-2015-formation"][1]


def test_comparing__dated_entries_are_added_not_rewritten(wanted: Path) -> None:
    def entry(day: date) -> dict[str, Any]:
        party = "00000000-0000-0000-0000-000000000001"
        return {"party_organization_id": party, "amount_fen": 5_000_000, "effective_from": day}

    def list_one(content: dict[str, Any], day: date) -> None:
        content["parameters"]["key_industry_committees"] = [entry(day)]

    change(wanted, "hangzhou/funding.yaml", lambda content: list_one(content, day(1)))
    assert outcomes(wanted) == {"hz-2013-annual": ("changed", "")}
    change(wanted, "hangzhou/funding.yaml", lambda content: list_one(content, day()))
    assert "key_industry_committees" in outcomes(wanted)["hz-2013-annual"][1]


@pytest.fixture
async def place(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Four databases and the folder that their services read, in the environment."""
    active = Path(shutil.copytree(REPOSITORY_POLICIES, tmp_path / "active"))
    monkeypatch.setenv("SHUANGFU_POLICIES", str(active))
    monkeypatch.setenv("SHUANGFU_OPERATOR", "操作员")
    for service in SERVICES:
        settings = await settings_for(service)
        for name, value in settings.model_dump(exclude_defaults=True, exclude={"service"}).items():
            monkeypatch.setenv(f"SHUANGFU_{service.upper()}_{name.upper()}", str(value))
    return active


async def load(*arguments: str | Path) -> Result:
    """`shuangfu policies load`, whose own event loop wants a thread of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["policies", "load", *map(str, arguments)])


async def actions(settings: ServiceSettings) -> list[Any]:
    database = Database(settings.database_url)
    async with database.transaction(SYSTEM) as tx:
        found = await tx.rows(text("SELECT operator, command, outcome, figures FROM operator_actions"))
    await database.close()
    return list(found)


async def recorded() -> dict[str, list[Any]]:
    from shared.settings import load_settings

    return {service: await actions(load_settings(service)) for service in SERVICES}


async def test_load__installs_records_everywhere_and_running_services_follow(place: Path, wanted: Path) -> None:
    book = read_policies(place, "formation", FormationPolicy)
    assert book.get("330106", day(1)).id == "hz-2013-formation"
    change(wanted, "hangzhou/formation.yaml", lambda content: content.update(effective_to=day()))
    add(
        wanted,
        "hangzhou/formation-2.yaml",
        "hangzhou/formation.yaml",
        id="hz-2",
        effective_from=day(1),
        effective_to=None,
    )
    dry = await load(wanted, "--dry-run", "--json")
    assert dry.exit_code == 0, dry.output
    assert not (place / "current").exists()
    assert not any((await recorded()).values())
    done = await load(wanted)
    assert done.exit_code == 0, done.output
    await asyncio.sleep(CHECK_SECONDS)
    assert book.get("330106", day(1)).id == "hz-2"
    assert book.get("330106", day()).id == "hz-2013-formation"
    for rows in (await recorded()).values():
        [row] = rows
        assert (row.operator, row.command, row.outcome) == ("操作员", "policies load", "done")
        assert ["new", "formation", "hz-2"] in row.figures["changes"]
    # Again: the new one is compared with what is active now, and the one before is kept.
    again = await load(wanted)
    assert "nothing to change" in again.output
    assert not (place / "previous" / "hangzhou" / "formation-2.yaml").exists()
    assert (place / "current" / "hangzhou" / "formation-2.yaml").exists()
    # Not in force yet: it may go again, and running services go back.
    change(wanted, "hangzhou/formation.yaml", lambda content: content.update(effective_to=None))
    (wanted / "hangzhou/formation-2.yaml").unlink()
    assert (await load(wanted)).exit_code == 0
    await asyncio.sleep(CHECK_SECONDS)
    assert book.get("330106", day(1)).id == "hz-2013-formation"


async def test_load__refused_folders_change_nothing(place: Path, wanted: Path) -> None:
    change(wanted, "hangzhou/formation.yaml", lambda content: content["parameters"].update(case_due_days=31))
    refused = await load(wanted, "--json")
    assert refused.exit_code == 1
    shown = orjson.loads(refused.stdout)["changes"]
    assert [one["file"] for one in shown if one["refused"]] == ["hangzhou/formation.yaml"]
    change(wanted, "hangzhou/formation.yaml", lambda content: content["parameters"].update(case_due_days="many"))
    broken = await load(wanted)
    assert broken.exit_code == 1
    assert "parameters.case_due_days" in broken.output
    assert "Traceback" not in broken.output
    assert not (place / "current").exists()
    assert not any((await recorded()).values())


async def test_load__a_database_that_is_away_leaves_everything_as_it_was(
    place: Path, wanted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGFU_FUNDING_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    (wanted / "hangzhou/extra").mkdir()
    add(wanted, "shanghai/funding.yaml", "hangzhou/funding.yaml", id="sh", region="31", effective_from=day(1))
    assert (await load(wanted)).exit_code == 1
    assert not (place / "current").exists()
    monkeypatch.delenv("SHUANGFU_FUNDING_DATABASE_URL")
    from shared.settings import load_settings

    assert await actions(load_settings("registry")) == []


async def test_load__the_programs_own_policies_are_not_changed(
    place: Path, wanted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHUANGFU_POLICIES")
    refused = await load(wanted)
    assert refused.exit_code == 2
    assert "SHUANGFU_POLICIES" in refused.output


async def test_followed__what_cannot_be_read_leaves_the_last_good_ones(place: Path, wanted: Path) -> None:
    book = read_policies(place, "formation", FormationPolicy)
    add(wanted, "shanghai/funding.yaml", "hangzhou/funding.yaml", id="sh", region="31", effective_from=day(1))
    assert (await load(wanted)).exit_code == 0
    (place / "current" / "default" / "formation.yaml").write_text("id: [", encoding="utf-8")
    await asyncio.sleep(CHECK_SECONDS)
    assert book.get("999999", day()).id == "default-formation"
