from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "bienestar.insight.indicators"
    label = "indicators"
