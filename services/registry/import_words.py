"""The words of files as policy data: headings, kinds, statuses and what stands around the rows, for each subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.import_forms import FILED_BODIES, ORGANIZATIONS, PARTY_ORGANIZATIONS, Form, SubjectName
from shared.field.policies import PolicyBook, read_or_shipped, read_policies

Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=500)]
Slug = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Meaning = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,39}$")]
DEFAULT_SUBJECT: SubjectName = "organizations"


class ImportWords(BaseModel):
    """What officials write, by what it means. A region's file holds only what it adds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    form: ClassVar[Form]

    headings: dict[str, Words] = {}
    """By field."""
    ignored: Words = []
    """Headings that are known and not needed."""
    remarks: Words = []
    """Remarks in brackets that change nothing about a heading."""
    kinds: dict[Slug, Words] = {}
    statuses: dict[Slug, Words] = {}
    sources: dict[Slug, Words] = {}
    words: dict[str, dict[Meaning, Words]] = {}
    """Of further fields that hold one of some words: by field and meaning."""
    no_value: Words = []
    """Words that say that there is no value."""
    unknown: Words = []
    """Those of them that say that nobody knows: a count that may be left out is left out then."""
    totals: Words = []
    """A row that begins with one of these sums others up."""
    closings: Words = []
    """A row without a key that begins with one of these belongs to the form around the table."""

    @property
    def meanings(self) -> dict[str, dict[str, list[str]]]:
        """The words of each field that holds some, by meaning."""
        named = {"kind": self.kinds, "status": self.statuses, "source": self.sources, **self.words}
        return {field: named.get(field, {}) for field in self.form.meanings}

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [f"headings.{field}" for field in self.headings if field not in self.form.fields]
        named = {"kind": self.kinds, "status": self.statuses, "source": self.sources, **self.words}
        for field, written in named.items():
            meant = self.form.meanings.get(field, frozenset())
            unknown += [f"{field}: {one}" for one in written if meant is not None and one not in meant]
        unknown += [f"words.{field}" for field in self.words if field not in self.form.meanings]
        if unknown:
            raise ValueError(f"not of {self.form.subject}: {', '.join(unknown)}")
        return self


class OrganizationWords(ImportWords):
    """Those of files of registrations."""

    form = ORGANIZATIONS


class FiledBodyWords(ImportWords):
    """Those of files of what streets filed."""

    form = FILED_BODIES


class PartyOrganizationWords(ImportWords):
    """Those of files of Party organizations that exist already."""

    form = PARTY_ORGANIZATIONS


_ALL = (OrganizationWords, FiledBodyWords, PartyOrganizationWords)
WORDS: Mapping[str, type[ImportWords]] = {one.form.subject: one for one in _ALL}
"""By subject; `policies` reads each kind of file with its own."""


@dataclass(frozen=True, slots=True)
class WordBook:
    """The words of every subject and region; where a policy folder has none of a subject, the shipped ones."""

    policies: Mapping[str, PolicyBook[ImportWords]]
    shipped: Mapping[str, PolicyBook[ImportWords]]

    def words(self, division: str, on: date, subject: str = DEFAULT_SUBJECT) -> tuple[ImportWords, list[str]]:
        """The words in force for a division (or prefix), each region's added to the wider one's; the policies' ids."""
        for book in (self.policies[subject], self.shipped[subject]):
            # Of each region the latest one that applies; `in_force` would pick a single region.
            applying = sorted(
                (policy for policy in book.policies if policy.applies(division, on)),
                key=lambda one: (len(one.region), one.effective_from),
            )
            found = list({policy.region: policy for policy in applying}.values())
            if any(not policy.region for policy in found):
                return _joined([policy.parameters for policy in found]), [policy.id for policy in found]
        raise LookupError(f"no words of imports of {subject} are in force on {on}")


def read_words(folder: Path, shipped: Path) -> WordBook:
    """The words of a folder, and of the one that came with this version. Raises as `read_policies` does.

    A folder from before a subject had words has none of its own.
    """
    own: dict[str, PolicyBook[ImportWords]] = {}
    others: dict[str, PolicyBook[ImportWords]] = {}
    for subject, model in WORDS.items():
        kind = model.form.policy_kind
        others[subject] = cast(PolicyBook[ImportWords], read_policies(shipped, kind, model))
        own[subject] = cast(PolicyBook[ImportWords], read_or_shipped(folder, shipped, kind, model))
    return WordBook(own, others)


def _joined(words: list[ImportWords]) -> ImportWords:
    joined: dict[str, object] = {}
    for name in ImportWords.model_fields:
        values = [getattr(one, name) for one in words]
        if name == "words":
            fields = dict.fromkeys(field for value in values for field in value)
            joined[name] = {field: _by_key([value.get(field, {}) for value in values]) for field in fields}
        else:
            joined[name] = _by_key(values) if isinstance(values[0], dict) else _once(values)
    return type(words[0]).model_validate(joined)


def _by_key(values: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    keys = dict.fromkeys(key for value in values for key in value)
    return {key: _once([value.get(key, []) for value in values]) for key in keys}


def _once(lists: list[list[str]]) -> list[str]:
    return list(dict.fromkeys(word for words in lists for word in words))
