"""What a saved view may be. Pure: it is kept until its owner deletes it, so it holds no person's number."""

import re
from urllib.parse import parse_qsl

from shared.problems.language import Text
from shared.problems.personal_numbers import check_no_personal_number

MOST_VIEWS = 100
"""Of one subject, over all pages."""
MOST_QUERY = 1000
"""Characters of a query."""
MOST_PARAMETERS = 30
_PAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9])?")
_PARAMETER = re.compile(r"[a-z][a-z0-9_.]{0,40}")
_NOT_KEPT = frozenset({"cursor", "back"})

NO_PAGE = Text(
    zh="页面标识由字母、数字和 . _ - 组成，首尾为字母或数字，最多60个字符。",
    en="A page is named by letters, digits and . _ -, with a letter or digit at both ends, at most 60 characters.",
)
NO_QUERY = Text(
    zh="查询应为网址中问号之后的部分，如“state=open&division=3301”，参数名由小写字母、数字、下划线和点组成，最多{most}个参数。",
    en="The query is what follows '?' in the address, such as state=open&division=3301: parameters of lower-case "
    "letters, digits and _ ., at most {most} of them.",
)
NOT_KEPT = Text(zh="分页游标不能保存：“{name}”。", en="Where a page begins is not kept: '{name}'.")


def is_page(page: str) -> bool:
    """Whether a text can name a page."""
    return _PAGE.fullmatch(page) is not None


def fault_of(query: str) -> tuple[Text, tuple[tuple[str, object], ...]] | None:
    """What is wrong with a query, with the facts of the sentence; None where nothing is.

    Raises FieldError `personal_number` where a value holds a person's number.
    """
    if not query:
        return None
    bad = NO_QUERY, (("most", MOST_PARAMETERS),)
    try:
        found = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        return bad
    if len(found) > MOST_PARAMETERS:
        return bad
    for name, value in found:
        if _PARAMETER.fullmatch(name) is None or not (value.isprintable() or not value):
            return bad
        if name in _NOT_KEPT:
            return NOT_KEPT, (("name", name),)
        check_no_personal_number(value)
    return None
