"""Addresses of the verifier, in Spanish because they are printed and said aloud; their folder is its scope."""

from django.urls import path

from bienestar.web.verifier import views

urlpatterns = [
    path("", views.page, name="verifier"),
    path("llaves.cbor", views.keys, name="verifier_keys"),
    path("estados.cwt", views.statuses, name="verifier_statuses"),
    path("sw.js", views.service_worker, name="verifier_service_worker"),
    path("lector.js", views.scanner, name="verifier_scanner"),
    path("manifiesto.webmanifest", views.manifest, name="verifier_manifest"),
]
