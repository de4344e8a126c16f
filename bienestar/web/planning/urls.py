"""Addresses of plans: the slider of an area, its curve and locks; saved scenarios."""

from django.urls import path

from bienestar.web.planning import files, live, scenarios

urlpatterns = [
    path("areas/<str:code>/plan/", live.area_plan, name="area_plan"),
    path("areas/<str:code>/plan/save/", live.save_plan, name="plan_save"),
    path("areas/<str:code>/plan/curve/", live.curve, name="plan_curve"),
    path("areas/<str:code>/plan/locks/", live.locks, name="plan_locks"),
    path("plans/", scenarios.scenario_list, name="scenarios"),
    path("plans/compare/", scenarios.compare, name="scenario_compare"),
    path("plans/<int:pk>/", scenarios.scenario_page, name="scenario"),
    path("plans/<int:pk>/rename/", scenarios.rename, name="scenario_rename"),
    path("plans/<int:pk>/delete/", scenarios.delete, name="scenario_delete"),
    path("plans/<int:pk>/items.<str:form>", files.items_file, name="scenario_items"),
    path("plans/<int:pk>/purchases.<str:form>", files.purchases_file, name="scenario_purchases"),
]
