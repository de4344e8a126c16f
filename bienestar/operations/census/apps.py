from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "bienestar.operations.census"
    label = "census"
