"""Addresses of the standards."""

from django.urls import path

from bienestar.web.gaps import standards

urlpatterns = [
    path("", standards.index, name="standards"),
    path("<str:code>/", standards.of_type, name="standard_of_type"),
]
