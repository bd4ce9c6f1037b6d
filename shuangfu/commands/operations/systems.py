"""Two versions of an indicator system side by side, for `shuangfu policies compare-systems`."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from services.evaluation.indicator_systems.changes import Change, compare_systems
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import IndicatorSystem
from shared.problems.language import Language, Text
from shared.settings import REPOSITORY_POLICIES
from shuangfu.language.helping import wants_chinese
from shuangfu.showing import plain

FIELDS = {
    "name": Text(zh="名称", en="name"),
    "owner": Text(zh="负责部门", en="owner"),
    "points": Text(zh="分值", en="points"),
    "what": Text(zh="内容", en="what is judged"),
    "how": Text(zh="考核方式", en="how it is found out"),
    "degree": Text(zh="达标程度", en="to what degree"),
    "method": Text(zh="计分方法", en="method"),
    "evidence": Text(zh="佐证材料", en="evidence"),
    "basis": Text(zh="依据", en="basis"),
    "applies_to": Text(zh="适用对象", en="for whom"),
    "absent_when": Text(zh="不适用情形", en="absent when"),
    "veto": Text(zh="否决项", en="veto"),
}
EFFECTS = {
    "added": Text(zh="新增", en="added"),
    "removed": Text(zh="删除", en="removed"),
    "changed": Text(zh="修改", en="changed"),
}
_BEFORE, _AFTER = Text(zh="原：", en="before: "), Text(zh="现：", en="after: ")
_TITLE = Text(
    zh="{system} 第 {old} 版与第 {new} 版对照：共 {count} 处不同",
    en="{system}: version {old} beside version {new}, {count} difference(s)",
)


def compare_versions(
    system: Annotated[str, typer.Argument(help="The type, T01 to T11.")],
    old: Annotated[str, typer.Option("--from", help="The version that is compared with.")],
    new: Annotated[str, typer.Option("--to", help="The version that is compared.")],
    folder: Annotated[
        Path,
        typer.Option(help="The policies that are read.", exists=True, file_okay=False, envvar="SHUANGFU_POLICIES"),
    ] = REPOSITORY_POLICIES,
    region: Annotated[str, typer.Option(help="Division prefix of a region's own versions.")] = "",
    language: Annotated[Language | None, typer.Option(help="zh or en; else that of the environment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Show what differs between two versions of an indicator system, field by field, as an official reads it."""
    chosen: Language = language or ("zh" if wants_chinese(os.environ) else "en")
    found = {
        one.version: one for one in read_indicator_systems(folder).systems if (one.type, one.region) == (system, region)
    }
    missing = [version for version in (old, new) if version not in found]
    if missing:
        known = ", ".join(sorted(found)) or "-"
        typer.echo(f"{system}: no version {', '.join(missing)} in {folder}; there are: {known}", err=True)
        raise typer.Exit(2)
    changes = compare_systems(found[old], found[new], chosen)
    if as_json:
        _print_json(found[old], found[new], changes)
    else:
        _print_text(found[new], old, changes, chosen)


def _print_json(old: IndicatorSystem, new: IndicatorSystem, changes: Sequence[Change]) -> None:
    content = {
        "type": new.type,
        "from": {"version": old.version, "file": old.file},
        "to": {"version": new.version, "file": new.file},
        "changes": [
            {name: getattr(one, name) for name in ("code", "effect", "field", "before", "after")} for one in changes
        ],
    }
    typer.echo(orjson.dumps(content).decode())


def _print_text(new: IndicatorSystem, old: str, changes: Sequence[Change], language: Language) -> None:
    """In lines, not in a table: a table cuts off a Chinese sentence that is longer than its column."""
    name = f"{new.type} {new.name.say(language)}"
    typer.echo(_TITLE.render(language, system=name, old=old, new=new.version, count=len(changes)))
    place = ""
    for one in changes:
        effect, field = EFFECTS[one.effect].render(language), FIELDS[one.field].render(language)
        if one.code != place:
            typer.echo(f"\n{plain(one.code)}")
            place = one.code
        typer.echo(f"  {field} ({effect})" if language == "en" else f"  {field}（{effect}）")
        for label, text in ((_BEFORE, one.before), (_AFTER, one.after)):
            if text is not None:
                typer.echo(plain(f"    {label.render(language)}{text}"))
