"""Names and other free text: one stored form, with every character of GB 18030-2022 level 3 kept."""

import re
import unicodedata

from shared.field.errors import FieldError

MAX_LENGTH = 200

_KEPT = "（），：；！？～\uf900-\ufaff\U0002f800-\U0002fa1f"
"""Chinese punctuation belongs to a registered name; compatibility ideographs are characters of their own."""
_FOLDED = re.compile(f"[^{_KEPT}]+")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0]+"
)
"""Of no width, or blank fillers: left out. What turns the direction of writing is refused instead."""
_NOTES = (
    "\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u249b\u24ea\u3251-\u325f\u32b1-\u32bf\U0001f100-\U0001f10a"
)
"""Raised, lowered and circled digits: marks of a footnote beside a figure."""
_BESIDE_NOTES = re.compile(f"[^{_NOTES}]+")
_WORD = "[-0-9A-Za-z()（）\u4e00-\u9fff]+"
_PLAIN = re.compile(f"{_WORD}(?: {_WORD})*")
"""Most names, which folding leaves as they are: seen at once, because each registration comes through here."""
_REFUSED = frozenset({"Cc", "Cf", "Cs"})


class NameFormatError(FieldError):
    """A text that cannot be a name."""


def fold_width(text: str) -> str:
    """NFKC of a written figure, but `6①` and `6²` stay what they are: no 61 and no 62."""
    return text if text.isascii() else _BESIDE_NOTES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def fold_name(text: str) -> str:
    """NFKC outside Chinese punctuation, invisible characters left out, white space collapsed."""
    folded = _FOLDED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _INVISIBLE.sub("", text))
    return " ".join(folded.split())


def normalize_name(text: str) -> str:
    """The folded name. Raises NameFormatError for one that is empty, long or unprintable.

    Unassigned code points pass: newer ideographs than this Python's Unicode table may stand in a name.
    """
    if len(text) <= MAX_LENGTH and _PLAIN.fullmatch(text):
        return text
    name = fold_name(text)
    if not name:
        raise NameFormatError("name_empty")
    _check_printable(name)
    if len(name) > MAX_LENGTH:
        raise NameFormatError("name_length", {"length": len(name), "max_length": MAX_LENGTH})
    return name


def _check_printable(text: str) -> None:
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in _REFUSED:
            facts = {"position": place, "character": f"U+{ord(character):04X}"}
            raise NameFormatError("name_control_character", facts)


def check_search(text: str) -> str:
    """A list's search without NUL. Raises NameFormatError where no word is left, which would find everything."""
    found = text.replace("\0", "")
    if not fold_name(found):
        raise NameFormatError("search_empty")
    return found


_CHINESE_WORDS = (
    "无、暂无、没有、无数据、无此项、无楼宇、无园区、无载体、不详、未详、不明、不清楚、不知道、未知、未填、未填写、未定"
)
_MORE_CHINESE_WORDS = "待定、待补、待补充、待填、暂缺、暂未、缺、空、空白、不适用、略、同上"
_ENGLISH_WORDS = ("na", "n/a", "none", "null", "nil", "nan", "unknown", "undefined", "tbd")
NO_VALUE = frozenset({*_CHINESE_WORDS.split("、"), *_MORE_CHINESE_WORDS.split("、"), *_ENGLISH_WORDS})
"""What people write where there is no value, in small letters; so is every text without a letter or a digit."""
_AROUND = "()（）[]【】<>《》〈〉{}\"'“”‘’.。,，;；、:：!！?？*·-—–_/\\|~～#=+ \t"
_SPEAKS = re.compile("[0-9]|[\u4e00-\u9fff]{4}|[A-Za-z]{10}")
"""A digit, or longer than any word of `NO_VALUE`: nearly every text is seen at once."""
_SETTLED = re.compile(f"(?=.*?(?:{_SPEAKS.pattern})){_WORD}(?: {_WORD})*")
"""What is stored as it is, and says something: which is so of most lines."""
_LINE_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def has_value(text: str) -> bool:
    """Whether a text says anything: not where it is blank, only signs, or one of `NO_VALUE`."""
    return _SPEAKS.search(text) is not None or _says(fold_name(text))


def _says(folded: str) -> bool:
    word = folded.strip(_AROUND).casefold()
    if not any(character.isalnum() for character in word):
        # What cannot be printed is no way of saying "none": it is left to be refused.
        return any(unicodedata.category(character) in _REFUSED for character in word)
    return word not in NO_VALUE


def normalize_line(text: str) -> str:
    """The stored form of a line that must say something. Raises NameFormatError as `normalize_name` does."""
    if len(text) <= MAX_LENGTH and _SETTLED.fullmatch(text):
        return text
    line = normalize_name(text)
    if _SPEAKS.search(line) is None and not _says(line):
        raise NameFormatError("name_empty")
    return line


def normalize_text(text: str) -> str:
    """The stored form of a text of several lines. Raises NameFormatError for one that is empty or unprintable."""
    lines = [fold_name(line) for line in _LINE_ENDS.split(text)]
    folded = "\n".join(lines).strip("\n")
    if not folded:
        raise NameFormatError("name_empty")
    _check_printable(folded.replace("\n", " "))
    return folded
