"""Addresses of the pages of a territory."""

from django.urls import path

from bienestar.web.gaps import making
from bienestar.web.gaps import views as gaps
from bienestar.web.territory import units, views

urlpatterns = [
    path("<str:code>/", views.area, name="area"),
    path("<str:code>/units.csv", units.download, {"kind": "csv"}, name="units_csv"),
    path("<str:code>/units.xlsx", units.download, {"kind": "xlsx"}, name="units_xlsx"),
    path("<str:code>/gaps/", gaps.area_gaps, name="area_gaps"),
    path("<str:code>/gaps/<str:resource>/", gaps.resource, name="area_resource"),
    path("<str:code>/actions/", gaps.area_actions, name="area_actions"),
    path("<str:code>/diagnoses/", gaps.area_runs, name="area_runs"),
    path("<str:code>/diagnoses/new/", making.make_diagnosis, name="make_diagnosis"),
    path("<str:code>/diagnoses/<int:run>/publish/", making.publish_diagnosis, name="publish_diagnosis"),
    path("<str:code>/diagnoses/compare/", gaps.compare, name="area_compare"),
]
