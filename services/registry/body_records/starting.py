"""What is seen to at a start and every hour: bodies that policies name, Party organizations that belong to nobody."""

from services.registry.bodies import queries
from services.registry.body_policies import BodiesPolicies
from services.registry.body_records.actions import record_bodies
from services.registry.party_organizations.affiliation.assigning import affiliate_unaffiliated
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.superiors.policies import AffiliationPolicies

AT_ONCE = 5000


async def seed_bodies(tx: Transaction, *, seeds: BodiesPolicies, policies: AffiliationPolicies) -> int:
    """Record the bodies of the policies in force that are not recorded under their codes yet; returns how many.

    What people have recorded stays as it is. Raises InvalidInput for a policy's body that cannot be.
    """
    now = utc_now()
    today = china_day(now)
    entries = {
        body.code: body
        for policy in seeds.policies
        if policy.effective_from <= today and (policy.effective_to is None or today <= policy.effective_to)
        for body in policy.parameters.bodies
    }
    known = await queries.by_code(tx, entries)
    new = [body for code, body in entries.items() if code not in known]
    await record_bodies(tx, new, policies, now)
    return len(new)


async def affiliate_the_rest(tx: Transaction, *, policies: AffiliationPolicies) -> int:
    """Give Party organizations that belong to nobody their default, some thousands at a time; returns how many.

    Such are those of before there were bodies, or before theirs was recorded.
    """
    return await affiliate_unaffiliated(tx, "", policies, utc_now(), limit=AT_ONCE)
