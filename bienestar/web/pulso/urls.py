"""Addresses of the Pulso. They are printed and cited, so their words are Spanish and they never change."""

from django.urls import path

from bienestar.web.pulso import evidence, indicators, national, publishing

VALUE = "valor/<int:number>/<str:indicator>/<str:code>/"
PART = f"{VALUE}<str:split>/<path:member>/"

urlpatterns = [
    path("", national.country, name="pulso"),
    path("estados/<str:code>/", national.state, name="pulso_state"),
    path("indicadores/", indicators.all_indicators, name="pulso_indicators"),
    path("indicadores/<str:indicator>/", indicators.one_indicator, name="pulso_indicator"),
    path("cortes/", publishing.all_sets, name="pulso_sets"),
    path("cortes/<int:number>/", national.country_of_set, name="pulso_set"),
    path("cortes/<int:number>/publicar/", publishing.publish, name="pulso_publish"),
    path(VALUE, evidence.value, name="pulso_value"),
    path(f"{VALUE}registros.csv", evidence.records_csv, name="pulso_records"),
    path(f"{PART}registros.csv", evidence.records_csv, name="pulso_records_of_member"),
    path(PART, evidence.value, name="pulso_value_of_member"),
]
