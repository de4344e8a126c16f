from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "bienestar.insight.planning"
    label = "planning"
