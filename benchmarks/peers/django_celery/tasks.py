"""What the Celery worker does."""

from celery import shared_task
from django.db import transaction

from benchmarks.peers.deciding import decide
from benchmarks.peers.django_celery.models import FormationCheck, Organization


@shared_task
def check_organizations(ids: list[str]) -> None:
    """Decide about each, and store what was decided."""
    with transaction.atomic():
        found = Organization.objects.filter(pk__in=ids).only("id", "full_members")
        FormationCheck.objects.bulk_create(
            FormationCheck(organization=one, outcome=decide(one.full_members), full_members=one.full_members)
            for one in found
        )
