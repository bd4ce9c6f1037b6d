"""The help of all commands in Chinese where the environment asks for it; else it stays as the library shows it.

The library's own tables end lines at blanks only, and cut off a Chinese sentence that is longer than its column.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

WORDS = Path(__file__).with_name("help.yaml")
ASKED_BY = ("SHUANGFU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that name the language; the first that is not empty decides, as with every program of the system."""
_PIECE = re.compile(r"[\x21-\x7e]+[，。；：、）”]*|\s+|[（“]*.[，。；：、）”]*")
"""What no line's end divides: a word of Latin letters, one Chinese character; each with the marks that belong to it."""


def wants_chinese(environment: Mapping[str, str]) -> bool:
    """Whether its locale, or `SHUANGFU_LANG`, is a Chinese one (zh, zh_CN.UTF-8, zh-Hans …)."""
    named = next((environment[name] for name in ASKED_BY if environment.get(name)), "")
    return re.match(r"zh($|[_.@-])", named, re.IGNORECASE) is not None


def flowing(text: str | None) -> str:
    """Lines of a paragraph as one; paragraphs stay."""
    return re.sub(r"[^\S\n]+", " ", re.sub(r"(?<!\n)\n(?!\n)", " ", (text or "").strip()))


def read_words() -> dict[str, str]:
    """Chinese by English."""
    found: dict[str, str] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


def names_of(parameter: Any) -> list[str]:
    """What is typed for it: an argument's name, an option's forms."""
    if parameter.param_type_name == "argument":
        return [parameter.name.upper()]
    return [*parameter.opts, *parameter.secondary_opts]


def default_of(parameter: Any) -> str:
    """What holds where it is not given, as one would type it; empty where that says nothing elsewhere."""
    value = parameter.default
    if isinstance(value, Path):
        # Another is this machine's.
        return str(value) if value.parts[:1] == ("~",) else ""
    if value in (None, "", (), []) or callable(value) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


def variables_of(parameter: Any) -> str:
    """The environment variables that give it."""
    found = getattr(parameter, "envvar", None) or []
    return found if isinstance(found, str) else ", ".join(found)


class BilingualGroup(TyperGroup):
    """The root of all commands. What it runs shows its help in the caller's language."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As any group does."""
        if wants_chinese(os.environ):
            _teach(self, Chinese(read_words()))
        return super().main(*args, **kwargs)


def _teach(command: Any, chinese: "Chinese") -> None:
    command.format_help = lambda context, _: chinese.show(command, context)
    for child in getattr(command, "commands", {}).values():
        _teach(child, chinese)


class Chinese:
    """Shows help by these words. Raises KeyError where one is missing: a test asks for each."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def show(self, command: Any, context: Any) -> None:
        """Print a command's help."""
        console = Console()
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        console.print(Text(f"{self._words['Usage:']}{usage}\n"), soft_wrap=True)
        console.print(Text("\n\n".join(wrapped(one, console.width) for one in self.paragraphs(command.help)) + "\n"))
        shown = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
        for kind, title in (("argument", "Arguments:"), ("option", "Options:")):
            of_kind = [one for one in shown if one.param_type_name == kind]
            self._table(console, title, [(", ".join(names_of(one)), self.of_parameter(one)) for one in of_kind])
        children = getattr(command, "commands", {})
        listed = [(name, self.paragraphs(child.help)[:1]) for name, child in children.items() if not child.hidden]
        self._table(console, "Commands:", listed)

    def paragraphs(self, text: str | None) -> list[str]:
        """Each in Chinese."""
        return [self._words[paragraph] for paragraph in flowing(text).split("\n\n") if paragraph]

    def of_parameter(self, parameter: Any) -> list[str]:
        """What it is for, whether it is required, its default, its variable."""
        found = self.paragraphs(parameter.help)
        default, variables = default_of(parameter), variables_of(parameter)
        found += [self._words["required"]] if parameter.required else []
        found += [f"{self._words['default:']}{default}"] if default and parameter.name != "help" else []
        return [*found, f"{self._words['variable:']}{variables}"] if variables else found

    def _table(self, console: Console, title: str, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        if not rows:
            return
        console.print(Text(self._words[title], style="bold"))
        indent, gap = 2, 2
        width = max(cell_len(name) for name, _ in rows)
        table = Table.grid(padding=(0, gap, 0, 0))
        for name, lines in rows:
            left = max(20, console.width - indent - width - 2 * gap)
            said = Text("\n".join(wrapped(line, left) for line in lines), no_wrap=True, overflow="ignore")
            table.add_row(" " * (indent - 1), Text(name, style="bold cyan", no_wrap=True), said)
        console.print(table, no_wrap=True, crop=False, overflow="ignore")
        console.print()


def wrapped(text: str, width: int) -> str:
    """Lines of at most `width` cells, divided where Chinese may be: no mark begins a line, no word is torn."""
    return "\n".join(_lines(text, width))


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for piece in _PIECE.findall(text):
        if line and cell_len(line + piece) > width:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line
