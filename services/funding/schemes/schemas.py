"""Schemes as clients see them."""

from datetime import date

from pydantic import BaseModel

from services.funding.policies import Scheme, SchemeParameters


class SchemeOut(BaseModel):
    """A scheme: for which region, from when until when, from which source, with which figures."""

    id: str
    region: str
    effective_from: date
    effective_to: date | None
    source: str
    parameters: SchemeParameters


def scheme_out(scheme: Scheme) -> SchemeOut:
    """A policy as clients see it."""
    return SchemeOut(
        id=scheme.id,
        region=scheme.region,
        effective_from=scheme.effective_from,
        effective_to=scheme.effective_to,
        source=scheme.source,
        parameters=scheme.parameters,
    )
