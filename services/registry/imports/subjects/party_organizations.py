"""Files of Party organizations that exist already: they are taken over with their past days."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.registry.batches.parsing import parse
from services.registry.import_forms import PARTY_ORGANIZATIONS
from services.registry.import_words import ImportWords
from services.registry.imports.subjects.subject import Checked, Outcome, Subject
from services.registry.organizations.terms import Terms
from services.registry.take_overs.actions import take_over
from services.registry.take_overs.rules import find_errors
from services.registry.take_overs.take_over import TakeOver
from shared.db.session import Transaction
from shared.field import uscc
from shared.field.divisions import Division
from shared.problems.language import Text
from shared.problems.problems import InvalidInput
from shared.web.identity.permissions import Permission

_NOTES: dict[str, Text] = {
    "name": Text(zh="党组织全称；同一区划内以名称识别。", en="The full name, by which it is known in its division."),
    "kind": Text(zh="从下拉列表选择。", en="Choose from the list."),
    "form": Text(zh="从下拉列表选择。", en="Choose from the list."),
    "division": Text(zh="六位代码或名称，如 330106 或 西湖区。", en="Six digits or the name: 330106 or 西湖区."),
    "street": Text(zh="联合党组织和片区所在街道，可不填。", en="Of joint ones and areas; may be left empty."),
    "established_on": Text(zh="批复成立的日期。", en="The day on which the founding was approved."),
    "founding_number": Text(zh="批复成立的文号，可不填。", en="The number of that approval; may be left empty."),
    "founding_form": Text(zh="从下拉列表选择，可不填。", en="Choose from the list; may be left empty."),
    "covers": Text(
        zh="所覆盖社会组织的统一社会信用代码，多个以顿号分隔。", en="Codes of what it covers, with commas between."
    ),
    "body": Text(
        zh="隶属机构的代码；不填的按默认规则确定。", en="The code of what it belongs to; empty for the default."
    ),
    "affiliation_kind": Text(zh="从下拉列表选择，可不填。", en="Choose from the list; may be left empty."),
    "elected_on": Text(zh="最近一次换届（选举）日期，没有的不填。", en="The last election; empty for none."),
    "approved_on": Text(zh="批复班子的日期，任期自此起算；不详的不填。", en="The day of its approval, if known."),
    "approval_number": Text(zh="批复班子的文号，可不填。", en="The number of that approval; may be left empty."),
    "due": Text(zh="选举应到人数，可不填。", en="Members due; may be left empty."),
    "present": Text(zh="选举实到人数。", en="Members present."),
    "candidates": Text(zh="候选人数。", en="Candidates."),
    "elected": Text(zh="当选人数。", en="Elected."),
    "secretary_is_head": Text(
        zh="书记兼任组织负责人：是或否，不详的不填。", en="Whether the secretary heads the organization too: 是 or 否."
    ),
}


class PartyOrganizationImports(Subject[TakeOver]):
    """The take-over of what a city has already."""

    form = PARTY_ORGANIZATIONS
    permission = Permission.PARTY_ORGANIZATIONS_TAKE_OVER
    notes = _NOTES

    def read(self, fields: dict[str, object], terms: Terms) -> Checked[TakeOver]:
        """Raises InvalidInput."""
        row = parse(fields | {"kind": str(fields.get("kind", "")).upper()}, TakeOver)
        errors = find_errors(row, terms.today)
        if errors:
            raise InvalidInput(errors)
        return Checked(row.name, row.division, row)

    async def take_in(self, tx: Transaction, items: Sequence[TakeOver], terms: Terms, *, saved: bool) -> list[Outcome]:  # noqa: ARG002
        """As `take_over`."""
        answers = await take_over(tx, items, terms.policies, terms.now)
        return [Outcome(effect, problem) for effect, problem in answers]

    def example(self, words: ImportWords, division: Division | None, today: date) -> dict[str, object]:
        """A branch in the division; its organization is invented as well."""
        code = division.code if division else "330106"
        place = division.name_zh if division else "西湖区"
        meanings: Mapping[str, Mapping[str, list[str]]] = words.meanings
        return {
            "name": f"中共{place}示例社会工作服务中心支部",
            "kind": meanings["kind"]["branch"][0],
            "form": meanings["form"]["standalone"][0],
            "division": code,
            "established_on": date(today.year - 4, 3, 1).isoformat(),
            "founding_number": f"示例〔{today.year - 4}〕1号",
            "covers": uscc.make("52", code, "PDY99999"),
            "elected_on": date(today.year - 1, 3, 1).isoformat(),
            "approved_on": date(today.year - 1, 3, 10).isoformat(),
            "approval_number": f"示例〔{today.year - 1}〕2号",
        }
