"""Fills a template with facts. Pure: nothing in a fact is read as a name of another, or as markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.documents.content import Block, Content, read_rows
from shared.documents.policies import IssuerRule
from shared.documents.templates import PLACEHOLDER, Part, Template
from shared.field.divisions import get_on

_SUFFIXES = ("自治县", "区", "县", "市")
_SHORTEST = 2
"""A division's name keeps at least two characters."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body that issues a document, by the name that it has on the day."""

    code: str
    name: str
    kind: str
    division: str


def compose(template: Template, rule: IssuerRule | None, issuer: Issuer, facts: Mapping[str, str]) -> Content:
    """What the document says; `rule` is what stands on the issuer's letters."""
    known = {**facts, "issuer": issuer.name}
    plain = template.cover or template.sheet
    blocks = [_block(part, known) for part in template.parts if part.stands(known)]
    return Content(
        title=fill(template.title, known),
        signed=issuer.name,
        red_head=None if rule is None or rule.red_head is None or plain else fill(rule.red_head, known),
        recipient=None if template.recipient is None else fill(template.recipient, known),
        blocks=_joined(blocks) if template.sheet else blocks,
        copies=tuple(fill(one, known) for one in template.copies),
        cover=template.cover,
        sheet=template.sheet,
        signatures=tuple(fill(one, known) for one in template.signatures),
        foot=fill(template.foot, known) if template.sheet else None,
    )


def compose_blank(template: Template, issuer: Issuer, facts: Mapping[str, str]) -> Content:
    """A form of what is known so far, with room for the rest: to be filled in by hand."""
    return compose(template, None, issuer, facts).model_copy(update={"blank": True})


def series_of(template: Template, rule: IssuerRule, issuer: Issuer, on: date) -> str | None:
    """The series of the document's number, None for one that takes none."""
    if not template.numbered:
        return None
    return (
        fill(rule.series, {"issuer": issuer.name, "place": short_place(issuer.division, on)}) + template.series_suffix
    )


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with each name in braces replaced by its fact, once; a fact that was not given leaves nothing."""
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], ""), text)


def short_place(division: str, on: date) -> str:
    """A division's name as series have it: 西湖 of 西湖区, 杭州 of 杭州市."""
    found = get_on(division, on)
    name = division if found is None else found.name_zh
    suffix = next((one for one in _SUFFIXES if name.endswith(one) and len(name) - len(one) >= _SHORTEST), "")
    return name.removesuffix(suffix)


def _joined(blocks: Sequence[Block]) -> Sequence[Block]:
    """The same, rows that follow one another as one table: those that stand only sometimes leave no gap."""
    found: list[Block] = []
    for block in blocks:
        if found and block.kind == found[-1].kind == "rows":
            found[-1] = found[-1].model_copy(update={"rows": (*found[-1].rows, *block.rows)})
        else:
            found.append(block)
    return found


def _block(part: Part, facts: Mapping[str, str]) -> Block:
    if part.heading is not None:
        return Block(kind="heading", text=fill(part.heading, facts))
    if part.rows is not None:
        return Block(kind="rows", rows=tuple((fill(name, facts), fill(value, facts)) for name, value in part.rows))
    if part.table is not None:
        head = tuple(fill(one, facts) for one in part.table.head)
        return Block(kind="table", cells=(head, *read_rows(facts.get(part.table.of, ""))))
    return Block(kind="text", text=fill(part.text or "", facts))
