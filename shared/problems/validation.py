"""Pydantic's errors as field errors in both languages."""

import re
from collections.abc import Sequence
from typing import Any

from shared.field.errors import FieldError as BrokenValue
from shared.field.strict.json_keys import JsonError, check_json
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.words import word_for

TAG = "tag:"
"""What the tags of a union begin with: they are no part of a place."""
_BESIDE = ("function-", TAG)
_SHOWN = 40
"""Longest value that a sentence repeats."""

_DATE = "应为日期，如 2026-03-01。"
_INSTANT = "应为带时区的时刻，如 2026-03-01T09:00:00+08:00。"
# Chinese for the errors that clients meet; the English sentence is Pydantic's own.
CHINESE = {
    "missing": "缺少必填字段。",
    "extra_forbidden": "不认识的字段。",
    "string_type": "应为字符串。",
    "string_too_short": "不能少于 {min_length} 个字符。",
    "string_too_long": "不能超过 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不符。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "bool_parsing": "应为布尔值。",
    "greater_than": "应大于 {gt}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than": "应小于 {lt}。",
    "less_than_equal": "不能大于 {le}。",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "timezone_aware": "时刻须带时区。",
    "uuid_parsing": "应为 UUID。",
    "uuid_type": "应为 UUID。",
    "decimal_parsing": "应为十进制数。",
    "decimal_max_places": "小数位数不能超过 {decimal_places}。",
    "decimal_type": "应为十进制数。",
    "json_invalid": "不是有效的 JSON。",
    "json_type": "不是有效的 JSON。",
    "model_attributes_type": "应为对象。",
    "model_type": "应为对象。",
    "dict_type": "应为对象。",
    "list_type": "应为数组。",
    "too_long": "不能超过 {max_length} 项。",
    "too_short": "不能少于 {min_length} 项。",
    "value_error": "值无效。",
}


def pointer(location: Sequence[int | str]) -> str:
    """A location as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


UNKNOWN_FIELD = Text(zh=CHINESE["extra_forbidden"], en="Extra inputs are not permitted")


def check_json_body(text: bytes, keys: int | None = None) -> None:
    """Raises InvalidInput for what JSON readers pass over: a key twice, a negative zero (`json_keys`)."""
    try:
        check_json(text, keys)
    except JsonError as broken:
        raise InvalidInput([field_error(pointer(broken.path), broken)]) from broken


def field_errors(found: Sequence[Any], *, drop: int = 0) -> list[FieldError]:
    """Pydantic's error list as field errors; `drop` leading parts of each location are left out.

    A validator of ours raises PydanticCustomError with both sentences in its context (`zh`, `en`), or is one of the
    field's readers, which raise a FieldError of `shared.field`.
    """
    errors = []
    for item in found:
        context = {name: value for name, value in (item.get("ctx") or {}).items() if name != "error"}
        location = [part for part in item["loc"][drop:] if not str(part).startswith(_BESIDE)]
        if item["type"] == "json_invalid":
            location = []  # an offset in the text is no field
        broken = (item.get("ctx") or {}).get("error")
        if isinstance(broken, BrokenValue):
            errors.append(field_error(pointer(location), broken))
            continue
        if "zh" in context and "en" in context:
            detail = Text(zh=_escape(context["zh"]), en=_escape(context["en"]))
        elif item["type"] in ("literal_error", "enum"):
            detail = _one_of(item, str(location[-1]) if location else "", str(context.get("expected", "")))
        else:
            chinese = CHINESE.get(item["type"], "值无效。")
            detail = Text(zh=_escape(chinese.format(**context)), en=_escape(str(item["msg"])))
        errors.append(FieldError(str(context.get("pointer") or pointer(location)), detail))
    return errors


def _one_of(item: Any, field: str, expected: str) -> Text:
    """What was sent and what may be sent, each value with the field's word for it."""
    values = re.findall(r"'([^']*)'", expected) or [expected]
    words = [(value, word_for(field, value)) for value in values]
    found = item.get("input")
    sent = f"“{found}”无法识别，" if isinstance(found, str) and found.isprintable() and len(found) <= _SHOWN else ""
    choices = "、".join(value if word is None else f"{value}（{word.zh}）" for value, word in words)
    return Text(zh=_escape(f"{sent}请填写：{choices}。"), en=_escape(str(item["msg"])))


def _escape(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")
