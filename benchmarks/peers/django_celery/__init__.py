"""Django REST framework, Celery on Redis, psycopg's pool."""

from benchmarks.peers.django_celery.celery import app as celery_app

__all__ = ["celery_app"]
