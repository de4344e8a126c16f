"""Addresses of the review desk."""

from django.urls import path

from bienestar.web.review import bulk, contested, decisions, pair, queue

urlpatterns = [
    path("", queue.queue, name="review"),
    path("preview/", bulk.preview, name="review_preview"),
    path("decide/", bulk.decide, name="review_decide_all"),
    path("pairs/<int:pk>/", pair.pair_page, name="review_pair"),
    path("pairs/<int:pk>/decide/", pair.decide, name="review_decide"),
    path("decisions/", decisions.decision_list, name="review_decisions"),
    path("decisions/<int:pk>/undo/", decisions.undo, name="review_undo"),
    path("contested/", contested.contested_list, name="review_contested"),
    path("contested/<str:uid>/", contested.settle, name="review_settle"),
]
