"""The words of files (policies/<region>/imports.yaml): headings, kinds, statuses and what stands around the rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.field.followed import NoPolicies, has_policies
from shared.field.policies import PolicyBook, read_policies

POLICY_KIND = "imports"
Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=500)]
ImportField = Literal[
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "address",
    "carrier",
    "lon",
    "lat",
    "location",
    "registered_on",
    "full_time_staff",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "evaluation_type",
    "source",
    "status",
    "as_of",
]
REQUIRED: tuple[ImportField, ...] = (
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
"""What every row needs."""
KindWord = Literal[
    "social_group",
    "foundation",
    "social_service_institution",
    "law_firm",
    "accounting_firm",
    "tax_agency",
    "appraisal_firm",
    "other",
]


class ImportWords(BaseModel):
    """What officials write, by what it means. A region's file holds only what it adds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headings: dict[ImportField, Words] = {}
    ignored: Words = []
    """Headings that are known and not needed."""
    remarks: Words = []
    """Remarks in brackets that change nothing about a heading."""
    kinds: dict[KindWord, Words] = {}
    statuses: dict[Literal["registered", "deregistered"], Words] = {}
    sources: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Words] = {}
    no_value: Words = []
    """Words that say that there is no value."""
    totals: Words = []
    """A row that begins with one of these sums others up."""
    closings: Words = []
    """A row without a code that begins with one of these belongs to the form around the table."""


@dataclass(frozen=True, slots=True)
class WordBook:
    """The policies of every region; those of an older policy folder, which has none, are the shipped ones."""

    policies: PolicyBook[ImportWords]
    shipped: PolicyBook[ImportWords]

    def words(self, division: str, on: date) -> tuple[ImportWords, list[str]]:
        """The words in force for a division (or prefix), each region's added to the wider one's; the policies' ids."""
        for book in (self.policies, self.shipped):
            # Of each region the latest one that applies; `in_force` would pick a single region.
            applying = sorted(
                (policy for policy in book.policies if policy.applies(division, on)),
                key=lambda one: (len(one.region), one.effective_from),
            )
            found = list({policy.region: policy for policy in applying}.values())
            if any(not policy.region for policy in found):
                return _joined([policy.parameters for policy in found]), [policy.id for policy in found]
        raise LookupError(f"no words of imports are in force on {on}")


def read_words(folder: Path, shipped: Path) -> WordBook:
    """The words of a folder, and of the one that came with this version. Raises as `read_policies` does.

    A folder from before there were words has none of its own.
    """
    try:
        own = read_policies(folder, POLICY_KIND, ImportWords)
    except NoPolicies:
        if not has_policies(folder):
            raise
        own = read_policies(shipped, POLICY_KIND, ImportWords)
    return WordBook(own, read_policies(shipped, POLICY_KIND, ImportWords))


def _joined(words: list[ImportWords]) -> ImportWords:
    joined: dict[str, object] = {}
    for name in ImportWords.model_fields:
        values = [getattr(one, name) for one in words]
        if isinstance(values[0], dict):
            keys = dict.fromkeys(key for value in values for key in value)
            joined[name] = {key: _once([value.get(key, []) for value in values]) for key in keys}
        else:
            joined[name] = _once(values)
    return ImportWords.model_validate(joined)


def _once(lists: list[list[str]]) -> list[str]:
    return list(dict.fromkeys(word for words in lists for word in words))
