"""Addresses of the census: rounds, visits, the review desk."""

from django.urls import path

from bienestar.web.census import recording, review, rounds, visits

urlpatterns = [
    path("", rounds.round_list, name="census_rounds"),
    path("new/", rounds.new_round, name="census_round_new"),
    path("review/", review.desk, name="census_review"),
    path("review/preview/", review.preview, name="census_review_preview"),
    path("review/decide/", review.decide, name="census_review_decide"),
    path("visits/<int:pk>/", visits.visit_page, name="census_visit"),
    path("<int:pk>/", rounds.round_page, name="census_round"),
    path("<int:pk>/not-visited.<str:form>", rounds.not_visited, name="census_not_visited"),
    path("<int:pk>/expect/", rounds.expect, name="census_expect"),
    path("<int:pk>/close/", rounds.close, name="census_close"),
    path("<int:pk>/visits/", visits.visit_list, name="census_visits"),
    path("<int:pk>/record/", recording.choose_unit, name="census_record"),
    path("<int:pk>/record/<str:key>/", recording.record_visit, name="census_record_unit"),
]
