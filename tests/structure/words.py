"""The words that are gone (CONTRIBUTING, "Words"): `python -m tests.structure.words`, a part of `make lint`.

It reads comments, docstrings, log events and metrics' help texts of Python, comments of the other source files, and the
prose of Markdown. Names in the code and quotations in backticks are not read.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

GONE = {
    "door → route or endpoint": r"\bdoors?\b",
    "hand → actor": r"\b(?:an|another|apart|each|earlier|every|other|same|that|these|whose) hands?\b|\bhands? apart\b",
    "away → unavailable": r"\b(?:are|be|been|goes|is|stays|was|were|while) away\b|\baway for\b",
    "ring → deadlock": r"\brings?\b",
    "on guard → standby": r"\bon guard\b",
    "told, said → reported": r"\btold\b|\b(?:are|be|is|was|were) said\b",
    "trip → round trip": r"(?<!round )(?<!round-)\btrips?\b",
    "look → poll": r"\b(?:a|each|every|its|last|long|next|one) looks?\b(?! like)",
    "put aside → dead-lettered": r"\b(?:put|puts|putting) (?:\w+ ){0,3}aside\b",
    "comes again → is redelivered": r"\b(?:came|come|comes|coming) again\b",
    "anew → again": r"\banew\b",
    "room → module": r"(?<!no )(?<!find )(?<!finds )(?<!leave )(?<!with )\brooms?\b(?! for\b| beside\b| to\b| left\b)",
    "so many, so long → the parameter's name": r"\bso (?:many|long)\b(?! as\b)",
}
"""What to write instead, and how the word that is gone is found where it stands for that."""

HISTORY = ("CHANGELOG.md", "docs/decisions/")
"""What was written then stays as it was written."""
_RULES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in GONE.items()}
_LOGGED = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
_METRICS = frozenset({"Counter", "Gauge", "Histogram", "Summary"})
_QUOTED = re.compile(r"`[^`]*`")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
Said = Iterator[tuple[int, str]]


def prose_of_python(source: str) -> Said:
    """Line and text of each comment, docstring (of attributes too), log event and metric's help."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
        elif isinstance(node, ast.Call) and _speaks(node.func):
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value.replace("_", " ")


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in _LOGGED and isinstance(function.value, ast.Name) and function.value.id == "log"
    return isinstance(function, ast.Name) and function.id in _METRICS


def prose_of_markdown(source: str) -> Said:
    """Line and text outside of code."""
    blank = _FENCED.sub(lambda found: "\n" * found.group().count("\n"), source)
    yield from enumerate(blank.splitlines(), 1)


def prose_of_comments(source: str) -> Said:
    """Lines that are comments by `#` or `--`."""
    for number, line in enumerate(source.splitlines(), 1):
        found = re.search(r"(?:^|\s)(?:#|--)\s(.*)", line)
        if found:
            yield number, found.group(1)


READERS = {
    ".py": prose_of_python,
    ".md": prose_of_markdown,
    ".yaml": prose_of_comments,
    ".yml": prose_of_comments,
    ".toml": prose_of_comments,
    "": prose_of_comments,
}


def find_gone_words(path: str, source: str) -> Iterator[str]:
    """A line for each word that is gone: where, what instead, the text around it."""
    for number, text in READERS[Path(path).suffix](source):
        # A sentence goes on in the next line.
        plain = _QUOTED.sub(lambda found: "`" * len(found.group()), text)
        flat = re.sub(r"\s", " ", plain)
        for rule, pattern in _RULES.items():
            for found in pattern.finditer(flat):
                line = number + plain.count("\n", 0, found.start())
                around = flat[max(0, found.start() - 30) : found.end() + 30].strip()
                yield f"{path}:{line}: {rule}: … {around} …"


def main() -> int:
    """The command: 1 where a word is found."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    paths = [path for path in listed.split("\0") if Path(path).suffix in READERS and Path(path).is_file()]
    found = [
        line
        for path in paths
        if not path.startswith(HISTORY) and path != "tests/structure/words.py"
        for line in find_gone_words(path, Path(path).read_text(encoding="utf-8"))
    ]
    print("\n".join(found) if found else f"{len(paths)} files: no word that is gone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
