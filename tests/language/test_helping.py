"""The help of every command in Chinese, complete and in no other way than the English."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len
from typer import Context
from typer.main import get_command

from shuangfu.cli import app
from shuangfu.language.helping import Chinese, flowing, names_of, read_words, wants_chinese, wrapped
from tests.running import commands

WORDS = read_words()
HEADINGS = {"Usage:", "Arguments:", "Options:", "Commands:", "required", "default:", "variable:"}
OTHERS = ("SHUANGFU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def every_command(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each with what is typed for it, groups too."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from every_command(child, (*path, name))


COMMANDS = dict(every_command(get_command(app)))


def parameters_of(command: Any) -> list[Any]:
    return command.get_params(Context(command))


def said_of(command: Any) -> set[str]:
    """Each English paragraph of its help."""
    texts = [command.help, *(parameter.help for parameter in parameters_of(command))]
    return {paragraph for text in texts for paragraph in flowing(text).split("\n\n") if paragraph}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_t49_help__of_each_command_and_option_is_there_in_chinese(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    assert [names_of(parameter) for parameter in parameters_of(command) if not parameter.help] == []
    assert {english for english in said_of(command) if english not in WORDS} == set()


def test_t49_help__has_no_words_that_no_command_says() -> None:
    said = {english for command in COMMANDS.values() for english in said_of(command)}
    assert len(said) > 100
    assert set(WORDS) - said == HEADINGS
    assert [chinese for chinese in WORDS.values() if not re.search(r"[\u4e00-\u9fff]", chinese)] == []


@pytest.mark.parametrize("english", WORDS)
def test_t49_help__keeps_what_is_typed(english: str) -> None:
    typed = re.compile(r"`[^`]+`|--[a-z-]+|SHUANGFU_[A-Z_]+|(?<!\w)/[a-z]+|\d+")
    assert set(typed.findall(english)) <= set(typed.findall(WORDS[english]))


@pytest.mark.parametrize("path", [(), ("audit",), ("audit", "verify"), ("backup",), ("import",)], ids=" ".join)
def test_t49_help__is_shown_in_chinese_and_nothing_is_cut_off(path: tuple[str, ...]) -> None:
    done = commands.run(*path, "--help", SHUANGFU_LANG="zh", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "…" not in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    flat = re.sub(r"\s", "", done.stdout)
    for parameter in parameters_of(COMMANDS[path]):
        assert all(name in done.stdout for name in names_of(parameter))
        assert all(re.sub(r"\s", "", line) in flat for line in Chinese(WORDS).of_parameter(parameter))
    for child in getattr(COMMANDS[path], "commands", {}).values():
        assert re.sub(r"\s", "", Chinese(WORDS).paragraphs(child.help)[0]) in flat


def test_t49_help__is_english_where_nothing_else_is_asked_for() -> None:
    done = commands.run("audit", "verify", "--help", **dict.fromkeys(OTHERS, ""), COLUMNS="120")
    assert done.returncode == 0, done.stderr
    assert "Find edits, deletions, reorderings" in done.stdout
    assert "校验" not in done.stdout


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh-Hans"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "zhang"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "C", "LC_MESSAGES": "zh_CN"}, True),
        ({"LC_ALL": "C", "SHUANGFU_LANG": "zh"}, True),
        ({"LC_ALL": "zh_CN.UTF-8", "SHUANGFU_LANG": "en"}, False),
    ],
)
def test_t49_help__language_is_the_environments(environment: dict[str, str], chinese: bool) -> None:
    assert wants_chinese(environment) is chinese


def test_t49_help__lines_end_where_chinese_lines_may() -> None:
    lines = wrapped("由后台进程按原有顺序，重新发布。", 10).splitlines()
    assert lines == ["由后台进程", "按原有顺", "序，重新发", "布。"]
    assert wrapped("见 SHUANGFU_REPLAY_DAYS 的说明", 12).splitlines() == ["见", "SHUANGFU_REPLAY_DAYS", "的说明"]
