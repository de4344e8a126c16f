"""Addresses that need no account. Their words are Spanish because they are printed and said aloud."""

from django.urls import path

from bienestar.web.public import files, views

urlpatterns = [
    path("", views.home, name="public_home"),
    path("unidades/", views.units, name="public_units"),
    path("diagnosticos/<str:code>/", views.newest, name="public_area"),
    path("diagnosticos/<str:code>/<int:run>/", views.published, name="public_run"),
    path("diagnosticos/<str:code>/<int:run>/totales.csv", files.totals, name="public_totals"),
]
