"""The workbook to fill in: headings with notes, drop-downs, an example row, and a sheet that explains each column."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

from services.registry.policies import REQUIRED, ImportWords
from shared.field import divisions, uscc
from shared.field.files.writing import WorkbookWriter
from shared.problems.language import Language, Text

_ROWS = 5_000
_MOST_LISTED = 250
"""Characters of a drop-down's list that Excel takes."""
FIELDS: dict[str, Text] = {
    "uscc": Text(zh="18 位代码，按文本填写。", en="18 characters, as text."),
    "name": Text(zh="登记证书上的全称。", en="The full name on the certificate."),
    "kind": Text(zh="从下拉列表选择。", en="Choose from the list."),
    "division": Text(zh="六位代码或名称，如 330106 或 西湖区。", en="Six digits or the name: 330106 or 西湖区."),
    "street": Text(zh="所在街道或乡镇。", en="The street or township."),
    "address": Text(zh="登记的住所。", en="The registered address."),
    "carrier": Text(zh="所在楼宇、园区或市场，没有则不填。", en="The building, park or market; empty for none."),
    "lon": Text(zh="经度（“WGS 84”），与纬度一起填写。", en="Longitude (WGS 84), together with the latitude."),
    "lat": Text(zh="纬度（“WGS 84”）。", en="Latitude (WGS 84)."),
    "registered_on": Text(zh="如 2026-03-01 或 2026年3月1日。", en="Such as 2026-03-01 or 2026年3月1日."),
    "full_time_staff": Text(zh="专职工作人员人数，没有填 0。", en="How many full-time staff; 0 for none."),
    "full_members_full_time": Text(zh="专职工作人员中的正式党员数。", en="Full members among the full-time staff."),
    "full_members": Text(zh="正式党员总数。", en="Full members in all."),
    "probationary_members": Text(zh="预备党员数。", en="Probationary members."),
    "evaluation_type": Text(zh="测评类型“T01”至“T11”，可不填。", en="T01 to T11; may be left empty."),
    "status": Text(zh="从下拉列表选择，不填为正常。", en="Choose from the list; empty means registered."),
    "as_of": Text(zh="数据截至的日期；可在导入时统一指定。", en="The day the data are of; may be given for the file."),
}
_NEEDED = Text(zh="必填", en="needed")
_OPTIONAL = Text(zh="选填", en="optional")
_SHEETS = (Text(zh="名单", en="List"), Text(zh="填写说明", en="Notes"))
_EXAMPLE_NOTE = Text(
    zh="第 2 行是示例，正式填写前请删除。", en="Row 2 is an example: delete it before you fill in yours."
)
_EXPLAINED = (
    Text(zh="项目", en="Field"),
    Text(zh="是否必填", en="Needed"),
    Text(zh="填写要求", en="How"),
    Text(zh="也可写作", en="Other headings that are understood"),
)


def write_template(words: ImportWords, scope: Sequence[str], today: date, language: Language) -> bytes:
    """The example is invented, lies within `scope` (division prefixes), and imports without a fault."""
    titles = {field: next(iter(words_of(words, field)), field) for field in FIELDS}
    division = _division(scope, today)
    target = io.BytesIO()
    with WorkbookWriter(target) as writer:
        columns = [title + ("*" if field in REQUIRED else "") for field, title in titles.items()]
        sheet = writer.add_sheet(_SHEETS[0].render(language), columns)
        for place, (field, note) in enumerate(FIELDS.items()):
            sheet.write_comment(0, place, note.render(language))
            listed = _listed(words, field)
            if listed and len(",".join(listed)) <= _MOST_LISTED:
                sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": listed})
        example = _example(words, division, today)
        writer.add_row([example.get(field) for field in titles])
        writer.add_sheet(
            _SHEETS[1].render(language), [one.render(language) for one in _EXPLAINED], widths=[24, 10, 40, 60]
        )
        for field, note in FIELDS.items():
            needed = _NEEDED if field in REQUIRED else _OPTIONAL
            others = "、".join(words_of(words, field)[1:])
            writer.add_row([titles[field], needed.render(language), note.render(language), others])
        writer.add_row([])
        writer.add_row([_EXAMPLE_NOTE.render(language)])
    return target.getvalue()


def words_of(words: ImportWords, field: str) -> list[str]:
    """The headings of a field."""
    headings: Mapping[str, list[str]] = {str(name): written for name, written in words.headings.items()}
    return headings.get(field, [])


def _listed(words: ImportWords, field: str) -> list[str]:
    if field == "evaluation_type":
        return [f"T{number:02}" for number in range(1, 12)]
    meanings = {"kind": words.kinds.values(), "status": words.statuses.values()}
    return [written[0] for written in meanings.get(field, ())]


def _division(scope: Sequence[str], today: date) -> divisions.Division | None:
    """A county-level division that the caller reaches."""
    for prefix in scope:
        inside = (
            [one for tabled in ("33", "31") for one in divisions.counties(tabled, today)]
            if not prefix
            else (divisions.counties(prefix, today))
        )
        if inside:
            return inside[0]
    return None


def _example(words: ImportWords, division: divisions.Division | None, today: date) -> dict[str, object]:
    code = division.code if division else "330106"
    place = division.name_zh if division else "西湖区"
    day = date(today.year, 1, 1).isoformat()
    return {
        "uscc": uscc.make("52", code, "PDY99999"),
        "name": f"{place}示例社会工作服务中心",
        "kind": words.kinds["social_service_institution"][0],
        "division": code,
        "street": "示例街道",
        "address": "示例路 1 号",
        "registered_on": day,
        "full_time_staff": 6,
        "full_members_full_time": 3,
        "full_members": 4,
        "probationary_members": 1,
        "status": words.statuses["registered"][0],
        "as_of": day,
    }
