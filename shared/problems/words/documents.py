"""The field's words for documents and for what they say (`words`)."""

from collections.abc import Mapping
from typing import NamedTuple


class Word(NamedTuple):
    """One thing's name in both languages."""

    zh: str
    en: str


DOCUMENT_KINDS: Mapping[str, Word] = {
    "founding_notice": Word("成立党组织告知书", "notice to found"),
    "founding_approval": Word("同意成立批复", "approval to found"),
    "leadership_approval": Word("选举结果批复", "approval of the leadership"),
    "dissolution_approval": Word("撤销批复", "approval to dissolve"),
    "statistics_cover": Word("统计报表封面", "cover of statistics"),
}
DOCUMENT_FACTS: Mapping[str, Word] = {
    "issuer": Word("制发机关名称", "the issuer's name"),
    "organization": Word("社会组织名称", "the organization's name"),
    "uscc": Word("统一社会信用代码", "the code"),
    "kind": Word("类别", "the kind"),
    "full_members": Word("正式党员数", "the full members"),
    "full_members_full_time": Word("专职人员中的正式党员数", "the full members among full-time staff"),
    "probationary_members": Word("预备党员数", "the probationary members"),
    "registered_on": Word("登记日期", "the day of registration"),
    "party_organization": Word("党组织名称", "the Party organization's name"),
    "structure": Word("组织建制", "the structure"),
    "form": Word("组建方式", "the form"),
    "established_on": Word("成立日期", "the day of founding"),
    "affiliation": Word("隶属关系", "the affiliation"),
    "applicants": Word("所覆盖的社会组织", "the covered organizations"),
    "covers_count": Word("覆盖数", "how many are covered"),
    "dissolved_on": Word("撤销日期", "the day of dissolution"),
}
