"""What a page of the documentation prints: the commands of its code blocks, and what it shows of their output."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
PROGRAMS = re.compile(
    r"(?:\$ )?(?:[A-Z_]+=\S|\(echo|\.venv/bin/|openapi-"
    r"|(?:alias|cd|cp|curl|df|docker|export|git|make|npx|ops|rm) )"
)
"""How a block of commands begins; others show files, pictures and output."""
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Printed:
    """One command, and below it what it prints; `excerpt` where the page shows it as a remark (`#  …`)."""

    section: str
    text: str
    shown: tuple[str, ...] = ()
    excerpt: bool = False


def blocks(page: str) -> list[tuple[str, str]]:
    """(kind, text) of each code block, in order, without its indentation."""
    return [
        (found["kind"], re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE))
        for found in BLOCK.finditer(page)
    ]


def headings(page: str) -> list[tuple[int, str]]:
    """(level, title) of each heading outside of code."""
    return [(len(level), title) for level, title in HEADING.findall(BLOCK.sub("", page))]


def commands(path: Path) -> list[Printed]:
    """Those of a page's code blocks, in its order."""
    page, found = path.read_text(encoding="utf-8"), []
    for block in BLOCK.finditer(page):
        text = re.sub(f"^{block['indent']}", "", block["text"], flags=re.MULTILINE)
        if block["kind"] in ("", "sh") and PROGRAMS.match(text):
            section = (headings(page[: block.start()]) or [(0, "")])[-1][1]
            found += _prompted(section, text) if text.startswith("$ ") else _script(section, text)
    return found


def _prompted(section: str, text: str) -> Iterator[Printed]:
    """Of a block in which `$ ` begins each command, and the rest is output."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next(n for n in range(1, len(lines) + 1) if _is_whole("\n".join(lines[:n])))
        yield Printed(section, "\n".join(lines[:length]), tuple(lines[length:]))


def _script(section: str, text: str) -> Iterator[Printed]:
    """Of a block of commands alone, with remarks."""
    waiting: list[str] = []
    shown: list[str] = []
    for line in [*text.splitlines(), "#end"]:
        if line.startswith("#  "):
            shown.append(line[3:])
        elif line.strip():
            if waiting and _is_whole("\n".join(waiting)):
                yield Printed(section, "\n".join(waiting), tuple(shown), excerpt=True)
                waiting, shown = [], []
            waiting.append(line)


def _is_whole(text: str) -> bool:
    """Whether bash would begin with it: no quotation, bracket, pipe or line goes on."""
    return (
        not text.endswith("\\")
        and not subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True).returncode
    )
