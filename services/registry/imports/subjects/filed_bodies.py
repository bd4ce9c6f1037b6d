"""Files of bodies that streets filed: taken in as their batch takes them."""

from collections.abc import Sequence
from datetime import date

from services.registry.batches.taking import Checked, Outcome
from services.registry.filed_bodies.actions import file_bodies, outcomes_of
from services.registry.filed_bodies.reading import read_filing
from services.registry.filed_bodies.schemas import Filing
from services.registry.import_forms import FILED_BODIES
from services.registry.import_words import ImportWords
from services.registry.imports.subjects.subject import Subject
from services.registry.organizations.terms import Terms
from shared.db.session import Transaction
from shared.field.divisions import Division
from shared.problems.language import Text
from shared.web.identity.permissions import Permission

_NOTES: dict[str, Text] = {
    "number": Text(zh="备案编号，按文本填写。", en="The number it is filed under, as text."),
    "name": Text(zh="备案的全称。", en="The full name that is filed."),
    "kind": Text(zh="从下拉列表选择。", en="Choose from the list."),
    "division": Text(zh="六位代码或名称，如 330106 或 西湖区。", en="Six digits or the name: 330106 or 西湖区."),
    "street": Text(zh="备案的街道或乡镇。", en="The street or township that filed it."),
    "community": Text(zh="所在社区或村，没有则不填。", en="The community or village; empty for none."),
    "address": Text(zh="活动地址，可不填。", en="Where it meets; may be left empty."),
    "lon": Text(zh="经度，与纬度一起填写，可不填。", en="Longitude, with the latitude; or empty."),
    "lat": Text(zh="纬度。", en="Latitude."),
    "datum": Text(zh="经纬度所用的坐标系，从下拉列表选择，不填为“WGS 84”。", en="Of the position; empty means WGS 84."),
    "people": Text(zh="成员人数，不掌握则不填。", en="How many people; empty where it is not known."),
    "full_members": Text(zh="正式党员数，不掌握则不填。", en="Full members; empty where it is not known."),
    "probationary_members": Text(zh="预备党员数，不掌握则不填。", en="Probationary members; empty where not known."),
    "filed_on": Text(zh="如 2026-03-01 或 2026年3月1日。", en="Such as 2026-03-01 or 2026年3月1日."),
    "until": Text(zh="撤销备案的日期，仍在备案则不填。", en="From when it is filed no more; empty while it is."),
    "as_of": Text(zh="数据截至的日期；可在导入时统一指定。", en="The day the data are of; may be given for the file."),
}


class FiledBodyImports(Subject[Filing]):
    """What streets filed."""

    form = FILED_BODIES
    permission = Permission.FILED_BODIES_WRITE
    notes = _NOTES

    def read(self, fields: dict[str, object], terms: Terms) -> Checked[Filing]:
        """Raises InvalidInput."""
        return read_filing(fields, terms)

    async def take_in(self, tx: Transaction, items: Sequence[Filing], terms: Terms, *, saved: bool) -> list[Outcome]:  # noqa: ARG002
        """As `file_bodies`."""
        return outcomes_of(items, await file_bodies(tx, items, terms))

    def example(self, words: ImportWords, division: Division | None, today: date) -> dict[str, object]:
        """A team in the division."""
        day = date(today.year, 1, 1).isoformat()
        return {
            "number": "示例-0001",
            "name": "示例社区舞蹈队",
            "kind": words.kinds["culture_sports"][0],
            "division": division.code if division else "330106",
            "street": "示例街道",
            "community": "示例社区",
            "people": 20,
            "filed_on": day,
            "as_of": day,
        }
