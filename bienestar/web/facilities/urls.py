"""Addresses of the pages of a medical unit."""

from django.urls import path

from bienestar.web.facilities import views

urlpatterns = [
    path("<str:key>/", views.unit, name="unit"),
]
