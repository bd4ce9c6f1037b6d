"""Its two routes."""

from django.urls import path

from benchmarks.peers.django_celery.views import BatchView, RegistrationView

urlpatterns = [
    path("v1/civil-affairs/registrations/<str:uscc>", RegistrationView.as_view()),
    path("v1/civil-affairs/registrations:batch", BatchView.as_view()),
]
