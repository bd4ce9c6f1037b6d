"""What the caller states of an organization."""

from typing import Any

from rest_framework import serializers

from benchmarks.peers.django_celery.models import Organization


class LocationSerializer(serializers.Serializer):
    """Where it is (WGS 84)."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()


class RegistrationSerializer(serializers.ModelSerializer):
    """One registration; its code is in the path, or in its line."""

    location = LocationSerializer(required=False, allow_null=True, write_only=True)

    class Meta:
        model = Organization
        exclude = ("id", "uscc", "created_at", "lon", "lat")

    def columns(self) -> dict[str, Any]:
        """As the table has it."""
        return columns_of(dict(self.validated_data))


class LineSerializer(RegistrationSerializer):
    """A registration with its code, of a new organization."""

    uscc = serializers.CharField(max_length=18)

    class Meta(RegistrationSerializer.Meta):
        exclude = ("id", "created_at", "lon", "lat")


def columns_of(validated: dict[str, Any]) -> dict[str, Any]:
    """As the table has it."""
    place = validated.pop("location", None) or {}
    return {**validated, "lon": place.get("lon"), "lat": place.get("lat")}
