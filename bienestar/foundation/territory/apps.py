from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "bienestar.foundation.territory"
    label = "territory"
