"""Types of what clients send. They are not in `shared.web` because rules read some of them.

Readers of the field's values stand in them as they are: `validation.field_errors` has the sentence for what they raise.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from shared.field.days import read_date, read_instant
from shared.field.divisions import known_prefix, scope_prefix
from shared.field.errors import FieldError
from shared.field.names import has_value, normalize_text
from shared.problems.keys import MAX_KEYS
from shared.problems.personal_numbers import check_no_personal_number


class Body(BaseModel):
    """Base of what clients send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")
    MAX_KEYS: ClassVar[int] = MAX_KEYS
    """Fields that its JSON text may have in all: enough for the longest list that the model takes."""

    def count_keys(self) -> int:
        """How many keys its JSON text had, those of a body inside included where it says so (`check_json`)."""
        return len(self.model_fields_set)


Day = Annotated[date, BeforeValidator(read_date)]
"""A date, written 2026-03-01 and in no other way."""
Instant = Annotated[datetime, BeforeValidator(read_instant, json_schema_input_type=datetime)]
"""An instant with its zone, written as RFC 3339 has it and in no other way."""


def no_value_is_none(value: object) -> object:
    """None for a text that says that there is no value (`无`, `-`, `N/A`, blank); whatever else it is as it is."""
    return None if isinstance(value, str) and not has_value(value) else value


NoValueIsNone = BeforeValidator(no_value_is_none)
"""For optional fields: `无`, `暂无`, `-`, `不详`, `/`, `N/A` and the like are no value."""


Prose = Annotated[str, Field(max_length=2000), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)]
"""A text of several lines, in its stored form; it cannot be blank, and holds no person's number."""


class Note(Body):
    """A decision's optional note."""

    note: Annotated[Prose | None, NoValueIsNone] = None


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
