"""The reference of the command line, made from the commands themselves: `make commands` stores it."""

import re
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from shuangfu.cli import app

HEAD = """# Commands

Made by `make commands` from the commands themselves; a test compares. `shuangfu COMMAND --help` says the same.

**Where a command finds the services.** From the environment, as the services do ([settings](settings.md)): the runtime
role's URLs are enough, for `replay` too (it works in temporary tables). `migrate` needs the owner's URL. `--data` names
a data directory of `shuangfu serve` instead, whether it runs or not. What is missing is named, and the exit code is 2.

**Who did it.** `SHUANGFU_OPERATOR`, else the account that runs the command. Whatever changes a database is a row in
`operator_actions` of each database concerned, written in the same transaction, and so a row in its audit trail.
`migrate` writes its row when it has migrated, once the table is there. `prepare` only makes files that are missing and
changes none that is there: it has no dry run and leaves no row. A dry run changes nothing and records nothing.

**Exit codes.** 0 done, nothing differs. 1 it did not succeed, or something differs. 2 the command or its settings are
wrong.
"""


def render() -> str:
    """The whole page, as Markdown."""
    return "\n".join([HEAD, *_sections(get_command(app), "shuangfu")])


def _sections(command: Any, name: str) -> Iterator[str]:
    for child_name in sorted(getattr(command, "commands", {})):
        child = command.commands[child_name]
        if child.hidden:
            continue
        path = f"{name} {child_name}"
        if getattr(child, "commands", None):
            yield from _sections(child, path)
            continue
        yield f"## `{path}`\n\n{_flowing(child.help or '')}\n"
        rows = [_row(parameter) for parameter in child.params if parameter.name != "help"]
        if rows:
            yield "\n".join(["| | | |", "|---|---|---|", *rows, ""])


def _row(parameter: Any) -> str:
    argument = parameter.param_type_name == "argument"
    names = [parameter.name.upper()] if argument else [*parameter.opts, *parameter.secondary_opts]
    shown = ", ".join(f"`{name}`" for name in names)
    about = "required" if parameter.required else _default(parameter)
    help_text = _flowing(getattr(parameter, "help", None) or "")
    variable = getattr(parameter, "envvar", None)
    if variable:
        help_text += f" (`{variable if isinstance(variable, str) else ', '.join(variable)}`)"
    return f"| {shown} | {about} | {help_text.replace('|', chr(92) + '|').strip()} |"


def _default(parameter: Any) -> str:
    value = parameter.default
    if value in (None, "", (), []) or callable(value) or not isinstance(value, str | int | float | bool):
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return f"`{value}`"


def _flowing(text: str) -> str:
    """Lines of a paragraph as one; paragraphs stay."""
    return re.sub(r"[^\S\n]+", " ", re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip()))


if __name__ == "__main__":
    print(render(), end="")
