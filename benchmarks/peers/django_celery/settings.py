"""What differs from Django's defaults."""

import os
from urllib.parse import urlsplit

_place = urlsplit(os.environ["PEER_REGISTRY_URL"])

SECRET_KEY = os.environ["PEER_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.peers.django_celery.urls"
WSGI_APPLICATION = "benchmarks.peers.django_celery.wsgi.application"
INSTALLED_APPS = ["django.contrib.contenttypes", "rest_framework", "benchmarks.peers.django_celery"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _place.path.lstrip("/"),
        "USER": _place.username,
        "PASSWORD": _place.password or "",
        "HOST": _place.hostname,
        "PORT": _place.port,
        "OPTIONS": {"pool": {"min_size": 4, "max_size": 16}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
CELERY_BROKER_URL = os.environ["PEER_REDIS"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
