"""The report's workbook and its printed forms say of each figure what the answer says (H9, S12–S16)."""

import io
import re
import zipfile
from typing import Any

import pypdf
import pytest
import python_calamine

from services.incubation.reports.figures import catalog
from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation
from tests.incubation.reports.helpers import CITY, XIHU
from tests.incubation.reports.world import fill

ROW, CELL, TEXT = (
    re.compile(rf"<w:{name}[ >].*?</w:{name}>|<w:{name}>.*?</w:{name}>", re.S) for name in ("tr", "tc", "t")
)
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
async def city(incubation: Incubation) -> Incubation:
    await fill(incubation)
    return incubation


async def asked(city: Incubation, year: int, division: str, *, headers: dict[str, str], **form: str) -> Any:
    wanted = {"division": division, **form}
    return await city.http.get(f"/v1/reports/{year}", params=wanted, headers=headers or None)


def headers(token_for: TokenFor, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(role, ('3301',), subject='某人')}"}


@pytest.mark.parametrize("role", ["district_officer", "leader"])
@pytest.mark.parametrize(("year", "division"), [(2025, CITY), (2026, CITY), (2025, XIHU)])
async def test_h9_workbook__has_each_value_of_the_answer(
    city: Incubation, token_for: TokenFor, year: int, division: str, role: str
) -> None:
    as_who = headers(token_for, role)
    answer = (await asked(city, year, division, headers=as_who)).json()
    file = await asked(city, year, division, headers=as_who, format="xlsx")
    book = python_calamine.load_workbook(io.BytesIO(file.content))
    heading, *rows = book.get_sheet_by_index(0).to_python()
    of_code = {str(row[0]): row for row in rows}
    assert len(of_code) == len(rows) == len(answer["figures"]) > 0
    columns = {str(name).rsplit(" ", 1)[-1]: place for place, name in enumerate(heading)}
    known = 0
    for place in answer["divisions"]:
        for code, value in place["values"].items():
            shown = of_code[code][columns[place["division"]]]
            assert (None if shown == "" else shown) == value, (place["division"], code)
            known += value is not None
    assert known > 0
    whys = {code: row[heading.index("未知原因")] for code, row in of_code.items()}
    unknown = {code for place in answer["divisions"] for code, value in place["values"].items() if value is None}
    assert {code for code, why in whys.items() if why != ""} == unknown


def said(value: int | None, unit: str) -> str:
    """A figure as it is printed."""
    if value is None:
        return "—"
    if unit == "万分比":
        return f"{value / 100:.2f}%"
    return f"{value / 100:,.2f}元" if unit == "分" else f"{value}{unit}"


@pytest.mark.parametrize("role", ["district_officer", "leader"])
@pytest.mark.parametrize("year", [2025, 2026])
async def test_h9_print__says_each_value_of_the_answer(
    city: Incubation, token_for: TokenFor, year: int, role: str
) -> None:
    as_who = headers(token_for, role)
    answer = (await asked(city, year, XIHU, headers=as_who)).json()
    document = await asked(city, year, XIHU, headers=as_who, format="docx")
    with zipfile.ZipFile(io.BytesIO(document.content)) as parts:
        xml = parts.read("word/document.xml").decode()
    printed = [[TAG.sub("", cell) for cell in CELL.findall(row)] for row in ROW.findall(xml)]
    wanted = [(one["name"]["zh"], said(one["value"], one["unit"])) for one in answer["figures"]]
    assert [(name, text.split("（")[0]) for name, text in printed] == wanted
    assert len(wanted) == len(catalog().figures)
    pdf = await asked(city, year, XIHU, headers=as_who, format="pdf")
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    before = 0
    for one in answer["figures"]:
        # In the table, before the explanations: the name, and what is printed beside it.
        place = text.find(one["name"]["zh"], before)
        assert place >= 0, one["code"]
        before = place + len(one["name"]["zh"])
        assert text[before:].startswith(said(one["value"], one["unit"])), (one["code"], text[before : before + 30])
