"""Addresses of the Pulso report's files."""

from django.urls import path

from bienestar.web.pulso_report import views

urlpatterns = [
    path("<int:number>/", views.all_files, name="pulso_report"),
    path("<int:number>/<str:name>", views.one_file, name="pulso_report_file"),
]
