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
    path("publico/", include("bienestar.web.public.urls")),
    path("", include("bienestar.web.reports.urls")),
]

handler400 = "bienestar.web.errors.bad_request"
handler403 = "bienestar.web.errors.forbidden"
handler404 = "bienestar.web.errors.not_found"
handler500 = "bienestar.web.errors.broken"
