"""Query parameters of the field."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from shared.field.divisions import scope_prefix
from shared.field.errors import FieldError


def _check_prefix(code: str) -> str:
    try:
        return scope_prefix(code)
    except FieldError as error:
        raise PydanticCustomError(
            "division_prefix",
            "A division is given by two, four or six digits.",
            {"zh": "行政区划以两位、四位或六位数字给出。", "en": "A division is given by two, four or six digits."},
        ) from error


DivisionPrefix = Annotated[str, AfterValidator(_check_prefix)]
"""A division code or prefix, as the digits that every code inside it begins with (3301 sees 330106)."""

DivisionFilter = Annotated[DivisionPrefix | None, Query(description="division code or prefix: 33, 3301, 330106")]
