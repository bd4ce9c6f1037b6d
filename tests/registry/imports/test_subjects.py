"""A subject's fields and words, and what makes two rows one record's."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.registry.import_forms import Form
from services.registry.import_words import WORDS, ImportWords, OrganizationWords
from services.registry.imports.given import Given
from services.registry.imports.opening import open_table
from services.registry.imports.rules import CellFault
from services.registry.imports.subjects.known import SUBJECTS
from tests.shared.field.files.helpers import sheets_of, xlsx


class LampWords(ImportWords):
    """A subject that no service has."""

    form = Form(
        subject="organizations",
        policy_kind="lamps",
        key="number",
        within=("division", "street"),
        fields={"number": "label", "division": "division", "street": "line", "colour": "word"},
        required=("number", "division"),
        meanings={"colour": frozenset({"red", "blue"})},
    )


LAMPS = LampWords(
    headings={"number": ["编号"], "division": ["区县"], "street": ["街道"], "colour": ["颜色"]},
    words={"colour": {"red": ["红"], "blue": ["蓝"]}},
)


def test_import__a_subject_brings_its_fields_its_words_and_its_key() -> None:
    rows = [
        ["编号", "区县", "街道", "颜色"],
        ["007", "330106", "甲街道", "红"],
        [8, "330106", "甲街道", "蓝色"],
        [8, "330106", "乙街道", None],
        ["007", "330106", "甲街道", "蓝"],
        [None, "330106", "丙街道", "蓝"],
    ]
    sheets = sheets_of(xlsx(rows), "a.xlsx")
    given = Given(scope=["33"])
    table = open_table(sheets, "a.xlsx", "xlsx", LAMPS, given, sheet=None, today=date(2026, 3, 2))
    read = [table.reader.read(cells) for _, cells in table.rows(0, 9)]
    assert [fields for fields, _ in read] == [
        {"number": "007", "division": "330106", "street": "甲街道", "colour": "red"},
        {"number": "8", "division": "330106", "street": "甲街道"},
        {"number": "8", "division": "330106", "street": "乙街道"},
        {"number": "007", "division": "330106", "street": "甲街道", "colour": "blue"},
        {"division": "330106", "street": "丙街道", "colour": "blue"},
    ]
    assert [faults for _, faults in read] == [
        [],
        [CellFault("word_unknown", "colour", 3, {"known": "红、蓝"})],
        [],
        [],
        [CellFault("missing", "number", 0)],
    ]
    # One number in two streets is two records; the same one in a street is refused with both rows.
    assert {number: (fault.reason, fault.field, fault.facts) for number, fault in table.repeats.items()} == {
        2: ("number_repeated", "number", {"rows": "2、5"}),
        5: ("number_repeated", "number", {"rows": "2、5"}),
    }


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"headings": {"colour": ["颜色"]}}, "headings.colour"),
        ({"kinds": {"club": ["俱乐部"]}}, "kind: club"),
        ({"statuses": {"asleep": ["休眠"]}}, "status: asleep"),
        ({"words": {"colour": {"red": ["红"]}}}, "words.colour"),
    ],
)
def test_import__words_of_what_a_subject_does_not_have_are_refused(parameters: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        OrganizationWords.model_validate(parameters)


def test_import__every_subject_has_words_and_explains_its_fields() -> None:
    assert set(WORDS) == set(SUBJECTS)
    for name, subject in SUBJECTS.items():
        assert (subject.form.subject, WORDS[name].form) == (name, subject.form)
        assert set(subject.notes) <= set(subject.form.fields)
        assert set(subject.form.required) <= set(subject.notes)
        assert {subject.form.key, *subject.form.within} <= set(subject.form.fields)
