"""Addresses of published figures; no account is needed."""

from django.urls import path

from bienestar.web.claims import views

urlpatterns = [
    path("cifras-publicadas/", views.published, name="published_claims"),
    path("cifras-publicadas/revisar/", views.check, name="check_claims"),
]
