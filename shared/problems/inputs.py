"""Types of what clients send. They are not in `shared.web` because rules read some of them."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from shared.field.divisions import known_prefix, scope_prefix
from shared.field.errors import FieldError


class Body(BaseModel):
    """Base of what clients send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Note(Body):
    """A decision's optional note."""

    note: Annotated[str | None, Field(max_length=2000)] = None


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _check_day(given: object) -> object:
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise PydanticCustomError(
            "day",
            "A date is a text of the form YYYY-MM-DD.",
            {"zh": "日期应为 YYYY-MM-DD 形式的文本。", "en": "A date is a text of the form YYYY-MM-DD."},
        )
    return given


Day = Annotated[date, BeforeValidator(_check_day)]
"""A date as clients send it: a text, no number and no instant."""


class Founding(Note):
    """A note, and the day of the superior Party organization's reply (default: today)."""

    founded_on: Day | None = None


def _check_prefix(code: str) -> str:
    try:
        prefix = scope_prefix(code)
    except FieldError as error:
        raise PydanticCustomError(
            "division_prefix",
            "A division is given by two, four or six digits.",
            {"zh": "行政区划以两位、四位或六位数字给出。", "en": "A division is given by two, four or six digits."},
        ) from error
    if not known_prefix(prefix):
        raise PydanticCustomError(
            "division_unknown",
            "There is no division '{code}'.",
            {"code": code, "zh": f"没有行政区划“{code}”。", "en": f"There is no division '{code}'."},
        )
    return prefix


DivisionPrefix = Annotated[str, AfterValidator(_check_prefix)]
"""A division code or prefix, as the digits that every code inside it begins with (3301 sees 330106)."""
