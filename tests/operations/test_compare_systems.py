"""Two versions of an indicator system on the command line, as an official reads them (H16)."""

import shutil
from pathlib import Path

import orjson
import pytest
import yaml
from typer.testing import CliRunner, Result

from services.evaluation.indicator_systems.changes import compare_systems
from services.evaluation.indicator_systems.reading import read_indicator_systems
from shared.settings import REPOSITORY_POLICIES
from shuangfu.cli import app
from shuangfu.commands.operations.systems import EFFECTS, FIELDS


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["policies", "compare-systems", *arguments], env=environment)


def test_h16_compare__in_chinese_each_field_with_both_texts() -> None:
    result = run("T10", "--from", "1", "--to", "2", "--language", "zh")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("T10 社会服务机构")
    assert lines[0].endswith("处不同")
    first = lines.index("A1")
    points = lines.index("  分值（修改）", first)
    assert lines[points + 1 : points + 3] == ["    原：6", "    现：5"]
    added = lines.index("A4")
    assert "（新增）" in lines[added + 1]
    assert lines[added + 2].startswith("    现："), "what was not there has no text before"


def test_h16_compare__in_the_language_of_the_environment() -> None:
    english = run("T10", "--from", "1", "--to", "2", SHUANGFU_LANG="en").stdout
    assert "  points (changed)\n    before: 6\n    after: 5\n" in english
    assert run("T10", "--from", "1", "--to", "2", SHUANGFU_LANG="zh_CN.UTF-8").stdout.count("原：") > 10


def test_h16_compare__as_json_for_programs() -> None:
    found = orjson.loads(run("T10", "--from", "1", "--to", "2", "--language", "en", "--json").stdout)
    assert (found["from"]["file"], found["to"]["file"]) == (
        "default/indicator_systems/T10.yaml",
        "default/indicator_systems/T10-2026.yaml",
    )
    assert {"code": "A1", "effect": "changed", "field": "points", "before": "6", "after": "5"} in found["changes"]


def test_h16_compare__a_version_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("T10", "--from", "1", "--to", "3")
    assert result.exit_code == 2
    assert "no version 3" in result.stderr
    assert "there are: 1, 2" in result.stderr
    assert run("T99", "--from", "1", "--to", "2").exit_code == 2


def test_h16_compare__a_folder_of_one_s_own_and_its_regional_versions(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY_POLICIES, tmp_path / "p")
    source = tmp_path / "p/default/indicator_systems/T10-2026.yaml"
    content = yaml.safe_load(source.read_text(encoding="utf-8")) | {"region": "3301"}
    folder = tmp_path / "p/hangzhou/indicator_systems"
    folder.mkdir()
    for version, name in (("hz-1", "市级社会服务机构"), ("hz-2", "社会服务机构（市）")):
        years = {"year_from": 2026, "year_to": 2026} if version == "hz-1" else {"year_from": 2027}
        text = yaml.safe_dump(content | {"version": version} | years | {"name": {"zh": name, "en": "S"}})
        (folder / f"{version}.yaml").write_text(text, encoding="utf-8")
    result = run(
        "T10", "--from", "hz-1", "--to", "hz-2", "--region", "3301", "--language", "zh", "--folder", str(tmp_path / "p")
    )
    assert result.stdout.splitlines()[1:] == [
        "",
        "T10",
        "  名称（修改）",
        "    原：市级社会服务机构",
        "    现：社会服务机构（市）",
    ]


@pytest.mark.parametrize("code", [f"T{n:02}" for n in range(1, 12)])
def test_h16_compare__every_field_and_effect_has_its_word(code: str) -> None:
    found = {one.version: one for one in read_indicator_systems(REPOSITORY_POLICIES).systems if one.type == code}
    for old, new in (("1", "2"), ("2", "1")):
        for one in compare_systems(found[old], found[new], "zh"):
            assert one.field in FIELDS
            assert one.effect in EFFECTS
