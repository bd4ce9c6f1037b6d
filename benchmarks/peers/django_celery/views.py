"""One PUT, and a batch of lines."""

import json
from functools import partial
from typing import IO, Any

from django.db import transaction
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.peers.django_celery.models import Organization
from benchmarks.peers.django_celery.serializers import LineSerializer, RegistrationSerializer, columns_of
from benchmarks.peers.django_celery.tasks import check_organizations

CHUNK, TASK = 1_000, 500


class RegistrationView(APIView):
    """A registration by its code."""

    def put(self, request: Request, uscc: str) -> Response:
        """Create or change one; its check is a task."""
        given = RegistrationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            found, created = Organization.objects.update_or_create(uscc=uscc, defaults=given.columns())
            transaction.on_commit(partial(check_organizations.delay, [str(found.pk)]))
        answer = {"id": str(found.pk), "uscc": uscc, "division": found.division, "full_members": found.full_members}
        return Response(answer, status=201 if created else 200)


class LinesParser(BaseParser):
    """NDJSON."""

    media_type = "application/x-ndjson"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> list[Any]:  # noqa: ARG002
        """Each line as JSON."""
        return [json.loads(line) for line in stream.read().splitlines()]


class BatchView(APIView):
    """Lines of new organizations."""

    parser_classes = (LinesParser,)

    def post(self, request: Request) -> Response:
        """A thousand to a transaction, five hundred to a task."""
        given = LineSerializer(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        rows = [Organization(**columns_of(dict(one))) for one in given.validated_data]
        for first in range(0, len(rows), CHUNK):
            chunk = rows[first : first + CHUNK]
            with transaction.atomic():
                Organization.objects.bulk_create(chunk)
                for place in range(0, len(chunk), TASK):
                    ids = [str(one.pk) for one in chunk[place : place + TASK]]
                    transaction.on_commit(partial(check_organizations.delay, ids))
        return Response({"registered": len(rows)})
