"""What tests have to report beside their outcome."""

LINES: list[str] = []
"""Shown in a section of their own at the end of the run, whether their tests passed or not."""


def say(line: str) -> None:
    """Now, and at the end of the run."""
    print(line)
    LINES.append(line)
