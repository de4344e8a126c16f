"""Addresses: pages under /, the API under /api/v1."""

from django.urls import URLPattern, URLResolver, include, path

from bienestar.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("bienestar.web.accounts.urls")),
    path("", include("bienestar.web.access.urls")),
    path("", include("bienestar.web.planning.urls")),
    path("areas/", include("bienestar.web.territory.urls")),
    path("units/", include("bienestar.web.facilities.urls")),
    path("standards/", include("bienestar.web.gaps.urls")),
    path("census/", include("bienestar.web.census.urls")),
    path("cards/", include("bienestar.web.cards.urls")),
    path("people/", include("bienestar.web.people.urls")),
    path("review/", include("bienestar.web.review.urls")),
    path("rolls/", include("bienestar.web.rolls.urls")),
    path("pulso/informe/", include("bienestar.web.pulso_report.urls")),
    path("pulso/", include("bienestar.web.pulso.urls")),
    path("publico/", include("bienestar.web.public.urls")),
    path("pulso/", include("bienestar.web.pulso_data.urls")),
    path("pulso/", include("bienestar.web.claims.urls")),
    path("verificador/", include("bienestar.web.verifier.urls")),
    path("", include("bienestar.web.reports.urls")),
]

handler400 = "bienestar.config.errors.bad_request"
handler403 = "bienestar.config.errors.forbidden"
handler404 = "bienestar.config.errors.not_found"
handler500 = "bienestar.config.errors.broken"
