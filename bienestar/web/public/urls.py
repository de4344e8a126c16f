"""Addresses that need no account. Their words are Spanish because they are printed and said aloud."""

from django.urls import path

from bienestar.web.public import files, people, views

urlpatterns = [
    path("", views.home, name="public_home"),
    path("unidades/", views.units, name="public_units"),
    path("personas/", people.people, name="public_people"),
    path("personas/personas.csv", people.people_csv, name="public_people_csv"),
    path("personas/<str:code>/", people.people_of_state, name="public_people_of"),
    path("diagnosticos/<str:code>/", views.newest, name="public_area"),
    path("diagnosticos/<str:code>/<int:run>/", views.published, name="public_run"),
    path("diagnosticos/<str:code>/<int:run>/totales.csv", files.totals, name="public_totals"),
]
