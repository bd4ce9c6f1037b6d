"""GET schemes."""

from services.funding.schemes.schemas import SchemeOut
from shared.web.identity.permissions import Permission
from shared.web.knowledge import create_policies

router = create_policies("/schemes", "schemes", SchemeOut, Permission.GRANTS_READ)
