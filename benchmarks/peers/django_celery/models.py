"""The tables, mapped."""

from uuid import uuid4

from django.db import models


class Organization(models.Model):
    """A registered organization."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.TextField()
    kind = models.TextField()
    division = models.CharField(max_length=6, db_index=True)
    street = models.TextField(null=True)
    address = models.TextField(null=True)
    carrier = models.TextField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    registered_on = models.DateField()
    full_time_staff = models.IntegerField()
    full_members_full_time = models.IntegerField()
    full_members = models.IntegerField()
    probationary_members = models.IntegerField()
    as_of = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "django_celery"
        db_table = "organizations"


class FormationCheck(models.Model):
    """What was decided about an organization."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    outcome = models.TextField()
    full_members = models.IntegerField()
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "django_celery"
        db_table = "formation_checks"
