"""Parts of a list's items: one column a value, also where that is a word out of some, an id or an instant."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, Field

from services.incubation.incubators.answers import IncubatorOut
from shared.web.exports.columns import columns_of


class Grade(StrEnum):
    A = "A"


class Part(BaseModel):
    word: Literal["inside", "outside"]
    maybe: Literal[1, 2] | None
    grade: Grade
    bounded: Annotated[str, Field(max_length=3)] | None
    id: UUID
    at: AwareDatetime


class Deep(BaseModel):
    part: Part


class Many(BaseModel):
    words: list[str]


class Item(BaseModel):
    part: Part | None
    deep: Deep
    many: Many


def test_t38_part__of_plain_values_has_a_column_for_each() -> None:
    columns = columns_of(Item)
    inside = [("part", name) for name in ("word", "maybe", "grade", "bounded", "id", "at")]
    assert [column.path for column in columns] == [*inside, ("deep",), ("many",)]
    assert [column.path[-1] for column in columns if column.instant] == ["at"]
    row = {"part": {"word": "inside", "maybe": 2, "at": "2026-03-02T01:00:00+00:00"}}
    assert [column.cell(row, "zh") for column in columns[:2]] == ["inside", 2]
    assert columns[5].cell(row, "zh") == "2026-03-02 09:00:00"
    assert columns[0].cell({"part": None}, "zh") is None


@pytest.mark.parametrize("name", ["name", "outside", "grade"])
def test_d15_incubator__its_operator_is_split(name: str) -> None:
    [column] = [one for one in columns_of(IncubatorOut) if one.path == ("operator", name)]
    assert column.headings["zh"].startswith(("运营机构", "外部"))
