"""Addresses of the state diagnosis as a document."""

from django.urls import path

from bienestar.web.reports import views

urlpatterns = [
    path("areas/<str:code>/document/", views.newest, name="area_document"),
    path("areas/<str:code>/diagnosis/<int:run>/document/", views.document, name="document"),
    path("areas/<str:code>/diagnosis/<int:run>/document.<str:ending>", views.download, name="document_file"),
]
