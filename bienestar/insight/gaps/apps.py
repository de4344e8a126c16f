from django.apps import AppConfig


class GapsConfig(AppConfig):
    name = "bienestar.insight.gaps"
    label = "gaps"
