"""Turns the cells of a row into the fields of a registration. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

COLUMNS: dict[str, tuple[str, ...]] = {
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "name": ("名称", "组织名称", "社会组织名称"),
    "kind": ("类型", "组织类型"),
    "division": ("行政区划", "行政区划代码", "区划"),
    "street": ("街道", "镇街", "乡镇街道"),
    "address": ("地址", "住所"),
    "carrier": ("楼宇园区", "楼宇", "园区", "载体"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "location": ("位置", "经纬度"),
    "registered_on": ("成立登记日期", "登记日期"),
    "full_time_staff": ("专职工作人员", "专职工作人员数"),
    "full_members_full_time": ("专职正式党员", "专职工作人员中正式党员数"),
    "full_members": ("正式党员", "正式党员数"),
    "probationary_members": ("预备党员", "预备党员数"),
    "evaluation_type": ("测评类型",),
    "source": ("登记来源",),
    "status": ("状态",),
    "as_of": ("数据截至", "截至"),
}
"""Field names, each with the headings that officials write for it."""

REQUIRED = (
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "address",
    "registered_on",
    "full_time_staff",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "as_of",
)
_KINDS = {
    "社会团体": "social_group",
    "基金会": "foundation",
    "民办非企业单位": "social_service_institution",
    "社会服务机构": "social_service_institution",
    "律师事务所": "law_firm",
    "会计师事务所": "accounting_firm",
    "税务师事务所": "tax_agency",
    "资产评估机构": "appraisal_firm",
}
_STATUSES = {"正常": "registered", "注销": "deregistered"}
_COUNTS = ("full_time_staff", "full_members_full_time", "full_members", "probationary_members")
_TEXTS = ("uscc", "name", "division", "street", "address", "carrier", "source")
_PAIR = 2
_CHINA = ZoneInfo("Asia/Shanghai")


def match_columns(headings: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """(field by heading, required fields that no heading names). Unknown headings are left out."""
    by_name = {name: field for field, aliases in COLUMNS.items() for name in (field, *aliases)}
    matched = {heading: by_name[heading.strip()] for heading in headings if heading.strip() in by_name}
    return matched, [field for field in REQUIRED if field not in matched.values()]


def to_fields(cells: Mapping[str, object], matched: Mapping[str, str]) -> dict[str, object]:
    """A row's cells as fields. Blank cells are left out; unreadable values are passed on, to be refused later."""
    fields = {matched[heading]: value for heading, value in cells.items() if heading in matched and value is not None}
    for name in _TEXTS:
        if isinstance(fields.get(name), int | float):
            fields[name] = str(fields[name])
    for name in _COUNTS:
        value = fields.get(name)
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            fields[name] = int(value)
    as_of = fields.get("as_of")
    if isinstance(as_of, str):
        fields["as_of"] = _with_zone(as_of)
    for name, known in (("kind", _KINDS), ("status", _STATUSES)):
        value = fields.get(name)
        if isinstance(value, str):
            fields[name] = known.get(value, value)
    location = _location(fields)
    if location is not None:
        fields["location"] = location
    return {name: value for name, value in fields.items() if name not in ("lon", "lat") and value is not None}


def _with_zone(text: str) -> str:
    """An instant without a zone, or a day alone, is in China's time."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (instant if instant.tzinfo else instant.replace(tzinfo=_CHINA)).isoformat()


def _location(fields: Mapping[str, object]) -> object:
    if "lon" in fields or "lat" in fields:
        return {name: _number(fields[name]) for name in ("lon", "lat") if name in fields}
    text = fields.get("location")
    if isinstance(text, str):
        parts = text.replace("，", ",").split(",")
        if len(parts) == _PAIR:
            return {"lon": _number(parts[0]), "lat": _number(parts[1])}
    return text


def _number(value: object) -> object:
    try:
        return float(value)  # type: ignore[arg-type]  # other types raise
    except (TypeError, ValueError):
        return value
