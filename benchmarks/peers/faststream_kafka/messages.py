"""What the halves say to each other."""

import os
from uuid import UUID

from pydantic import BaseModel

TOPIC = f"peer.{os.environ.get('PEER_TOPIC', 'organizations')}"
BATCH_BYTES = 900_000
"""Of one `publish_batch`: with its default of 16 KiB, FastStream drops what does not fit and says nothing."""
GROUP = "peer-incubation"


class OrganizationRegistered(BaseModel):
    """An organization was registered, or its counts changed."""

    id: UUID
    uscc: str
    division: str
    full_members: int
