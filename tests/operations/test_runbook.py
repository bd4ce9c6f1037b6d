"""What the pages ask people to type exists: our commands and options, containers, targets of make."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from typer.main import get_command

from shuangfu.cli import app
from tests.conftest import REPOSITORY

PAGES = [
    *(REPOSITORY / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")),
    *sorted((REPOSITORY / "docs" / "how-to").glob("*.md")),
]
SERVICES = set(yaml.safe_load((REPOSITORY / "deploy" / "docker-compose.yml").read_text())["services"])
TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
WITH_VALUES = {"-f", "--scale", "--since", "--tail", "--profile", "--entrypoint", "--user", "-v", "-e"}
"""Options of `docker compose` that are followed by a value, as far as the pages use them."""
PLACEHOLDERS = {"NAME"}


def typed() -> Iterator[tuple[str, list[str]]]:
    """(page, words) of each command in a code block or between backticks."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"^ *```\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        for line in lines:
            for part in re.split(r"&&|\|\|?|;|(?<!\S)#.*$|\s[0-9]?>[^ ]*\s.*$|\s[0-9]?>\s*\S+$|^\(", line):
                words = _words(part)
                if words:
                    yield page.name, words


def _words(part: str) -> list[str]:
    try:
        words = shlex.split(re.sub(r"\$\([^)]*\)", "OUTPUT", part))
    except ValueError:
        return []
    while words and (words[0] == "$" or re.match(r"^[A-Z_]+=", words[0])):
        words = words[1:]
    return words


def ours() -> list[tuple[str, list[str]]]:
    """What is typed after `ops`, `shuangfu`, or the long form of `ops`."""
    found = []
    for page, words in typed():
        if words[0] in {"ops", "shuangfu"} or words[0].endswith("bin/shuangfu"):
            found.append((page, words[1:]))
        elif words[:3] == ["docker", "compose", "run"] and "ops" in words and "--entrypoint" not in words:
            found.append((page, words[words.index("ops") + 1 :]))
    return found


def compose() -> list[tuple[str, list[str]]]:
    """What is typed after `docker compose`."""
    return [(page, words[2:]) for page, words in typed() if words[:2] == ["docker", "compose"] and len(words) > 2]


def made() -> list[tuple[str, list[str]]]:
    """What is typed after `make`."""
    return [(page, words[1:]) for page, words in typed() if words[0] == "make" and len(words) > 1]


def _ids(cases: list[tuple[str, list[str]]]) -> list[str]:
    return [f"{page}: {' '.join(words)}" for page, words in cases]


@pytest.mark.parametrize(("page", "words"), ours(), ids=_ids(ours()))
def test_command__exists_with_its_options(page: str, words: list[str]) -> None:
    command: Any = get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        assert rest[0] in command.commands, f"{page}: no command {rest[0]}"
        command = command.commands[rest.pop(0)]
    known = {name: parameter for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    places = sum(parameter.param_type_name == "argument" for parameter in command.params)
    given = 0
    while rest:
        word, _, value = rest.pop(0).partition("=")
        if word == "--help":
            continue
        if word.startswith("-"):
            assert word in known, f"{page}: no option {word} of {command.name}"
            if not known[word].is_flag and not value:
                assert rest, f"{page}: {word} without its value"
                rest.pop(0)
        else:
            given += 1
    assert given <= places or any(parameter.nargs == -1 for parameter in command.params), f"{page}: too many words"


def _plain(words: list[str]) -> list[str]:
    """Without options and their values."""
    found, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        if word in WITH_VALUES:
            rest.pop(0)
        elif not word.startswith("-"):
            found.append(word)
    return found


@pytest.mark.parametrize(("page", "words"), compose(), ids=_ids(compose()))
def test_compose__names_containers_that_there_are(page: str, words: list[str]) -> None:
    action, *named = _plain(words)
    if action in {"run", "exec"}:
        named = named[:1]
    scaled = [words[place + 1].partition("=")[0] for place, word in enumerate(words) if word == "--scale"]
    assert set(named) | set(scaled) <= SERVICES | PLACEHOLDERS, page


@pytest.mark.parametrize(("page", "words"), made(), ids=_ids(made()))
def test_make__has_the_target(page: str, words: list[str]) -> None:
    assert [word for word in words if word in TARGETS], page
