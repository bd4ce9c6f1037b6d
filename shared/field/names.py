"""Names of organizations and bodies: one stored form, with every character of GB 18030-2022 level 3 kept."""

import re
import unicodedata

from shared.field.errors import FieldError

MAX_LENGTH = 200

_KEPT = "（），：；！？～\uf900-\ufaff\U0002f800-\U0002fa1f"
"""Chinese punctuation belongs to a registered name; compatibility ideographs are characters of their own."""
_FOLDED = re.compile(f"[^{_KEPT}]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]+")
_PLAIN = re.compile(f"[0-9A-Za-z()（）\u4e00-\u9fff]{{1,{MAX_LENGTH}}}")
"""Most names, which folding leaves as they are: seen at once, because each registration comes through here."""
_REFUSED = frozenset({"Cc", "Cf", "Cs"})


class NameFormatError(FieldError):
    """A text that cannot be a name."""


def fold_name(text: str) -> str:
    """NFKC outside Chinese punctuation, invisible characters left out, white space collapsed."""
    folded = _FOLDED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _INVISIBLE.sub("", text))
    return " ".join(folded.split())


def normalize_name(text: str) -> str:
    """The folded name. Raises NameFormatError for one that is empty, long or unprintable.

    Unassigned code points pass: newer ideographs than this Python's Unicode table may stand in a name.
    """
    if _PLAIN.fullmatch(text):
        return text
    name = fold_name(text)
    if not name:
        raise NameFormatError("name_empty")
    for place, character in enumerate(name, start=1):
        if unicodedata.category(character) in _REFUSED:
            facts = {"position": place, "character": f"U+{ord(character):04X}"}
            raise NameFormatError("name_control_character", facts)
    if len(name) > MAX_LENGTH:
        raise NameFormatError("name_length", {"length": len(name), "max_length": MAX_LENGTH})
    return name
