"""Files of registrations: taken in as the batch takes them."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.registry.batches.taking import Checked, Outcome
from services.registry.civil_affairs import registering
from services.registry.civil_affairs.reading import read_registration
from services.registry.code_exceptions import queries as code_exceptions
from services.registry.import_forms import ORGANIZATIONS
from services.registry.import_words import ImportWords
from services.registry.imports.subjects.subject import Subject
from services.registry.organizations.schemas import Registration
from services.registry.organizations.terms import Terms
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field import uscc
from shared.field.divisions import Division
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.web.identity.permissions import Permission

_NOTES: dict[str, Text] = {
    "uscc": Text(zh="18 位代码，按文本填写。", en="18 characters, as text."),
    "name": Text(zh="登记证书上的全称。", en="The full name on the certificate."),
    "kind": Text(zh="从下拉列表选择。", en="Choose from the list."),
    "division": Text(zh="六位代码或名称，如 330106 或 西湖区。", en="Six digits or the name: 330106 or 西湖区."),
    "street": Text(zh="所在街道或乡镇。", en="The street or township."),
    "address": Text(zh="登记的住所。", en="The registered address."),
    "carrier": Text(zh="所在楼宇、园区或市场，没有则不填。", en="The building, park or market; empty for none."),
    "lon": Text(zh="经度，与纬度一起填写。", en="Longitude, together with the latitude."),
    "lat": Text(zh="纬度。", en="Latitude."),
    "datum": Text(zh="经纬度所用的坐标系，从下拉列表选择，不填为“WGS 84”。", en="Of the position; empty means WGS 84."),
    "registered_on": Text(zh="如 2026-03-01 或 2026年3月1日。", en="Such as 2026-03-01 or 2026年3月1日."),
    "full_time_staff": Text(zh="专职工作人员人数，没有填 0。", en="How many full-time staff; 0 for none."),
    "full_members_full_time": Text(zh="专职工作人员中的正式党员数。", en="Full members among the full-time staff."),
    "full_members": Text(zh="正式党员总数。", en="Full members in all."),
    "probationary_members": Text(zh="预备党员数。", en="Probationary members."),
    "full_members_full_or_part_time": Text(
        zh="专职和兼职工作人员中的正式党员合计，不掌握则不填。",
        en="Full- and part-time; empty if not known.",
    ),
    "evaluation_type": Text(zh="测评类型“T01”至“T11”，可不填。", en="T01 to T11; may be left empty."),
    "data_source": Text(
        zh="数据从哪里来；可在导入时统一指定。", en="Where the data come from; may be given for the file."
    ),
    "status": Text(zh="从下拉列表选择，不填为正常。", en="Choose from the list; empty means registered."),
    "as_of": Text(zh="数据截至的日期；可在导入时统一指定。", en="The day the data are of; may be given for the file."),
}


class OrganizationImports(Subject[Registration]):
    """Registrations as civil affairs sends them."""

    form = ORGANIZATIONS
    permission = Permission.REGISTRATIONS_WRITE
    notes = _NOTES

    async def prepare(self, tx: Transaction, keys: Sequence[str], terms: Terms) -> Terms:
        """With the codes of these rows that stand in the register of exceptions."""
        doubtful = sorted({uscc.normalize(code) for code in keys if uscc.breaks_check_digits(code)})
        return terms.excepting(await code_exceptions.excepted(tx, doubtful)) if doubtful else terms

    def read(self, fields: dict[str, object], terms: Terms) -> Checked[Registration]:
        """Raises InvalidInput."""
        checked = read_registration(fields, terms)
        registration = checked.registration
        return Checked(registration.uscc, registration.division, registration, checked.warnings)

    def beside(self, fields: Mapping[str, object], found: Sequence[FieldError], terms: Terms) -> list[FieldError]:
        """What is wrong with the code, which is checked only where the shape is right."""
        code = fields.get("uscc")
        if not isinstance(code, str) or any(error.pointer == "/uscc" for error in found):
            return []
        try:
            uscc.check(code, allow_sample_codes=terms.allow_sample_codes, excepted=terms.excepted)
        except BrokenValue as broken:
            return [field_error("/uscc", broken)]
        return []

    async def take_in(
        self, tx: Transaction, items: Sequence[Registration], terms: Terms, *, saved: bool
    ) -> list[Outcome]:
        """As `registering.register`."""
        results = await registering.register(tx, items, utc_now(), terms.policies)
        return registering.outcomes_of(items, results, saved=saved)

    def example(self, words: ImportWords, division: Division | None, today: date) -> dict[str, object]:
        """A registration in the division."""
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
