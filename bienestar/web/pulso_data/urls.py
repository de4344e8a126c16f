"""Addresses of the data behind the Pulso. Their words are Spanish because they are printed and said aloud."""

from django.urls import path

from bienestar.web.pulso_data import catalogue, changes, completeness

urlpatterns = [
    path("cambios/<str:indicator>/", changes.changes, name="pulso_changes"),
    path("cambios/<str:indicator>/cambios.csv", changes.changes_csv, name="pulso_changes_csv"),
    path("cambios/<str:indicator>/unidades.csv", changes.changes_units_csv, name="pulso_changes_units"),
    path("completitud/", completeness.overview, name="pulso_completeness"),
    path("completitud/<int:set_number>/completitud.csv", completeness.completeness_csv, name="pulso_completeness_csv"),
    path(
        "completitud/<int:set_number>/<str:register>/<str:code>/unidades.csv",
        completeness.silent_csv,
        name="pulso_silent_csv",
    ),
    path("completitud/<str:register>/", completeness.register, name="pulso_register"),
    path("completitud/<str:register>/<str:code>/", completeness.register, name="pulso_register_of"),
    path("datos/", catalogue.newest, name="pulso_data"),
    path("datos/<int:set_number>/", catalogue.of_set, name="pulso_data_of"),
    path("datos/<int:set_number>/<str:name>", catalogue.file, name="pulso_data_file"),
]
