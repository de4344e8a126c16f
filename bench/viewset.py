"""What a Django REST Framework user would write first: a viewset over the identifiers of persons, by their value.

``python -m bench.viewset PORT``, beside ``bench.eligibility``. Neither permission nor journal; the settings are those
of Django's and of the framework's own beginnings, and the server and its connections are ours.
"""

from __future__ import annotations

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.viewset_settings"

import django

django.setup()

from django.core.wsgi import get_wsgi_application
from django.urls import include, path
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from rest_framework.routers import DefaultRouter
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from bienestar.registers.beneficiaries.models import PersonIdentifier


class IdentifierSerializer(ModelSerializer):
    """Every field of an identifier."""

    class Meta:
        model = PersonIdentifier
        fields = "__all__"


class IdentifierViewSet(ModelViewSet):
    """Identifiers of kind CURP by their value."""

    queryset = PersonIdentifier.objects.filter(kind="curp")
    serializer_class = IdentifierSerializer
    lookup_field = "value"


router = DefaultRouter()
router.register("identifiers", IdentifierViewSet)
urlpatterns = [path("", include(router.urls))]
application = get_wsgi_application()

if __name__ == "__main__":
    Server(
        "bench.viewset:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=4,
        backpressure=64,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()
