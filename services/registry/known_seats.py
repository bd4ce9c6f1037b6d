"""Which bodies and units of tokens there are: the registry alone knows all of them (decision 48)."""

from sqlalchemy import text

from shared.web.identity.known_seats import KnownSeats

_UNITS = text(
    """
    SELECT id::text AS code FROM organizations WHERE id = ANY(CAST(:units AS uuid[]))
    UNION ALL
    SELECT id::text FROM party_organizations WHERE id = ANY(CAST(:units AS uuid[]))
    """
)
_BODIES = text("SELECT code FROM bodies WHERE code = ANY(CAST(:bodies AS text[]))")


def known_seats() -> KnownSeats:
    """For one app: it remembers whom it found."""
    return KnownSeats("registry", units=_UNITS, bodies=_BODIES)
