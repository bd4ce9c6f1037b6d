"""Shows foreign text (of files, answers, events) on a terminal: nothing in it is obeyed."""

from unicodedata import category

from rich.table import Table
from rich.text import Text


def plain(text: object, *, keep: str = "") -> str:
    """The text with each control or format character, terminal escapes among them, spelt out; `keep` ones stay."""
    return "".join(
        one if one in keep or category(one)[0] != "C" else one.encode("unicode_escape").decode("ascii")
        for one in str(text)
    )


def add_row(table: Table, *cells: object) -> None:
    """Add a row whose cells are shown as they are: brackets are no markup."""
    table.add_row(*(Text(plain(cell)) for cell in cells))
